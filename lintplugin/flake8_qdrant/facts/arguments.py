"""Which argument of a call a parameter gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Parameter
    from flake8_qdrant.libraries.model import Offload


def positional(call: Node) -> list[Node]:
    """Return the positional arguments, up to the first starred one."""
    return _listed(call)[1]


def keyword(call: Node, name: str) -> Node | None:
    """Return the value that a call passes under a name."""
    for argument in arguments(call):
        if argument.kind == "keyword_argument":
            key = argument.field("name")
            if key is not None and key.text == name:
                return argument.field("value")
    return None


def argument_for(parameter: Parameter, call: Node, *, bound: bool) -> Node | None:
    """Return what a call passes to a parameter, or None if it leaves it out or that is unclear.

    Args:
        parameter: one of the called function's.
        call: the call.
        bound: the function's first parameter is its receiver, and not among the arguments.
    """
    named = keyword(call, parameter.name)
    if named is not None or parameter.keyword_only:
        return named
    given = positional(call)
    index = parameter.position - bound
    return given[index] if 0 <= index < len(given) else None


def handed(call: Node, offload: Offload) -> Node | None:
    """Return the argument that a call hands over to somebody else."""
    named = keyword(call, offload.keyword) if offload.keyword else None
    given = positional(call)
    if named is not None or offload.position is None:
        return named
    return given[offload.position] if offload.position < len(given) else None


def arguments(call: Node) -> list[Node]:
    """Return everything that a call passes, as written; a lone generator expression is one."""
    return _listed(call)[0]


def _listed(call: Node) -> tuple[list[Node], list[Node]]:
    """Return everything that a call passes, and what of it is positional; nobody changes it."""
    listing = call.field("arguments")
    known = call.table.arguments.get(call.row)
    if known is not None:
        return known
    if listing is None or listing.kind != "argument_list":
        passed = [] if listing is None else [listing]
    else:
        passed = listing.children
    by_place = []
    for argument in passed:
        kind = argument.kind
        if kind in ("list_splat", "dictionary_splat"):
            break
        if kind not in ("keyword_argument", "comment"):
            by_place.append(argument)
    call.table.arguments[call.row] = passed, by_place
    return passed, by_place
