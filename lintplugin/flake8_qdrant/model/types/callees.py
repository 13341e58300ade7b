"""What a call calls in the end: builtins call what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import handed, keyword, positional
from flake8_qdrant.facts.running import is_consumed
from flake8_qdrant.libraries.model import Gives, Takes
from flake8_qdrant.model.types.by_name import called_by_accessors, called_on_each
from flake8_qdrant.model.types.offloading import listed_names
from flake8_qdrant.model.values import (
    NOTHING,
    External,
    Partial,
    Type,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Offload
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_MAPPING: Final = frozenset({External("builtins.map"), External("builtins.filter")})
_ORDERING: Final = frozenset(External(f"builtins.{name}") for name in ("max", "min", "sorted"))


def callees(model: Evaluation, source: Source, call: Node) -> Type:
    """Return what a call may call, None left out.

    `partial(f)()` calls `f`; so do `list(map(f, items))`, `sorted(items, key=f)` and a retry policy
    that gets `f`.
    """
    function = call.field("function")
    if function is None:
        return NOTHING
    called = present(model.type_of(source, function))
    given = None
    if called and called <= _ORDERING:
        given = keyword(call, "key")
    elif called and called <= _MAPPING and is_consumed(call):
        passed = positional(call)
        given = passed[0] if passed else None
        mapped = called_on_each(model, source, passed[0], passed[1]) if len(passed) > 1 else NOTHING
        if mapped:
            return mapped
    else:
        given = _given_to_callers(model, call, called)
    found = _unwrapped(called if given is None else model.type_of(source, given))
    return called_by_accessors(model, source, call, found) or found


def _given_to_callers(model: Evaluation, call: Node, called: Type) -> Node | None:
    """Return what a call hands over to be called before it returns, whichever it calls."""
    found = {caller_of(model, value) for value in called}
    caller = next(iter(found)) if len(found) == 1 else None
    if caller is None or caller.gives is not Gives.RESULT or caller.takes is Takes.FUTURES:
        return None
    return handed(call, caller)


def caller_of(model: Evaluation, value: Value) -> Offload | None:
    """Return how the tables list something that calls what it is given."""
    found = (model.tables.caller(name) for name in listed_names(value))
    return next((offload for offload in found if offload is not None), None)


def _unwrapped(type_: Type) -> Type:
    """Put what a `functools.partial` calls in its place."""
    return union(
        _unwrapped(value.function)
        if isinstance(value, Partial) and not value.given
        else only(value)
        for value in present(type_)
    )
