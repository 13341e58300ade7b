"""What is known of requests once they are over: folded while they arrive, none of them kept.

Each request is taken in once, in some microseconds; what is kept does not grow with their number.
Like vegeta's `Metrics.Add`, but by the step of the run and by operation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import Tally, Times, together
from locust_qdrant.metrics.part_times import PartTimes
from locust_qdrant.metrics.record import Outcome
from locust_qdrant.metrics.slots import Slots
from locust_qdrant.metrics.under_way import Silences, UnderWay

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from locust_qdrant.metrics.record import Record

#: What comes later than this came not so late by chance.
HELD_BACK_SECONDS = 0.020
#: A request of a warm-up that takes so long into the measured time is part of a stall.
STALL_SECONDS = 0.5
#: Different error messages that are counted one by one; the rest is put together.
_MOST_MESSAGES = 1000
OTHER_MESSAGES = "other messages"


@dataclass
class Group:
    """Requests of one kind: those of a step, or all that count.

    Attributes:
        operations: what figures are made of, by operation.
        outcomes: number of requests by operation and outcome.
        messages: number of failures by operation and error.
        statuses: number of answers by operation and status code, where there is one.
        again: number of requests on the wire beyond the first of each call.
        followed: number of requests whose stations are known: all, or one in so many.
        busy: seconds in which those occupied their thread.
        server: seconds that the server says it took for successful ones, and for how many.
        taken: how long each of the followed ones took, waits for the loop apart.
        taken_badly: the same of those that did not succeed.
        bodies: from the head of an answer to its end, of successful ones, where it is late.
        beyond: what they waited for an answer beyond the server's own time, where it is late.
        bodies_told: number of successful ones that tell of their bodies.
        intended: number that were meant to begin at a certain time.
        parts: where the time of successful ones went.
        under_way: how many were under way at once.
    """

    operations: dict[str, Tally] = field(default_factory=dict)
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    again: int = 0
    followed: int = 0
    busy: float = 0.0
    server: tuple[float, int] = (0.0, 0)
    taken: Times = field(default_factory=Times)
    taken_badly: Times = field(default_factory=Times)
    bodies: Times = field(default_factory=Times)
    beyond: Times = field(default_factory=Times)
    bodies_told: int = 0
    intended: int = 0
    parts: PartTimes = field(default_factory=PartTimes)
    under_way: UnderWay = field(default_factory=UnderWay)

    def record(self, request: Record) -> None:
        """Take in one request."""
        operation, outcome = request.operation, request.outcome
        tally = self.operations.get(operation)
        if tally is None:
            tally = self.operations[operation] = Tally()
        tally.record(request)
        self.outcomes[operation, outcome] += 1
        if request.stations is not None:
            self._follow(request)
        self.under_way.record(request.start, request.end)
        if request.intended is not None:
            self.intended += 1
        if request.sends > 1:
            self.again += request.sends - 1
        if request.status:
            self.statuses[operation][request.status] += 1
        if outcome is Outcome.OK:
            self._good(request)
        elif outcome.failed:
            key = (operation, request.error)
            if key not in self.messages and len(self.messages) >= _MOST_MESSAGES:
                key = (operation, OTHER_MESSAGES)
            self.messages[key] += 1

    def _follow(self, request: Record) -> None:
        self.followed += 1
        self.busy += request.busy_seconds
        taken = request.end - request.start - request.loop_wait
        self.taken.record(taken)
        if request.outcome is not Outcome.OK:
            self.taken_badly.record(taken)

    def _good(self, request: Record) -> None:
        server = request.server_seconds
        if server is not None:
            self.server = (self.server[0] + server, self.server[1] + 1)
        seen = request.stations
        if seen is None:
            return
        self.parts.record(request)
        body = seen.body
        if body is None:
            return
        self.bodies_told += 1
        if body >= HELD_BACK_SECONDS:
            self.bodies.record(body)
        beyond = max(0.0, (seen.first_byte or 0.0) - (server or 0.0)) + body
        if beyond >= HELD_BACK_SECONDS:
            self.beyond.record(beyond)

    def add(self, other: Group) -> None:
        """Take in all requests of another group."""
        for name, tally in other.operations.items():
            self.operations.setdefault(name, Tally()).add(tally)
        self.outcomes.update(other.outcomes)
        self.messages.update(other.messages)
        for name, counts in other.statuses.items():
            self.statuses[name].update(counts)
        self.again += other.again
        self.followed += other.followed
        self.busy += other.busy
        self.server = (self.server[0] + other.server[0], self.server[1] + other.server[1])
        self.intended += other.intended
        self.bodies_told += other.bodies_told
        for mine, theirs in (
            (self.taken, other.taken),
            (self.taken_badly, other.taken_badly),
            (self.bodies, other.bodies),
            (self.beyond, other.beyond),
        ):
            mine.add(theirs)
        self.parts.add(other.parts)
        self.under_way.add(other.under_way)

    @property
    def count(self) -> int:
        """Number of requests, however they ended."""
        return sum(self.outcomes.values())

    @property
    def total(self) -> Tally:
        """What the figures of all operations together are made of."""
        return together(self.operations.values())

    def ended(self, outcome: Outcome) -> int:
        """Return how many requests ended in this way."""
        return sum(count for (_, each), count in self.outcomes.items() if each is outcome)

    @property
    def failed(self) -> int:
        """Number of failed requests."""
        return sum(count for (_, each), count in self.outcomes.items() if each.failed)


class Requests:
    """All requests of a path, or of a stretch of it.

    Args:
        unmeasured: names of the steps that do not count.
        begins: when the steps that count begin, in seconds since the epoch.

    Attributes:
        slots: what ended when.
        silences: pauses after which gRPC did not answer any more.
        first_due: when the first one was due, in seconds since the epoch; None without any.
        last_end: when the last one ended.
    """

    def __init__(self, unmeasured: Iterable[str] = (), begins: Iterable[float] = ()) -> None:
        self.slots = Slots()
        self.silences = Silences()
        self.first_due: float | None = None
        self.last_end = 0.0
        self._groups: dict[tuple[str, bool], Group] = {}
        self._unmeasured = frozenset(unmeasured)
        self._begins = list(begins)

    def record(self, request: Record, *, counts: bool | None = None) -> None:
        """Take in one request.

        A request belongs to the phase in which it was made; but one that was still without an
        answer half a second into the measured time belongs there: a stall that begins in the
        warm-up is one all the same.

        Args:
            request: it.
            counts: whether it does; None if its step says so.
        """
        step = request.step
        if counts is None:
            counts = step not in self._unmeasured or any(
                request.start < begin and request.end > begin + STALL_SECONDS
                for begin in self._begins
            )
        group = self._groups.get((step, counts))
        if group is None:
            group = self._groups[step, counts] = Group()
        group.record(request)
        self.slots.record(request)
        self.silences.record(request)
        due = request.start if request.intended is None else request.intended
        if self.first_due is None or due < self.first_due:
            self.first_due = due
        self.last_end = max(self.last_end, request.end)

    def add(self, other: Requests) -> None:
        """Take in all requests of another one, which came later."""
        for key, group in other._groups.items():
            self._groups.setdefault(key, Group()).add(group)
        self.slots.add(other.slots)
        self.silences.add(other.silences)
        dues = [each for each in (self.first_due, other.first_due) if each is not None]
        self.first_due = min(dues, default=None)
        self.last_end = max(self.last_end, other.last_end)

    def of_step(self, name: str) -> Group:
        """Return the requests that were made in the phase of that name."""
        return _one([group for (step, _), group in self._groups.items() if step == name])

    def only(self, name: str) -> Requests:
        """Return the requests that were made in the phase of that name, as if they were all."""
        found = Requests()
        found._groups[name, True] = self.of_step(name)
        return found

    @property
    def measured(self) -> Group:
        """The requests that count."""
        return _one([group for (_, counts), group in self._groups.items() if counts])

    @property
    def left_out(self) -> Group:
        """The requests that do not count."""
        return _one([group for (_, counts), group in self._groups.items() if not counts])

    @property
    def every(self) -> Group:
        """All requests."""
        return _one(list(self._groups.values()))

    @property
    def count(self) -> int:
        """Number of all requests."""
        return sum(group.count for group in self._groups.values())


def _one(groups: Sequence[Group]) -> Group:
    if len(groups) == 1:
        return groups[0]
    found = Group()
    for group in groups:
        found.add(group)
    return found
