"""Asks the probe in a service what it saw while the traffic ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from locust_qdrant.service.blame import Held, as_profile, lines_of
from locust_qdrant.service.places import SPAN_PATH
from locust_qdrant.service.sender import NO_ANSWER
from locust_qdrant.service.tally import Latencies

if TYPE_CHECKING:
    from pathlib import Path

    import aiohttp

    from locust_qdrant.service.subject import Subject

_MICROSECONDS = 1_000_000


class Profiler(Protocol):
    """What tells, after each turn, which lines held the loop."""

    async def begin(self) -> None:
        """Begin a span of time."""

    async def end(self) -> Held | None:
        """End it, and return what the probe saw; None without a probe."""

    async def whole(self) -> dict[str, Any] | None:
        """Return the profile of all spans; None without a probe."""


class NoProfiler:
    """Stands where a service has no probe."""

    async def begin(self) -> None:
        """Do nothing."""

    async def end(self) -> None:
        """Return nothing."""

    async def whole(self) -> None:
        """Return nothing."""


class SpanProfiler:
    """Asks a service that we started, whose probe begins anew with each span.

    Args:
        session: makes the requests.
        url: address of the service.
        token: what it asks for.
        root: the project's root.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, root: Path) -> None:
        self._session = session
        self._url = url + SPAN_PATH
        self._headers = {"Authorization": f"Bearer {token}"}
        self._root = root
        self._spans: list[Held] = []

    async def begin(self) -> None:
        """Begin a span of time."""
        await self._next()

    async def end(self) -> Held | None:
        """End it, and return what the probe saw; None when the service is gone."""
        seen = await self._next()
        if not seen:
            return None
        lag = Latencies()
        for microseconds, count in seen["lags"]:
            lag.add(microseconds / _MICROSECONDS, count)
        profile = seen["profile"]
        self._spans.append(Held(profile["seconds"], lag, lines_of(profile, self._root)))
        return self._spans[-1]

    async def whole(self) -> dict[str, Any] | None:
        """Return the profile of all spans; None when there was none."""
        return as_profile(self._spans) if self._spans else None

    async def _next(self) -> dict[str, Any]:
        try:
            async with self._session.post(self._url, headers=self._headers) as answer:
                seen: dict[str, Any] = await answer.json()
                return seen
        except NO_ANSWER:
            return {}


def profiler_of(session: aiohttp.ClientSession, subject: Subject) -> Profiler:
    """Return what asks the probe of `subject`."""
    if subject.hosted:
        return SpanProfiler(session, subject.url, subject.token, subject.root)
    return NoProfiler()
