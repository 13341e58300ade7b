"""What an expression can be. A type is the set of all values that it may have.

The empty type means that nothing has been seen yet (a name in a cycle of definitions); a type that
holds `UNKNOWN` may be anything, and no rule fires on it.
"""

from __future__ import annotations

from ast import literal_eval
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.scopes import Scope
from flake8_qdrant.facts.source import Source
from flake8_qdrant.libraries.model import ClassInfo, Gives, Library, Member

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything at all."""


@dataclass(frozen=True, slots=True)
class Unspecified:
    """What a caller whom the project does not show passes to a parameter without a promise."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of no interest: None, a number, a string, what a client returned; never awaitable.

    None, True, False, 0 and 1 go by their own names, and so do short texts, in quotes.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Sdk:
    """An object of a class in the tables, such as a client."""

    cls: ClassInfo


@dataclass(frozen=True, slots=True)
class SdkClass:
    """A class in the tables, itself."""

    cls: ClassInfo


@dataclass(frozen=True, slots=True)
class SdkMethod:
    """A method of a table's class (bound), or a function of a table's module (no class)."""

    cls: ClassInfo | None
    member: Member
    library: Library

    @property
    def label(self) -> str:
        """The name for messages: `QdrantClient.query_points`."""
        if self.cls is None:
            return self.member.name
        return f"{self.cls.name.rpartition('.')[2]}.{self.member.name}"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of one of the project's classes.

    Attributes:
        cls: the class.
        given: what its constructor was handed over by parameter, as far as that says more than
            the class does by itself.
    """

    cls: Scope
    given: Given = ()


@dataclass(frozen=True, slots=True)
class Class:
    """One of the project's classes, itself."""

    cls: Scope


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method of `cls`."""

    cls: Scope
    receiver: Instance | Class


@dataclass(frozen=True, slots=True)
class Function:
    """One of the project's functions or lambdas; a bound method has its receiver."""

    scope: Scope
    receiver: Instance | Class | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project, or a package without `__init__`, by its place on disk."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class External:
    """Something that is imported from outside the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class ExternalInstance:
    """What calling an outside class gives."""

    name: str


@dataclass(frozen=True, slots=True)
class ExternalMethod:
    """A method of an outside object whose class is known."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Coroutine:
    """What calling a client's coroutine method gives, or another awaitable with a known result."""

    result: Type
    method: SdkMethod | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What calling a project's `async def` or generator gives: its body runs when that is used."""

    function: Function


@dataclass(frozen=True, slots=True)
class Context:
    """A context manager that hands out what the function yields."""

    function: Function
    is_async: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """A context manager that hands out the given value, such as `contextlib.closing(value)`."""

    value: Type


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple of known length."""

    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An object of which is known what its attributes hold, and which has no class of its own."""

    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class RecordClass:
    """What `namedtuple("Pair", "left right")` gives."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """A list, set or iterator whose items all have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class Mapping:
    """A dictionary: the type of any of its values, and those of keys that are known."""

    value: Type
    keys: tuple[tuple[str, Type], ...] = ()

    def at(self, key: str | None) -> Type:
        """Return the type under a key."""
        return dict(self.keys).get(key or "", self.value)

    def joined(self, other: Mapping) -> Mapping:
        """Return the table with what another one adds, or puts in the place of its own."""
        named = dict(other.keys)
        # What stands under a key that is not known may replace any other.
        is_open = other.value != union(named.values())
        own = {key: union((held, other.value)) if is_open else held for key, held in self.keys}
        return Mapping(union((self.value, other.value)), tuple((own | named).items()))


@dataclass(frozen=True, slots=True)
class ContainerMethod:
    """A method of a builtin container."""

    owner: Collection | Mapping
    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial` of something that can be called, with the switches that it is given."""

    function: Type
    given: Given = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is handed to another thread or process.

    Attributes:
        called: what runs there, or the awaitables that a loop there awaits.
        result: what one gets who waits for it; for an iterator each item.
        gives: a future, an iterator or a thread.
    """

    called: Type
    result: Type
    gives: Gives


@dataclass(frozen=True, slots=True)
class Wait:
    """A method of a job that returns when the job is done."""

    job: Job
    name: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """A decorator that gives a function which is called like the one that it gets."""


@dataclass(frozen=True, slots=True)
class Accessor:
    """`operator.attrgetter(path)`, or if it calls what it gets, `operator.methodcaller(path)`."""

    path: str
    calls: bool


@dataclass(frozen=True, slots=True)
class Factory:
    """Something that can be called, of which only the result is known."""

    result: Type


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for an annotation: `Client = QdrantClient | AsyncQdrantClient`."""

    source: Source
    node: Node


@dataclass(frozen=True, slots=True)
class TypeVariable:
    """A variable for types, with what its values may be."""

    name: str
    allowed: Type


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an application's items that says what it leads to."""

    held: Type


@dataclass(frozen=True, slots=True)
class State:
    """The free-form state of a web application, `app.state`: one for the project."""


Value: TypeAlias = (
    Unknown
    | Unspecified
    | Plain
    | Sdk
    | SdkClass
    | SdkMethod
    | Instance
    | Class
    | Super
    | Function
    | Module
    | External
    | ExternalInstance
    | ExternalMethod
    | Coroutine
    | Call
    | Context
    | Entered
    | Tuple
    | Record
    | RecordClass
    | Collection
    | Mapping
    | ContainerMethod
    | Partial
    | Job
    | Wait
    | Keeping
    | Accessor
    | Factory
    | Alias
    | TypeVariable
    | Key
    | State
)
_NESTING: Final = (
    *(Mapping, Collection, Tuple, Record, Partial, Coroutine, Entered, Factory, Job),
)
_PARTS_OF: Final[dict[type, tuple[str, ...]]] = {
    cls: tuple(field.name for field in fields(cls)) for cls in (*_NESTING, Function, Instance)
}
Type: TypeAlias = frozenset[Value]
Given: TypeAlias = tuple[tuple[str, Type], ...]
"""What a call hands over to parameters, by their names."""

NOTHING: Final[Type] = frozenset()
UNKNOWN: Final[Type] = frozenset({Unknown()})
UNSPECIFIED: Final[Type] = frozenset({Unspecified()})
_OPEN: Final[Type] = UNKNOWN | UNSPECIFIED
NONE: Final[Type] = frozenset({Plain("None")})
PLAIN: Final[Type] = frozenset({Plain("object")})
TRUE: Final[Type] = frozenset({Plain("True")})
FALSE: Final[Type] = frozenset({Plain("False")})
SWITCHES: Final = ("0", "1")
"""Numbers that may switch something."""
_CONSTANTS: Final = frozenset({"None", "True", "False", *SWITCHES})
_MOST: Final = 16
_DEEPEST: Final = 4
"""Containers within containers, of which is known what is in them."""
_QUOTES: Final = ("'", '"')


def only(value: Value) -> Type:
    """Return the type of exactly one value."""
    return frozenset((value,))


def union(types: Iterable[Type]) -> Type:
    """Return the type of a value that has any of the types; too large a union is unknown."""
    joined: Type = frozenset().union(*types)
    if len(joined) > _MOST:
        joined = frozenset(map(_vaguer, joined))
    return joined if len(joined) <= _MOST else UNKNOWN


def bounded(type_: Type, levels: int = _DEEPEST) -> Type:
    """Leave open what lies deeper than so many containers or objects within each other.

    A loop of the program that puts a thing into itself would give a type without end.
    """
    if not any(map(_nests, type_)) or not _is_deeper(type_, levels):
        return type_
    return frozenset(_bounded(value, levels) for value in type_)


def _is_deeper(type_: Type, levels: int) -> bool:
    """Tell whether anything lies deeper in a type than so many levels."""
    return any(
        _part_is_deeper(getattr(value, name), levels)
        for value in type_
        if _nests(value)
        for name in _PARTS_OF[type(value)]
    )


def _part_is_deeper(part: object, levels: int) -> bool:
    if isinstance(part, frozenset):
        return _is_deeper(part, levels - 1) if levels else part != UNKNOWN
    if isinstance(part, tuple):
        return any(_part_is_deeper(one, levels) for one in part)
    return isinstance(part, Instance) and _is_deeper(only(part), levels)


def _nests(value: Value) -> bool:
    if type(value) not in _PARTS_OF:
        return False
    if isinstance(value, Function):
        return value.receiver is not None and _nests(value.receiver)
    return bool(value.given) if isinstance(value, Instance) else True


def _bounded(value: Value, levels: int) -> Value:
    if not _nests(value):
        return value
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    changed: dict[str, Any] = {name: _bounded_part(part, levels) for name, part in parts.items()}
    return replace(value, **changed)


def _bounded_part(part: object, levels: int) -> object:
    if isinstance(part, frozenset):
        return bounded(part, levels - 1) if levels else UNKNOWN
    if isinstance(part, tuple):
        return tuple(_bounded_part(one, levels) for one in part)
    return _bounded(part, levels) if isinstance(part, Instance) else part


def _vaguer(value: Value) -> Value:
    if isinstance(value, Instance):
        return Instance(value.cls)
    return Plain("str") if isinstance(value, Plain) and value.name[:1] in _QUOTES else value


def is_constant(value: Value) -> bool:
    """Tell whether a value is None, True, False, 0, 1 or a certain text."""
    return isinstance(value, Plain) and (value.name in _CONSTANTS or value.name[:1] in _QUOTES)


def texts(type_: Type) -> list[str] | None:
    """Return the texts that a value may be, in order; None where that is not known."""
    quoted = [one.name for one in type_ if isinstance(one, Plain) and one.name[:1] in _QUOTES]
    return sorted(map(literal_eval, quoted)) if quoted and len(quoted) == len(type_) else None


def present(type_: Type) -> Type:
    """Leave out None: whoever uses the value relies on there being one."""
    return type_ - NONE


def is_known(type_: Type) -> bool:
    """Tell whether everything that the value may be is known, None aside."""
    rest = present(type_)
    return bool(rest) and not rest & _OPEN


def is_vague(type_: Type) -> bool:
    """Tell whether a type names containers only, and says nothing of what is in them."""
    inner = [_inside(value) for value in present(type_)]
    return bool(inner) and all(one is not None and _is_open(one) for one in inner)


def _is_open(type_: Type) -> bool:
    """Tell whether something is not known of a value, or of what is in a tuple that it is."""
    parts = [part for value in type_ if isinstance(value, Tuple) for part in value.items]
    return not is_known(type_) or any(not is_known(part) for part in parts)


def is_filled(type_: Type) -> bool:
    """Tell whether a type names a container of which is known what is in it."""
    return any(one is not None and is_known(one) for one in map(_inside, type_))


def _inside(value: Value) -> Type | None:
    if isinstance(value, Mapping):
        return value.value
    if isinstance(value, Collection):
        return value.item
    return union(value.items) if isinstance(value, Tuple) else None


def closed(type_: Type) -> Type:
    """Leave out what is not known."""
    return type_ - _OPEN
