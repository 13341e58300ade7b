"""The parameters of a function or lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.scopes import Parameter

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node

_STARS = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}


def read_parameters(function: Node) -> tuple[Parameter, ...]:
    """Return the parameters in order; the separators `/` and `*` are not among them."""
    listing = function.field("parameters")
    if listing is None:
        return ()
    found: list[Parameter] = []
    keyword_only = False
    for child in listing.children:
        if child.kind == "keyword_separator":
            keyword_only = True
            continue
        name, star = _name(child)
        if name is None:
            continue
        annotation, default = child.field("type"), child.field("value")
        found.append(Parameter(name, len(found), annotation, default, star, keyword_only))
        keyword_only = keyword_only or star == "*"
    return tuple(found)


def _name(node: Node) -> tuple[str | None, str]:
    kind = node.kind
    if kind == "identifier":
        return node.text, ""
    if kind in _STARS:
        inner = node.children
        return (inner[0].text if inner else None), _STARS[kind]
    if kind in ("default_parameter", "typed_default_parameter"):
        name = node.field("name")
        return (name.text if name is not None else None), ""
    if kind == "typed_parameter":
        inner = node.children
        return _name(inner[0]) if inner else (None, "")
    return None, ""
