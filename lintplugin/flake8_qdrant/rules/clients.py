"""Words about client methods that several rules' messages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flake8_qdrant.facts.arguments import keyword
from flake8_qdrant.libraries.model import Colour, Family, Kind
from flake8_qdrant.model.lifetimes.allocation_sites import constructed, origins
from flake8_qdrant.model.types.local_mode import is_local
from flake8_qdrant.model.values import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Step
    from flake8_qdrant.model.effects.blocking_path import BlockingPath
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.effects.value_use import Outcome
    from flake8_qdrant.model.lifetimes.allocation_sites import Origin
    from flake8_qdrant.model.values import SdkMethod
    from flake8_qdrant.rules.context import RuleContext


def is_async_client(method: SdkMethod) -> bool:
    """Tell whether a method belongs to an asynchronous client."""
    return method.cls is not None and method.cls.colour is Colour.ASYNC


def all_of(site: Site, kind: Kind, of_family: Family) -> SdkMethod | None:
    """Return the method a site calls if all that it may call are of the kind and family."""
    methods = site.sdk_methods
    if not methods or any(
        m.member.kind is not kind or m.library.family is not of_family for m in methods
    ):
        return None
    return first(methods)


def is_in_local_mode(context: RuleContext, site: Site) -> bool:
    """Tell whether the client that a site calls was certainly made without a server."""
    function = site.call.field("function")
    receiver = function.field("object") if function is not None else None
    if receiver is None or not any(m.cls and m.cls.local_arguments for m in site.sdk_methods):
        return False
    made = origins(context.model, context.source, receiver)
    return bool(made) and all(_is_local(context, origin) for origin in made or ())


def _is_local(context: RuleContext, origin: Origin) -> bool:
    cls = constructed(context.model, origin.source, origin.call)
    if cls is None or not is_local(cls, origin.call):
        return False
    names = (told.partition("=")[0] for told in cls.local_arguments)
    given = [value for name in names if (value := keyword(origin.call, name)) is not None]
    # What is looked up may be None, and then a server is meant.
    return all(_is_text(context, origin, value) for value in given)


def _is_text(context: RuleContext, origin: Origin, value: Node) -> bool:
    if value.kind in ("string", "concatenated_string"):
        return True
    held = context.model.type_of(origin.source, value)
    return bool(held) and all(
        isinstance(one, Plain) and (one.name == "str" or one.name[:1] in ("'", '"')) for one in held
    )


class Lost(NamedTuple):
    """A coroutine that nobody awaits.

    Attributes:
        name: what messages call it.
        outcome: what becomes of it.
        steps: the project's functions through which it would have come to the client.
        by_thread: another thread only makes it.
    """

    name: str
    outcome: Outcome
    steps: tuple[Step, ...] = ()
    by_thread: bool = False

    @property
    def missing(self) -> str:
        """What messages say is not done, and what to do."""
        if not self.by_thread:
            return "is never awaited, so nothing happens"
        return "is made by another thread, which awaits nothing, so nothing happens"


def lost_coroutine(context: RuleContext, site: Site, of_family: Family) -> Lost | None:
    """Return the client's coroutine that a call certainly gives and that is not awaited.

    That of a function of the project which does the main client's work counts as one.
    """
    produced = site.coroutine
    if produced is None and of_family is Family.MAIN and site.effect is not None:
        path, outcome, by_thread = site.effect
        links = (*context.links(path.steps), f"`{path.method.label}`")
        return Lost("the coroutine of " + " -> ".join(links), outcome, path.steps, by_thread)
    if produced is None or any(m.library.family is not of_family for m in produced.methods):
        return None
    label, by_thread = first(produced.methods).label, produced.by_thread
    name = f"the coroutine of `{label}` that this gives"
    if by_thread or site.sdk_methods:
        name = f"the coroutine of `{label}`" if by_thread else f"`{label}(...)`"
    return Lost(name, produced.outcome, by_thread=by_thread)


def first(methods: Iterable[SdkMethod]) -> SdkMethod:
    """Return the method that a message names when there are several."""
    return min(methods, key=lambda method: method.label)


def is_waited_for(blocking: BlockingPath, family: Family) -> bool:
    """Tell whether code waits for a client's call itself, which another thread makes."""
    return blocking.elsewhere and not blocking.steps and blocking.method.library.family is family


def waits_for(method: SdkMethod) -> str:
    """Say that code waits for a method that another thread runs."""
    return (
        f"waits on the event loop until another thread has done `{method.label}`, "
        f"which blocks the loop all the same: {_awaited_instead(method)}"
    )


def _awaited_instead(method: SdkMethod) -> str:
    if method.member.kind is Kind.COROUTINE:
        return "await it here, or await `asyncio.wrap_future` of the future"
    return "await `asyncio.to_thread` or `loop.run_in_executor` instead"


def remedy(method: SdkMethod) -> str:
    """Say what to write instead of a blocking call."""
    cls = method.cls
    twin = method.member.twin
    if cls is not None and twin is not None and cls.has(twin):
        return f"await `{twin}`, or hand the call to `asyncio.to_thread`"
    if cls is None or cls.counterpart is None:
        return "hand the call to a thread with `asyncio.to_thread`"
    _, _, other = cls.counterpart.rpartition(".")
    if cls.name.endswith(f".{other}"):
        other = cls.counterpart
    return f"await the same method of `{other}`, or hand the call to `asyncio.to_thread`"
