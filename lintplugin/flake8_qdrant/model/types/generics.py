"""Type variables, and what generic classes are given for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import keyword, positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.model.values import (
    UNKNOWN,
    Class,
    External,
    Given,
    Instance,
    Type,
    TypeVariable,
    is_known,
    only,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_HEADS: Final = frozenset(
    External(f"{module}.{name}")
    for module in ("typing", "typing_extensions")
    for name in ("Generic", "Protocol")
)
_DEFINITIONS: Final = ("class_definition", "function_definition")


def made_variable(model: Evaluation, source: Source, call: Node) -> Type:
    """Return the variable that a call of `TypeVar` makes, with what its values may be."""
    given = positional(call)
    name = string_value(given[0]) if given else None
    if name is None:
        return UNKNOWN
    bound = keyword(call, "bound") or keyword(call, "default")
    if bound is not None:
        return only(TypeVariable(name, model.annotation(source, bound)))
    allowed = union(model.annotation(source, one) for one in given[1:])
    return only(TypeVariable(name, allowed or UNKNOWN))


def declared_variable(model: Evaluation, source: Source, place: Node, name: str) -> Type | None:
    """Return a variable that the class or function around a place declares: `def f[T: Client]`."""
    for outer in place.ancestors():
        listing = _listing(outer) if outer.kind in _DEFINITIONS else None
        for declared in listing.children if listing is not None else ():
            parts = _parts(declared)
            if parts[0].text == name:
                bound = _bound(model, source, parts[1:]) if parts[1:] else UNKNOWN
                return only(TypeVariable(name, bound))
    return None


def _listing(definition: Node) -> Node | None:
    return next((one for one in definition.children[:2] if one.kind == "type_parameter"), None)


def _parts(declared: Node) -> list[Node]:
    inner = declared.children
    return inner[0].children if inner and inner[0].kind == "constrained_type" else inner[:1]


def _bound(model: Evaluation, source: Source, parts: list[Node]) -> Type:
    """Read `Client`, or any of `(First, Second)`."""
    inner = parts[0].children
    if inner and inner[0].kind == "tuple":
        return union(model.annotation(source, one) for one in inner[0].children)
    return model.annotation(source, parts[0])


def given_types(model: Evaluation, cls: Scope, arguments: list[Type]) -> Given:
    """Return what a class is given for its variables, by their names in brackets."""
    pairs = zip(_variables(model, cls), arguments, strict=False)
    return tuple((f"[{name}]", type_) for name, type_ in pairs if is_known(type_))


def _variables(model: Evaluation, cls: Scope) -> list[str]:
    """Return the names of a class's variables in their order."""
    listing = _listing(cls.node)
    if listing is not None:
        return [_parts(one)[0].text for one in listing.children if _parts(one)]
    found: dict[str, None] = {}
    for base in _subscripted(cls):
        value, arguments = base.field("value"), base.fields("subscript")
        names = dict.fromkeys(
            one.text
            for argument in arguments
            for one in (argument.children if argument.kind == "tuple" else [argument])
            if any(isinstance(v, TypeVariable) for v in model.type_of(cls.source, one))
        )
        if value is not None and model.type_of(cls.source, value) & _HEADS:
            return list(names)
        found |= names
    return list(found)


def _subscripted(cls: Scope) -> Iterator[Node]:
    listing = cls.node.field("superclasses")
    if listing is not None:
        yield from (base for base in listing.children if base.kind == "subscript")


def generic_bases(model: Evaluation, cls: Scope) -> Iterator[Instance]:
    """Give the bases of a class that it gives something for their variables: `Shelf[Client]`."""
    for base in _subscripted(cls):
        value, arguments = base.field("value"), base.fields("subscript")
        for one in model.type_of(cls.source, value) if value is not None else ():
            if isinstance(one, Class) and one.cls is not cls:
                types = [model.annotation(cls.source, argument) for argument in arguments]
                given = given_types(model, one.cls, types)
                if given:
                    yield Instance(one.cls, given)


def argument_of(value: Instance, annotation: Node | None) -> Type | None:
    """Return what an object's class is given for the variable that an annotation names."""
    if annotation is None or not value.given:
        return None
    return dict(value.given).get(f"[{annotation.text}]")
