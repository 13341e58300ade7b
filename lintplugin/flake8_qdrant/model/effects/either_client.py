"""Calls of which nobody knows whether the client is the sync or the async one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.placement import instead
from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.values import SdkMethod

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.model.values import Type

RANKS: Final = {Family.MAIN: 0, Family.BESIDE: 1, Family.CPU: 2}
"""Which blocking call a finding speaks of, if a function does several."""


class Either(NamedTuple):
    """What a call may call: a blocking method, or one that gives a coroutine."""

    blocking: SdkMethod
    coroutine: SdkMethod


def either(called: Type) -> Either | None:
    """Return the methods of both clients that something certainly calls; None for any other."""
    methods = [value for value in called if isinstance(value, SdkMethod)]
    blocking = [one for one in methods if blocks(one) and not one.member.lazy]
    coroutines = [one for one in methods if one.member.kind is Kind.COROUTINE]
    if not blocking or not coroutines or len(blocking) + len(coroutines) != len(called):
        return None
    first, second = (min(some, key=lambda one: one.label) for some in (blocking, coroutines))
    return Either(first, second)


def is_awaited_instead(call: Node) -> bool:
    """Tell whether a test decides that a call on the same object is awaited, or this one is not.

    `if is_async: await client.count(name)`, `else: client.count(name)` knows both clients, whatever
    its flag is called.
    """
    owner = _owner(call)
    return owner is not None and any(
        (awaited := next(iter(one.children), None)) is not None and _owner(awaited) == owner
        for branch in instead(call)
        for one in branch.find_all("await")
    )


def _owner(call: Node) -> str | None:
    """Return the text of the object whose method is called."""
    function = call.field("function") if call.kind == "call" else None
    owner = function.field("object") if function is not None else None
    return owner.text if owner is not None else None


def blocks(method: SdkMethod) -> bool:
    """Tell whether a client's method holds the thread that calls it."""
    return method.member.kind in (Kind.BLOCKING, Kind.CPU) and method.library.family in RANKS
