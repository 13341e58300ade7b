"""Attributes that are asked for by a name which the program makes: `getattr(client, name)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.model.types.iteration import element
from flake8_qdrant.model.values import (
    NOTHING,
    UNKNOWN,
    Accessor,
    Type,
    present,
    texts,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_MOST_NAMES: Final = 8
"""More than so many names are data."""


def get_attribute(model: Evaluation, source: Source, call: Node) -> Type:
    """`getattr(owner, name)`: each attribute that may be meant."""
    given = positional(call)
    names = _names(model, source, given[1]) if len(given) > 1 else None
    if not names:
        return UNKNOWN
    found = _attributes(model, present(model.type_of(source, given[0])), names)
    if len(given) > 2:  # noqa: PLR2004
        found = union((found, model.type_of(source, given[2])))
    return found


def accessor(model: Evaluation, source: Source, call: Node) -> Type:
    """`operator.methodcaller(name, ...)` and `operator.attrgetter(path)`."""
    given = positional(call)
    calls = called_name(call) == "methodcaller"
    names = _names(model, source, given[0]) if given and (calls or len(given) == 1) else None
    return frozenset(Accessor(name, calls) for name in names) if names else UNKNOWN


def accessed(model: Evaluation, owners: Type, accessors: Type) -> Type:
    """Tell what accessors read of some objects: methods, or attributes of attributes."""
    found = []
    for one in accessors:
        held = owners
        for name in one.path.split(".") if isinstance(one, Accessor) else ():
            held = _attributes(model, present(held), (name,))
        found.append(held)
    return union(found)


def called_by_accessors(model: Evaluation, source: Source, call: Node, called: Type) -> Type:
    """Return the methods that `methodcaller("count", "docs")(client)` calls."""
    if not called or not all(isinstance(one, Accessor) and one.calls for one in called):
        return NOTHING
    given = positional(call)
    return accessed(model, model.type_of(source, given[0]), called) if given else NOTHING


def called_on_each(model: Evaluation, source: Source, function: Node, items: Node) -> Type:
    """Return the methods that `map(methodcaller("count", "docs"), clients)` calls."""
    called = present(model.type_of(source, function))
    if not called or not all(isinstance(one, Accessor) and one.calls for one in called):
        return NOTHING
    return accessed(model, element(model, model.type_of(source, items)), called)


def asks_by_name(scope: Scope, name: str) -> bool:
    """Tell whether a function asks for an attribute by the name that a parameter holds."""
    return any(
        len(given := positional(call)) > 1 and given[1].text == name
        for call in scope.calls
        if called_name(call) == "getattr"
    )


def _attributes(model: Evaluation, owners: Type, names: Iterable[str]) -> Type:
    return union(model.attribute(one, name) for one in owners for name in sorted(names))


def _names(model: Evaluation, source: Source, node: Node) -> frozenset[str] | None:
    """Return the texts that an expression may be; None where that is not known."""
    written = string_value(node)
    if written is not None:
        return frozenset((written,))
    found = texts(model.type_of(source, node))
    return frozenset(found) if found and len(found) <= _MOST_NAMES else None
