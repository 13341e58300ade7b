"""Asks the probe in a service what it saw while the traffic ran."""

from __future__ import annotations

import json
import linecache
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen, merge_lines
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.probe.loop_probe import PROFILE_PATH, TOKEN_VARIABLE, lag_figures
from locust_qdrant.probe.profile import HeldLine, Profile, ProfileError
from locust_qdrant.redaction import redact_url
from locust_qdrant.targets.http.spans import SPAN_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from locust_qdrant.targets.http.system_under_test import SystemUnderTest

_MICROSECONDS = 1_000_000
_REFUSALS = (401, 403)
#: A service whose loop is held answers late.
_PATIENCE_SECONDS = 30.0
# Straight to the service, whatever proxy the environment names.
_open = build_opener(ProxyHandler({})).open


@dataclass(frozen=True)
class ProbedSpan:
    """What a probe saw in a span of time.

    Attributes:
        profile: of the span; its lines are those of the span only.
        lags: how late the loop was, in seconds, each tick; empty where only the whole is known.
    """

    profile: Profile
    lags: Sequence[float] = field(default=(), repr=False)


class Profiler(Protocol):
    """What tells, after each turn of traffic, which lines held the loop."""

    def begin(self) -> None:
        """Begin a span of time."""

    def end(self) -> ProbedSpan | None:
        """End it, and return what the probe saw; None without a probe, or when it is gone."""


class NoProfiler:
    """Stands where a service has no probe."""

    def begin(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Return nothing."""


class SpanProfiler:
    """Asks a service that we started, whose probe begins anew with each span.

    Args:
        url: address of the service.
        token: what it asks for.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url + SPAN_PATH
        self._token = token

    def begin(self) -> None:
        """Begin a span of time."""
        _ask("POST", self._url, self._token)

    def end(self) -> ProbedSpan | None:
        """End it, and return what the probe saw; None when the service is gone."""
        _, text = _ask("POST", self._url, self._token)
        if not text:
            return None
        seen: dict[str, Any] = json.loads(text)
        if not seen:
            return None
        lags = [us / _MICROSECONDS for us, count in seen["lags"] for _ in range(count)]
        return ProbedSpan(Profile.from_data(seen["profile"]), lags)


class RemoteProfiler:
    """Asks a running service, whose probe never begins anew: a span is the difference of two.

    Args:
        url: address of the service.
        token: what its probe asks for.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url + PROFILE_PATH
        self._token = token
        self._before: Profile | None = None

    def begin(self) -> None:
        """Begin a span of time.

        Raises:
            UsageError: the service has no probe, or refuses the token.
        """
        status, profile = self._profile()
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
        self._before = profile

    def end(self) -> ProbedSpan | None:
        """End it, and return what the probe saw; None when the service is gone."""
        _, profile = self._profile()
        if isinstance(profile, str) or self._before is None:
            return None
        return ProbedSpan(difference(profile, self._before))

    def _profile(self) -> tuple[int, Profile | str]:
        """Return the status, and the profile or why there is none."""
        status, text = _ask("GET", self._url, self._token)
        if not status:
            return 0, "no answer"
        try:
            return status, Profile.from_json(text)
        except ProfileError as error:
            return status, str(error)


def profiler_of(system: SystemUnderTest) -> Profiler:
    """Return what asks the probe of `system`."""
    if system.hosted:
        return SpanProfiler(system.url, system.token)
    if system.token:
        return RemoteProfiler(system.url, system.token)
    return NoProfiler()


def difference(after: Profile, before: Profile) -> Profile:
    """Return what was seen between two looks at one probe; its lags are those since it began.

    The longest hold of a line is known only where it grew; elsewhere the time of the span is an
    upper bound.
    """
    known = {(line.file, line.line, line.function): line for line in before.lines}
    lines = []
    for line in after.lines:
        old = known.get((line.file, line.line, line.function))
        if old is None:
            lines.append(line)
        elif line.samples > old.samples:
            held = line.milliseconds - old.milliseconds
            grew = line.longest_milliseconds > old.longest_milliseconds
            longest = line.longest_milliseconds if grew else min(old.longest_milliseconds, held)
            lines.append(
                replace(
                    line,
                    samples=line.samples - old.samples,
                    milliseconds=held,
                    longest_milliseconds=longest,
                )
            )
    return replace(
        after,
        seconds=after.seconds - before.seconds,
        starved=after.starved - before.starved,
        lines=tuple(lines),
    )


def seen_of(
    spans: Sequence[ProbedSpan],
    root: Path,
    *,
    most_held: float,
    longest_hold: float,
    died: Sequence[str],
) -> ServiceSeen:
    """Return what was seen in several spans, as one.

    Args:
        spans: in order; none without a probe.
        root: the project's root, to read the sources of its lines.
        most_held: largest share of the time, 0 to 1, in which lines may hold the loop.
        longest_hold: seconds for which one line may hold the loop at a stretch.
        died: how the service ended, with its last words; empty if it lives.
    """
    lags = [lag for span in spans for lag in span.lags]
    lag = summarise(lags)
    return ServiceSeen(
        most_held=most_held,
        longest_hold=longest_hold,
        probed_seconds=sum(span.profile.seconds for span in spans),
        starved=sum(span.profile.starved for span in spans) / 1000,
        lag_p50=lag.p50 if lags else 0.0,
        lag_p99=lag.p99 if lags else 0.0,
        lag_max=lag.worst if lags else 0.0,
        lines=merge_lines(line for span in spans for line in lines_of(span.profile.lines, root)),
        died=tuple(died),
    )


def lines_of(lines: Iterable[HeldLine], root: Path) -> list[BlamedLine]:
    """Return lines of a profile of the project at `root`, with their sources."""
    return [
        BlamedLine(
            file=line.file,
            line=line.line,
            function=line.function,
            samples=line.samples,
            seconds=line.milliseconds / 1000,
            longest=line.longest_milliseconds / 1000,
            library=line.library_frame,
            stack=tuple(line.stack),
            source=linecache.getline(str(root / line.file), line.line).strip(),
        )
        for line in lines
    ]


def as_profile(spans: Sequence[ProbedSpan], root: Path) -> Profile | None:
    """Return several spans as one profile; None for none."""
    if not spans:
        return None
    last = spans[-1].profile
    lags = [lag for span in spans for lag in span.lags]
    merged = merge_lines(line for span in spans for line in lines_of(span.profile.lines, root))
    return replace(
        last,
        seconds=sum(span.profile.seconds for span in spans),
        starved=sum(span.profile.starved for span in spans),
        lag=lag_figures(lags) if lags else last.lag,
        lines=tuple(
            HeldLine(
                file=line.file,
                line=line.line,
                function=line.function,
                samples=line.samples,
                milliseconds=line.seconds * 1000,
                longest_milliseconds=line.longest * 1000,
                library_frame=line.library,
                stack=line.stack,
            )
            for line in merged
        ),
    )


def _ask(method: str, url: str, token: str) -> tuple[int, str]:
    """Return the status and the body; zero and nothing without an answer."""
    request = Request(url, method=method, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - checked
    try:
        with _open(request, timeout=_PATIENCE_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except OSError:
        return 0, ""
