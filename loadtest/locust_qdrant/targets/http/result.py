"""What a test of a service leaves behind: the only thing that a report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from locust_qdrant.targets.http.blame import merge_lines
from locust_qdrant.targets.http.compare import SideRatio, ratio
from locust_qdrant.targets.http.tally import Latencies, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.config.model import Load
    from locust_qdrant.targets.http.blame import BlamedLine, Held
    from locust_qdrant.targets.http.spec import Endpoint
    from locust_qdrant.targets.http.tally import EndpointTally
    from locust_qdrant.targets.http.traffic import TrafficTurn


@dataclass(frozen=True)
class Measured:
    """One turn of a group: what the traffic saw, and what the probe in the service saw.

    Attributes:
        turn: what the traffic saw.
        held: what the probe saw; None without a probe.
    """

    turn: TrafficTurn
    held: Held | None


@dataclass(frozen=True)
class GroupResult:
    """All turns of a group of endpoints.

    Attributes:
        name: the group's name.
        endpoints: what was asked.
        rounds: one for each turn, in order.
    """

    name: str
    endpoints: Sequence[Endpoint]
    rounds: Sequence[Measured]

    @cached_property
    def tallies(self) -> dict[str, EndpointTally]:
        """What became of the requests, by the name of the endpoint."""
        return {
            endpoint.name: merged(each.turn.tallies[endpoint.name] for each in self.rounds)
            for endpoint in self.endpoints
        }

    @cached_property
    def total(self) -> EndpointTally:
        """What became of all requests."""
        return merged(self.tallies.values())

    @property
    def seconds(self) -> float:
        """How long all turns lasted together."""
        return sum(each.turn.seconds for each in self.rounds)

    def rate(self, tally: EndpointTally) -> float:
        """Return right answers a second while the traffic lasted."""
        return tally.in_time / self.seconds if self.seconds else 0.0

    @cached_property
    def heartbeat(self) -> Latencies | None:
        """Latencies of the endpoint that does nothing; None where there is none."""
        return _all([each.turn.heartbeat for each in self.rounds])

    @cached_property
    def lines(self) -> list[BlamedLine]:
        """The lines that held the loop, that with the longest time first."""
        return merge_lines([each.held for each in self.rounds if each.held is not None])

    @cached_property
    def lag(self) -> Latencies | None:
        """How late the loop was; None where that is not known."""
        return _all([each.held.lag if each.held else None for each in self.rounds])

    @property
    def probed_seconds(self) -> float | None:
        """For how long the probe looked; None where there was none."""
        spans = [each.held.seconds for each in self.rounds if each.held is not None]
        return sum(spans) if spans else None

    @property
    def starved_share(self) -> float:
        """Share of the time, 0 to 1, in which the loop's thread was ready and got no processor."""
        starved = sum(each.held.starved for each in self.rounds if each.held is not None)
        return starved / self.probed_seconds if self.probed_seconds else 0.0

    @property
    def held_share(self) -> float:
        """Share of the time, 0 to 1, in which lines held the loop."""
        held = sum(line.seconds for line in self.lines)
        return held / self.probed_seconds if self.probed_seconds else 0.0

    @property
    def rates(self) -> list[float]:
        """Right answers a second, of each round."""
        return [
            merged(each.turn.tallies.values()).in_time / each.turn.seconds
            if each.turn.seconds
            else 0.0
            for each in self.rounds
        ]

    @property
    def heartbeat_p99s(self) -> list[float]:
        """The heartbeat's p99 of each round, seconds; empty where there is no heartbeat."""
        beats = [each.turn.heartbeat for each in self.rounds if each.turn.heartbeat is not None]
        return [each.percentile(99) for each in beats]


@dataclass(frozen=True)
class Side:
    """One group beside the first one.

    Attributes:
        group: the group.
        throughput: its throughput divided by that of the first; None where there is no ratio.
        heartbeat: its heartbeat's p99 divided by that of the first; None likewise.
    """

    group: GroupResult
    throughput: SideRatio | None
    heartbeat: SideRatio | None


@dataclass(frozen=True)
class ServiceResult:
    """A whole test.

    Attributes:
        title: what was done, in one line.
        service: what was tested, in one line, without secrets.
        qdrant: where its Qdrant was, in one line; empty if that is not known.
        groups: at least one.
        notes: what a reader should know besides, a sentence each.
        interrupted: whether the user ended it.
        died: how the service ended while it was tested, with its last words; empty if it lived.
        versions: of Python and of the packages that matter, by name.
        machine: operating system, processor and number of cores, by name.
        load: how much was asked, and when.
        started: when it began, in seconds since the epoch.
    """

    title: str
    service: str
    qdrant: str
    groups: Sequence[GroupResult]
    notes: Sequence[str]
    interrupted: bool
    died: Sequence[str]
    versions: Mapping[str, str]
    machine: Mapping[str, str]
    load: Load
    started: float

    @property
    def sides(self) -> list[Side]:
        """Each group beside the first; empty with only one."""
        if len(self.groups) < 2:  # noqa: PLR2004 - one has nothing beside it
            return []
        first = self.groups[0]
        return [
            Side(
                group,
                ratio(group.rates, first.rates),
                ratio(group.heartbeat_p99s, first.heartbeat_p99s),
            )
            for group in self.groups
        ]


def _all(parts: Sequence[Latencies | None]) -> Latencies | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    total = Latencies()
    for part in known:
        total.merge(part)
    return total
