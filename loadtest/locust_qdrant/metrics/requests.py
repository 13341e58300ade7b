"""What is known of requests once they are over: folded while they arrive, none of them kept.

Each request is taken in once, in some microseconds; what is kept does not grow with their number.
Like vegeta's `Metrics.Add`, but by the step of the run and by operation.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from locust_qdrant.metrics.figures import Tally, Times, together
from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from locust_qdrant.metrics.record import Record

#: What comes later than this came not so late by chance.
LATE_SECONDS = 0.020
#: A request of a warm-up that takes so long into the measured time is part of a stall.
STALL_SECONDS = 0.5
#: Different error messages that are counted one by one; the rest is put together.
_MOST_MESSAGES = 1000
OTHER_MESSAGES = "other messages"
#: Leading bits of a latency by which the parts of requests are kept: to a five-hundredth.
_PART_BITS = 9
#: Leading bits of a time in a plot.
_PLOT_BITS = 8

#: Where the time of a request can be, in the order in which it meets them.
PARTS = (
    "late",
    "loop_wait",
    "encoding",
    "pool",
    "connecting",
    "sending",
    "server",
    "way",
    "body",
    "transport",
    "decoding",
)
_EVERY_PART = range(len(PARTS))


@dataclass
class PartTimes:
    """Where the time of successful requests went, by how long they took.

    Attributes:
        rows: by the lower end of a range of latencies in microseconds: number of requests, their
            latencies together in seconds, and each of `PARTS`.
        told: for each of `PARTS`, whether any request told it.
    """

    rows: dict[int, list[float]] = field(default_factory=dict)
    told: list[bool] = field(default_factory=lambda: [False for _ in PARTS])

    def record(self, request: Record) -> None:
        """Take in one request whose stations are known."""
        seen = request.stations
        if seen is None:
            return
        latency = request.latency
        micros = round(latency * 1_000_000)
        shift = micros.bit_length() - _PART_BITS
        row = self.rows.setdefault(
            micros >> shift << shift if shift > 0 else micros, [0.0] * (len(PARTS) + 2)
        )
        first_byte = seen.first_byte or 0.0
        # What the server says can be more than what was waited for, by its rounding.
        server = request.server_seconds
        took = 0.0 if server is None else min(server, first_byte)
        late = latency - (request.end - request.start)
        parts = (
            late if late > 0 else 0.0,
            request.loop_wait,
            seen.encoding,
            seen.pool,
            seen.connecting,
            seen.sending,
            None if server is None else took,
            first_byte - took,
            seen.body,
            seen.transport,
            seen.decoding,
        )
        row[0] += 1
        row[1] += latency
        told = self.told
        for at, seconds in enumerate(parts, 2):
            if seconds is not None:
                row[at] += seconds
                told[at - 2] = True

    def add(self, other: PartTimes) -> None:
        """Take in all requests of another one."""
        for key, theirs in other.rows.items():
            mine = self.rows.setdefault(key, [0.0] * len(theirs))
            for at, value in enumerate(theirs):
                mine[at] += value
        self.told = [mine or theirs for mine, theirs in zip(self.told, other.told, strict=True)]

    @property
    def count(self) -> int:
        """Number of requests."""
        return round(sum(row[0] for row in self.rows.values()))

    def total(self, part: str) -> float:
        """Return the seconds of a part of all requests together."""
        return sum(row[2 + PARTS.index(part)] for row in self.rows.values())

    def band(self, begin: int, end: int) -> list[float]:
        """Return a row for the requests of these ranks by latency, from 0; `end` is not included.

        Requests of a range that reaches over an end are taken for equal.
        """
        row, passed = [0.0] * (len(PARTS) + 2), 0.0
        for key in sorted(self.rows):
            here = self.rows[key]
            low, high = max(begin, passed), min(end, passed + here[0])
            if high > low:
                share = (high - low) / here[0]
                row = [mine + share * each for mine, each in zip(row, here, strict=True)]
            passed += here[0]
        return row


class UnderWay:
    """How many requests were under way at the same time; they come about in order of their ends.

    What is over for a minute is settled: a request that took longer is not seen at its beginning.
    """

    def __init__(self) -> None:
        self._starts, self._ends = array("d"), array("d")
        self._settled_peak = self._level = 0
        self._settle_at = _SETTLE_EACH

    def record(self, start: float, end: float) -> None:
        """Take in one request, by its start and end in seconds."""
        self._starts.append(start)
        self._ends.append(end)
        if len(self._starts) >= self._settle_at:
            self._settle()
            self._settle_at = len(self._starts) + _SETTLE_EACH

    def add(self, other: UnderWay) -> None:
        """Take in those of another time, or of another step."""
        self._settled_peak = max(self.peak, other.peak)
        self._level = 0
        self._starts, self._ends = array("d"), array("d")

    @property
    def peak(self) -> int:
        """The largest number."""
        return max(self._settled_peak, self._peak(np.array(self._starts), np.array(self._ends)))

    def _peak(self, starts: np.ndarray, ends: np.ndarray) -> int:
        if not starts.size:
            return self._level
        starts, ends = np.sort(starts), np.sort(ends)
        # An end comes before a beginning at the same moment: those two were not together.
        over = np.searchsorted(ends, starts, side="right")
        return int((self._level + np.arange(1, starts.size + 1) - over).max())

    def _settle(self) -> None:
        starts, ends = np.array(self._starts), np.array(self._ends)
        until = ends.max() - _SETTLED_SECONDS
        old_starts, old_ends = starts <= until, ends <= until
        self._settled_peak = max(self._settled_peak, self._peak(starts, ends))
        self._level += int(old_starts.sum()) - int(old_ends.sum())
        self._starts = array("d", starts[~old_starts].tolist())
        self._ends = array("d", ends[~old_ends].tolist())


_SETTLE_EACH, _SETTLED_SECONDS = 50_000, 60.0


@dataclass
class Slot:
    """What ended in a stretch of time, for plots.

    Attributes:
        latency: of successful requests.
        failures: number of failed ones by outcome.
    """

    latency: Times = field(default_factory=lambda: Times(bits=_PLOT_BITS))
    failures: Counter[Outcome] = field(default_factory=Counter)

    def add(self, other: Slot) -> None:
        """Take in another one."""
        self.latency.add(other.latency)
        self.failures.update(other.failures)


class Slots:
    """Stretches of time of equal width, doubled whenever there are too many.

    Attributes:
        width: of each in seconds; the first begins at a multiple of it since the epoch.
        by_number: number of widths since the epoch, and what ended there.
    """

    def __init__(self) -> None:
        self.width = 0.5
        self.by_number: dict[int, Slot] = {}

    def record(self, request: Record) -> None:
        """Take in one request."""
        number = int(request.end // self.width)
        slot = self.by_number.get(number)
        if slot is None:
            slot = self.by_number[number] = Slot()
            if len(self.by_number) > _MOST_SLOTS:
                self._widen()
                self.record(request)
                return
        if request.outcome is Outcome.OK:
            slot.latency.record(request.latency)
        elif request.outcome.failed:
            slot.failures[request.outcome] += 1

    def add(self, other: Slots) -> None:
        """Take in another one."""
        while self.width < other.width:
            self._widen()
        for number, slot in other.by_number.items():
            at = int(number * other.width // self.width)
            self.by_number.setdefault(at, Slot()).add(slot)
        while len(self.by_number) > _MOST_SLOTS:
            self._widen()

    def _widen(self) -> None:
        narrow, self.by_number = self.by_number, {}
        self.width *= 2
        for number, slot in narrow.items():
            self.by_number.setdefault(number // 2, Slot()).add(slot)


_MOST_SLOTS = 240


@dataclass
class Group:
    """Requests of one kind: those of a step, or all that count.

    Attributes:
        operations: what figures are made of, by operation.
        outcomes: number of requests by operation and outcome.
        messages: number of failures by operation and error.
        statuses: number of answers by operation and status code, where there is one.
        again: number of requests on the wire beyond the first of each call.
        busy: seconds in which calls occupied their thread.
        server: seconds that the server says it took for successful ones, and for how many.
        taken: how long each took, waits for the loop apart.
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
        self.busy += request.busy_seconds
        taken = request.end - request.start - request.loop_wait
        self.taken.record(taken)
        self.under_way.record(request.start, request.end)
        if request.intended is not None:
            self.intended += 1
        if request.sends > 1:
            self.again += request.sends - 1
        if request.status:
            self.statuses[operation][request.status] += 1
        if outcome is Outcome.OK:
            self._good(request)
            return
        self.taken_badly.record(taken)
        if outcome.failed:
            key = (operation, request.error)
            if key not in self.messages and len(self.messages) >= _MOST_MESSAGES:
                key = (operation, OTHER_MESSAGES)
            self.messages[key] += 1

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
        if body >= LATE_SECONDS:
            self.bodies.record(body)
        beyond = max(0.0, (seen.first_byte or 0.0) - (server or 0.0)) + body
        if beyond >= LATE_SECONDS:
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
            self.__dict__.update(other.__dict__)

    @property
    def lasting(self) -> Silence | None:
        """The first one that nothing has ended; None without."""
        return self._open[0][1] if self._open else None


#: A pause is at least so many seconds without a request under way.
PAUSE_SECONDS = 1.0


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
