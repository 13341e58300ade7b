"""What an annotation promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.source import Source
from flake8_qdrant.model.evaluation import Evaluation
from flake8_qdrant.model.types.depends import depended
from flake8_qdrant.model.types.generics import declared_variable, given_types
from flake8_qdrant.model.types.names import visible
from flake8_qdrant.model.types.stored import is_state_class
from flake8_qdrant.model.values import (
    NONE,
    PLAIN,
    UNKNOWN,
    Alias,
    Class,
    Collection,
    Coroutine,
    Entered,
    External,
    ExternalInstance,
    Factory,
    Instance,
    Mapping,
    Sdk,
    SdkClass,
    State,
    Tuple,
    Type,
    TypeVariable,
    Value,
    is_known,
    only,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable


_MOST_BRACKETS: Final = 200
"""More than anybody writes; each may be within the one before, and takes its part of the stack."""
_PLAIN: Final = frozenset(["str", "int", "float", "bool", "bytes", "bytearray", "complex"])


class _Place(NamedTuple):
    """Where names are looked up: for an annotation in quotes, not where its own tree says."""

    model: Evaluation
    source: Source
    node: Node


def read_annotation(model: Evaluation, source: Source, node: Node) -> Type:
    """Tell what a value is that has the annotation; unknown where it promises nothing."""
    if node.text.count("[") > _MOST_BRACKETS:
        return UNKNOWN
    return _read(_Place(model, source, node), node)


def _read(place: _Place, node: Node) -> Type:
    kind = node.kind
    if kind in ("type", "expression_statement", "module", "parenthesized_expression"):
        inner = node.children
        return _read(place, inner[0]) if inner else UNKNOWN
    if kind == "none":
        return NONE
    if kind == "string":
        quoted = place.source.quoted(node)
        return UNKNOWN if quoted is None else _read(place, quoted)
    if kind in ("binary_operator", "union_type"):
        return union(_read(place, part) for part in node.children)
    if kind in ("generic_type", "subscript"):
        return _generic(place, node)
    return union(_instance(place, value) for value in _named(place, node))


def _named(place: _Place, node: Node) -> Type:
    """Tell what a dotted name stands for."""
    if node.kind == "identifier":
        declared = declared_variable(place.model, place.source, place.node, node.text)
        return declared or visible(place.model, place.source, place.node, node.text)
    names = node.text.split(".")
    if not all(name.isidentifier() for name in names):
        return UNKNOWN
    found = visible(place.model, place.source, place.node, names[0])
    for name in names[1:]:
        found = union(place.model.attribute(value, name) for value in found)
    return found


def _instance(place: _Place, value: Value) -> Type:
    if isinstance(value, SdkClass):
        return only(Sdk(value.cls))
    if isinstance(value, Class):
        return only(Instance(value.cls))
    if isinstance(value, External):
        name = value.name.rpartition(".")[2]
        if value.name.startswith("builtins."):
            return PLAIN if name in _PLAIN else UNKNOWN
        if is_state_class(value):
            return only(State())
        says_nothing = value.name.startswith("typing") or value.name == "contextvars.ContextVar"
        if name[:1].isupper() and not says_nothing:
            return only(ExternalInstance(value.name))
    if isinstance(value, TypeVariable):
        return value.allowed
    if isinstance(value, Alias):
        return place.model.annotation(value.source, value.node)
    return UNKNOWN


def _generic(place: _Place, node: Node) -> Type:
    head, arguments = _parts(node)
    if head is None or not arguments:
        return UNKNOWN
    handler = _GENERICS.get(head.text.rpartition(".")[2])
    if handler is not None:
        return handler(place, arguments)
    types = [_read(place, one) for one in arguments]
    return frozenset(_with_arguments(place.model, one, types) for one in _read(place, head))


def _with_arguments(model: Evaluation, value: Value, types: list[Type]) -> Value:
    if not isinstance(value, Instance) or value.given:
        return value
    return Instance(value.cls, given_types(model, value.cls, types))


def _parts(node: Node) -> tuple[Node | None, list[Node]]:
    if node.kind == "subscript":
        return node.field("value"), node.fields("subscript")
    children = node.children
    if not children:
        return None, []
    return children[0], [one for child in children[1:] for one in child.children]


def _annotated(place: _Place, arguments: list[Node]) -> Type:
    promised = _read(place, arguments[0])
    if is_known(promised):
        return promised
    for argument in arguments[1:]:
        found = depended(place.model, place.source, argument)
        if found is not None:
            return found
    return promised


def _tuple(place: _Place, arguments: list[Node]) -> Type:
    if arguments[-1].text == "...":
        return only(Collection(_read(place, arguments[0])))
    return only(Tuple(tuple(_read(place, argument) for argument in arguments)))


def _class_of(value: Value) -> Type:
    if isinstance(value, Sdk):
        return only(SdkClass(value.cls))
    return only(Class(value.cls)) if isinstance(value, Instance) else UNKNOWN


def _optional(place: _Place, arguments: list[Node]) -> Type:
    return union((_read(place, arguments[0]), NONE))


def _union(place: _Place, arguments: list[Node]) -> Type:
    return union(_read(place, argument) for argument in arguments)


def _first(place: _Place, arguments: list[Node]) -> Type:
    return _read(place, arguments[0])


def _items(place: _Place, arguments: list[Node]) -> Type:
    return only(Collection(_read(place, arguments[0])))


def _values(place: _Place, arguments: list[Node]) -> Type:
    return only(Mapping(_read(place, arguments[-1])))


def _context(place: _Place, arguments: list[Node]) -> Type:
    return only(Entered(_read(place, arguments[0])))


def _awaitable(place: _Place, arguments: list[Node]) -> Type:
    """`Awaitable[T]` and `Coroutine[Y, S, T]` alike end with what awaiting gives."""
    return only(Coroutine(_read(place, arguments[-1])))


def _callable(place: _Place, arguments: list[Node]) -> Type:
    return only(Factory(_read(place, arguments[-1])))


def _class(place: _Place, arguments: list[Node]) -> Type:
    return union(_class_of(value) for value in _read(place, arguments[0]))


_HANDLED: Final[tuple[tuple[Callable[[_Place, list[Node]], Type], str], ...]] = (
    (_annotated, "Annotated"),
    (_awaitable, "Awaitable Coroutine Future Task"),
    (_callable, "Callable"),
    (_class, "type Type"),
    (
        _context,
        "ContextManager AsyncContextManager AbstractContextManager AbstractAsyncContextManager",
    ),
    (_first, "ClassVar Final Required NotRequired ReadOnly"),
    (
        _items,
        (
            "list List set Set frozenset FrozenSet deque Deque Sequence MutableSequence Collection"
            " Iterable Iterator Generator AsyncIterable AsyncIterator AsyncGenerator AbstractSet"
        ),
    ),
    (_optional, "Optional"),
    (_tuple, "tuple Tuple"),
    (_union, "Union"),
    (_values, "ContextVar dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict"),
)
_GENERICS: Final = {name: handler for handler, names in _HANDLED for name in names.split()}
