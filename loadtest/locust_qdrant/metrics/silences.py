"""Pauses in the traffic after which gRPC answers no more: something forgot the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from locust_qdrant.metrics.record import Record

#: A pause is at least so many seconds without a request under way.
PAUSE_SECONDS = 1.0


class Silence(NamedTuple):
    """A pause in the traffic, from which on every call over gRPC ran into its deadline.

    Attributes:
        seconds: how long it was.
        before: number of calls before it, of which the last one succeeded.
        after: number of calls since.
    """

    seconds: float
    before: int
    after: int


class Silences:
    """Pauses in the traffic over gRPC after which nothing was answered; calls come as they end."""

    def __init__(self) -> None:
        self._calls = 0
        self._busy_until = 0.0
        self._last_succeeded = False
        # With the moment at which each began.
        self._open: list[tuple[float, Silence]] = []

    def record(self, request: Record) -> None:
        """Take in one request."""
        if request.protocol != "gRPC" or request.outcome.abandoned:
            return
        pause = request.start - self._busy_until
        # A request that was under way meanwhile, and ends now, shows that it was no pause.
        self._open = [each for each in self._open if request.start - each[0] >= PAUSE_SECONDS]
        if "DEADLINE_EXCEEDED" in request.error:
            if self._calls and pause >= PAUSE_SECONDS and self._last_succeeded:
                self._open.append((self._busy_until, Silence(pause, self._calls, 0)))
            self._open = [(at, each._replace(after=each.after + 1)) for at, each in self._open]
        else:
            self._open.clear()
        self._calls += 1
        self._busy_until = max(self._busy_until, request.end)
        self._last_succeeded = request.outcome is Outcome.OK

    def add(self, other: Silences) -> None:
        """Take in those of a later time."""
        if other._calls:
            self._calls, self._open = other._calls, list(other._open)
            self._busy_until, self._last_succeeded = other._busy_until, other._last_succeeded

    @property
    def lasting(self) -> Silence | None:
        """The first one that nothing has ended; None without."""
        return self._open[0][1] if self._open else None
