"""Words about client methods that several rules' messages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.sdk.model import Colour, Family, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.inference.sites import Site
    from flake8_qdrant.inference.values import SdkMethod


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


def lost_coroutine(site: Site, of_family: Family) -> str | None:
    """Name the client's coroutine that a call certainly gives, be it by a helper."""
    methods = site.lost_methods
    if not methods or any(method.library.family is not of_family for method in methods):
        return None
    method = first(methods)
    if site.sdk_methods:
        return f"`{method.label}(...)`"
    return f"the coroutine of `{method.label}` that this gives"


def first(methods: Iterable[SdkMethod]) -> SdkMethod:
    """Return the method that a message names when there are several."""
    return min(methods, key=lambda method: method.label)


def remedy(method: SdkMethod) -> str:
    """Say what to write instead of a blocking call."""
    cls = method.cls
    if cls is None or cls.counterpart is None:
        return "hand the call to a thread with `asyncio.to_thread`"
    other = cls.counterpart.rpartition(".")[2]
    return f"await the same method of `{other}`, or hand the call to `asyncio.to_thread`"
