"""Asks the probe in a service what it saw while the traffic ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from locust_qdrant.errors import UsageError
from locust_qdrant.probe.loop_probe import PROFILE_PATH, TOKEN_VARIABLE, lag_figures
from locust_qdrant.probe.profile import Profile, ProfileError
from locust_qdrant.redaction import redact_url
from locust_qdrant.targets.http.agreed_names import SPAN_PATH
from locust_qdrant.targets.http.blame import Held, as_profile, difference, lines_of
from locust_qdrant.targets.http.sender import NO_ANSWER
from locust_qdrant.targets.http.tally import Latencies

if TYPE_CHECKING:
    from pathlib import Path

    import aiohttp

    from locust_qdrant.targets.http.system_under_test import SystemUnderTest

_MICROSECONDS = 1_000_000
_REFUSALS = (401, 403)


class Profiler(Protocol):
    """What tells, after each turn, which lines held the loop."""

    async def begin(self) -> None:
        """Begin a span of time."""

    async def end(self) -> Held | None:
        """End it, and return what the probe saw; None without a probe."""

    async def whole(self) -> Profile | None:
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
        self._last: Profile | None = None
        self._lags: list[float] = []

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
            self._lags += [microseconds / _MICROSECONDS] * count
        self._last = Profile.from_data(seen["profile"])
        self._spans.append(_held(self._last, lag, self._root))
        return self._spans[-1]

    async def whole(self) -> Profile | None:
        """Return the profile of all spans; None when there was none."""
        if self._last is None:
            return None
        return as_profile(self._spans, self._last, lag_figures(self._lags))

    async def _next(self) -> dict[str, Any]:
        try:
            async with self._session.post(self._url, headers=self._headers) as answer:
                seen: dict[str, Any] = await answer.json()
                return seen
        except NO_ANSWER:
            return {}


class RemoteProfiler:
    """Asks a running service, whose probe never begins anew: a span is the difference of two.

    Args:
        session: makes the requests.
        url: address of the service.
        token: what its probe asks for.
        root: the project's root.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, root: Path) -> None:
        self._session = session
        self._url = url + PROFILE_PATH
        self._headers = {"Authorization": f"Bearer {token}"}
        self._root = root
        self._before = Held(0.0, 0.0, None, ())
        self._last: Profile | None = None
        self._spans: list[Held] = []

    async def begin(self) -> None:
        """Begin a span of time.

        Raises:
            UsageError: the service has no probe, or refuses the token.
        """
        status, profile = await self._ask()
        if status in _REFUSALS:
            raise UsageError(
                f"The probe at {redact_url(self._url)} refuses the token (status {status}): give "
                f"it in the environment variable {TOKEN_VARIABLE}."
            )
        if isinstance(profile, str):
            raise UsageError(
                f"There is no probe at {redact_url(self._url)} (status {status}; {profile}): put "
                "LoopProbe around the service and give it a token, or leave the token out here."
            )
        self._before = _held(profile, None, self._root)

    async def end(self) -> Held | None:
        """End it, and return what the probe saw; None when the service is gone."""
        _, profile = await self._ask()
        if isinstance(profile, str):
            return None
        self._last = profile
        self._spans.append(difference(_held(profile, None, self._root), self._before))
        return self._spans[-1]

    async def whole(self) -> Profile | None:
        """Return the profile of all spans, its lags since the probe began; None without a span."""
        if self._last is None:
            return None
        return as_profile(self._spans, self._last, self._last.lag)

    async def _ask(self) -> tuple[int, Profile | str]:
        """Return the status, and the profile or why there is none."""
        try:
            async with self._session.get(self._url, headers=self._headers) as answer:
                return answer.status, Profile.from_json(await answer.text())
        except NO_ANSWER:
            return 0, "no answer"
        except ProfileError as error:
            return answer.status, str(error)


def _held(profile: Profile, lag: Latencies | None, root: Path) -> Held:
    return Held(profile.seconds, profile.starved / 1000, lag, lines_of(profile, root))


def profiler_of(session: aiohttp.ClientSession, system: SystemUnderTest) -> Profiler:
    """Return what asks the probe of `subject`."""
    if system.hosted:
        return SpanProfiler(session, system.url, system.token, system.root)
    if system.token:
        return RemoteProfiler(session, system.url, system.token, system.root)
    return NoProfiler()
