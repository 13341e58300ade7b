"""What a table says of a class, held against the class itself."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import ClassInfo, Colour, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.libraries.loader import Tables

CALLED_BY_STATEMENTS = {"__aenter__", "__aiter__", "__call__", "__enter__", "__iter__"}
AWAITED = {Kind.COROUTINE, Kind.AWAITABLE, Kind.ASYNC_ITERATOR}
ASYNC_OF = {"__enter__": "__aenter__", "__iter__": "__aiter__"}


@dataclass(frozen=True)
class Expected:
    """What cannot be seen in a library's code: what its plain functions do.

    A plain function of a synchronous class blocks if its asynchronous counterpart is awaited; these
    are the others.

    Args:
        names: kind by ``Class.method``, or by ``method`` for every class.
        annotations: kind by the end of the return annotation's name.
        elsewhere: members that the table lists under another class, or that raise.
    """

    names: Mapping[str, Kind] = field(default_factory=dict)
    annotations: Mapping[str, Kind] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()

    def plain(self, owner: type, name: str, function: object) -> Kind | None:
        for path in (f"{owner.__name__}.{name}", name):
            if path in self.names:
                return self.names[path]
        annotation = getattr(function, "__annotations__", {}).get("return", "")
        text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
        head = text.partition("[")[0]
        return next((kind for end, kind in self.annotations.items() if head.endswith(end)), None)

    def is_elsewhere(self, owner: type, name: str) -> bool:
        return bool({name, f"{owner.__name__}.{name}"} & self.elsewhere)


@dataclass
class Drift:
    """How a table and a class differ; ``new`` is what only the class has."""

    wrong: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def importable(path: str) -> object | None:
    """Import what a dotted path names, or give None."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for name in parts[length:]:
            found = getattr(found, name, None)
        return found
    return None


def drift(info: ClassInfo, owner: type, tables: Tables, expected: Expected) -> Drift:
    """Compare every public member of a class with its table, both ways.

    Attributes that only objects have are not looked at, see `walk`.
    """
    result = Drift()
    counterpart = importable(info.counterpart) if info.counterpart else None
    real = dict(public_members(owner))
    for name, attribute in real.items():
        if expected.is_elsewhere(owner, name):
            continue
        if not info.has(name):
            result.new.append(f"{info.name}.{name}")
            continue
        member = info.member(name)
        assert member is not None
        told = (member.kind, member.is_property, member.lazy)
        true = _truth(info, owner, counterpart, expected, name, attribute)
        if told != true:
            result.wrong.append(f"{info.name}.{name}: the table says {told}, it is {true}")
    for name in info.names():
        member = info.member(name)
        is_on_objects = name == "__init__" or (member and member.is_property and member.returns)
        if is_on_objects or expected.is_elsewhere(owner, name):
            continue
        if info.has(name) and name not in real:
            result.wrong.append(f"{info.name}.{name}: the class has no such member")
    return result


def walk(info: ClassInfo, root: object, tables: Tables) -> Iterator[tuple[ClassInfo, object]]:
    """Give every object that can be reached from a client through attributes, with its class.

    Raises:
        AssertionError: if an attribute holds an object of another class than the table says.
    """
    yield info, root
    for name in info.names():
        member = info.member(name)
        if member is None or not info.has(name) or not member.is_property or not member.returns:
            continue
        given = tables.class_at(member.returns)
        assert given is not None, f"{info.name}.{name} gives {member.returns}, which no table has"
        if given is info or given.default is not None:
            continue
        value = getattr(root, name)
        classes = [owner for path in given.paths if isinstance(owner := importable(path), type)]
        is_one = isinstance(value, tuple(classes))
        assert is_one, f"{info.name}.{name} is a {type(value)}, not a {given.name}"
        yield from walk(given, value, tables)


def public_members(owner: type) -> Iterator[tuple[str, object]]:
    """Give name and definition of what can be called or read; plain constants are left out."""
    for name in dir(owner):
        if name.startswith("_") and name not in CALLED_BY_STATEMENTS:
            continue
        attribute = inspect.getattr_static(owner, name)
        is_inherited_by_all = hasattr(type, name) and name == "__call__"
        if is_inherited_by_all and "__call__" not in vars(owner):
            continue
        is_read = isinstance(attribute, property | cached_property)
        if is_read or inspect.isroutine(_function(attribute)):
            yield name, attribute


def _function(attribute: object) -> object:
    function = getattr(attribute, "__func__", attribute)
    return inspect.unwrap(function) if callable(function) else function


def _truth(
    info: ClassInfo,
    owner: type,
    counterpart: object,
    expected: Expected,
    name: str,
    attribute: object,
) -> tuple[Kind | None, bool, bool]:
    """Tell kind, whether it is a property, and whether it is a plain generator."""
    if isinstance(attribute, property | cached_property):
        return Kind.QUIET, True, False
    function = _function(attribute)
    if inspect.iscoroutinefunction(function):
        return Kind.COROUTINE, False, False
    if inspect.isasyncgenfunction(function):
        return Kind.ASYNC_ITERATOR, False, False
    named = expected.names.get(f"{owner.__name__}.{name}", expected.names.get(name))
    kind = named
    if kind is None and info.colour is Colour.SYNC and isinstance(counterpart, type):
        kind = _blocks_as(counterpart, ASYNC_OF.get(name, name), expected)
    kind = kind or expected.plain(owner, name, function)
    return kind, False, inspect.isgeneratorfunction(function)


def _blocks_as(counterpart: type, name: str, expected: Expected) -> Kind | None:
    if not hasattr(counterpart, name):
        return None
    function = _function(inspect.getattr_static(counterpart, name))
    does_io = (
        inspect.iscoroutinefunction(function)
        or inspect.isasyncgenfunction(function)
        or expected.plain(counterpart, name, function) in AWAITED
    )
    return Kind.BLOCKING if does_io else None
