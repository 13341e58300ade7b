"""What a run left behind: the only input of figures, checks and reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from locust_qdrant.metrics.requests import Requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from locust_qdrant.config.model import Threshold
    from locust_qdrant.ledger import Audit
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.service import ServiceSeen
    from locust_qdrant.probe.loop_lag import LagSummary

    #: Called ten times a second while the traffic runs, and once when it is over.
    Watch = Callable[["Progress"], None]


class Lateness(NamedTuple):
    """How late one tick of a ticker came.

    Attributes:
        at: when it was due, in seconds since the epoch.
        seconds: how late it came.
    """

    at: float
    seconds: float


@dataclass(frozen=True)
class Phase:
    """A stretch of a run.

    Attributes:
        name: its name, which is the `step` of its records.
        start: when it began, in seconds since the epoch.
        end: when it ended, in seconds since the epoch.
        measured: whether it counts; a warm-up does not.
        users: number of virtual users at its end, zero in an open workload.
        rate: arrivals a second at its end, zero in a closed workload.
        succeeded: number of requests that were made in it and succeeded; None where nobody counted.
    """

    name: str
    start: float
    end: float
    measured: bool = True
    users: int = 0
    rate: float = 0.0
    succeeded: int | None = None


@dataclass(frozen=True)
class Arrivals:
    """What became of the arrivals of an open workload.

    Attributes:
        planned: number of arrivals that were due.
        late: number of them that began more than 10 ms after their time.
        missed: number of them that never began: too many were under way already.
    """

    planned: int = 0
    late: int = 0
    missed: int = 0


@dataclass(frozen=True)
class Recall:
    """How many of the truly nearest points the queries found, while the traffic ran.

    Attributes:
        queries: number of queries that were compared with an exact search.
        k: number of hits asked for.
        mean: mean share of the exact hits that were found, 0 to 1.
        worst: the lowest share.
        unreadable: why the last query that failed did, empty when none failed.
        indexed: number of vectors that were in an index meanwhile; zero means that every search was
            exact, None that nobody asked.
        failed: number of queries that could not be compared, since the server failed.
        statuses: every status of the collection that was seen meanwhile, such as `yellow`.
    """

    queries: int
    k: int
    mean: float
    worst: float
    unreadable: str = ""
    indexed: int | None = None
    failed: int = 0
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What looking at every answer of one operation showed.

    Attributes:
        operation: its name.
        seen: number of answers that were looked at; a batch has one for each query in it.
        telling: number of them that could have shown a mistake: something came, or had to come.
        approximate: number of them that were short, where an exact search found the rest.
        unconfirmed: number of them that were short, and could not be asked for again.
        wrong: number of wrong ones by what is wrong with them.
        examples: a few wrong ones, one line each.
    """

    operation: str
    seen: int = 0
    telling: int = 0
    approximate: int = 0
    unconfirmed: int = 0
    wrong: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leftovers:
    """What was still open after the traffic had ended and the clients were closed.

    Attributes:
        tasks: tasks that still ran on the loop, one line each.
        connections: number of connections that were still open.
        never_awaited: coroutines that nobody awaited, one line each.
    """

    tasks: Sequence[str] = ()
    connections: int = 0
    never_awaited: Sequence[str] = ()


@dataclass(frozen=True)
class Client:
    """The client that made the traffic, and what was seen of its connections.

    Attributes:
        library: what moved its bytes, such as `httpcore 1.0.9`; several with a comma.
        timeout: seconds that were meant to be the limit of a request.
        connections: most connections it may have, all its pools together; zero for no limit, and
            over gRPC.
        keepalive: most idle ones it keeps, all its pools together.
        http_version: that of its last answer, such as `HTTP/1.1`; empty over gRPC.
        compression: whether it asks for compressed answers.
        open: number of connections in its pools when the traffic was over.
        held: number of them that were busy although nobody used them any more; None where nobody
            could look.
    """

    library: str
    timeout: int
    connections: int = 0
    keepalive: int = 0
    http_version: str = ""
    compression: bool = True
    open: int = 0
    held: int | None = None


@dataclass(frozen=True)
class Traffic:
    """What happened while the clock ran, on one path.

    Attributes:
        records: one for each request, where they are kept: of a record file, and in a run with
            checks of one's own. Else they are taken into `requests` as they come, and not kept.
        seconds: how long the traffic lasted.
        lag: lags of the event loop in seconds, empty where there is none.
        cpu_seconds: processor time that this process used meanwhile.
        task_errors: what went wrong in tasks besides the requests, one line each.
        interrupted: whether it was cut short.
        phases: the stretches of the traffic in order.
        arrivals: what became of the arrivals of an open workload; None in a closed one.
        lag_over_time: the loop's lag, a sample each tick.
        heartbeat: a task that wakes every 10 ms beside the traffic, a sample each beat; for a
            service, how long an endpoint that does nothing took to answer.
        cpu_by_worker: processor time in seconds of each process that made traffic, by its number.
        starved_by_worker: seconds in which the loop's thread of each process was ready to run and
            got no processor, by its number; empty where the system does not tell.
        connections_opened: connections that the clients opened, None where nobody counted.
        left_out: requests of phases that do not count, once `window.counted` took them out.
        client: what made the requests, None where nobody said.
        folded: what is known of the requests; None where their records are there.
    """

    records: Sequence[Record]
    seconds: float
    lag: Sequence[float]
    cpu_seconds: float
    task_errors: Sequence[str] = ()
    interrupted: bool = False
    phases: Sequence[Phase] = ()
    arrivals: Arrivals | None = None
    lag_over_time: Sequence[Lateness] = ()
    heartbeat: Sequence[Lateness] = ()
    cpu_by_worker: Mapping[int, float] = field(default_factory=dict)
    starved_by_worker: Mapping[int, float] = field(default_factory=dict)
    connections_opened: int | None = None
    left_out: Sequence[Record] = ()
    client: Client | None = None
    folded: Requests | None = field(default=None, compare=False, repr=False)

    @cached_property
    def requests(self) -> Requests:
        """What is known of the requests: all that figures, checks and reports are made of."""
        if self.folded is not None:
            return self.folded
        found = requests_of(self.phases)
        for record in self.left_out:
            found.record(record, counts=False)
        for record in self.records:
            found.record(record)
        return found


@dataclass(frozen=True)
class PathResult:
    """One path of a run, from its traffic to what was read back.

    Attributes:
        path: `async` or `sync`; for a service, its group of endpoints.
        expected: the name of every operation in the mix.
        traffic: what happened.
        lag: the event loop's lag, None where there is no loop.
        audit: whether what was acknowledged is there, None when nothing was read back.
        recall: how good the answers were, None when it was not measured.
        leftovers: what was left open, None when nobody looked.
        thresholds: limits that the run has to keep.
        left_behind: what the run wrote to the server and could not remove, in words; empty for
            nothing.
        answers: what looking at the answers of each reading operation showed.
        service: what was seen inside a service under test; None for Qdrant.
    """

    path: str
    expected: tuple[str, ...]
    traffic: Traffic
    lag: LagSummary | None
    audit: Audit | None
    recall: Recall | None = None
    leftovers: Leftovers | None = None
    thresholds: Sequence[Threshold] = ()
    left_behind: str = ""
    answers: Sequence[Answers] = ()
    service: ServiceSeen | None = None

    @property
    def cpu_share(self) -> float:
        """Share of one processor core that this process used, 1 for all of it."""
        return self.traffic.cpu_seconds / self.traffic.seconds if self.traffic.seconds else 0.0


@dataclass(frozen=True)
class Run:
    """A whole run: what a record file holds, and what every report is made of.

    Attributes:
        title: what was run, in one line.
        server: what it ran against, in one line, without secrets.
        command: the command line, without secrets.
        started: when it began, in seconds since the epoch.
        versions: of Python and of the packages that matter, by name.
        machine: operating system, processor and number of cores, by name.
        workload: what was asked for, as JSON knows it, without secrets.
        paths: one or two.
        notes: what a reader should know besides, one sentence each.
    """

    title: str
    server: str
    command: str
    started: float
    versions: Mapping[str, str]
    machine: Mapping[str, str]
    workload: Mapping[str, Any]
    paths: Sequence[PathResult]
    notes: Sequence[str] = ()

    @property
    def interrupted(self) -> bool:
        """Whether it was cut short, perhaps before there was any traffic."""
        return not self.paths or any(path.traffic.interrupted for path in self.paths)


def requests_of(phases: Iterable[Phase]) -> Requests:
    """Return what takes in the requests of these phases."""
    phases = list(phases)
    return Requests(
        [each.name for each in phases if not each.measured],
        [each.start for each in phases if each.measured],
    )


def merge(rounds: Sequence[Traffic]) -> Traffic:
    """Return several rounds of traffic on one path as one: nothing is averaged."""
    arrivals = [each.arrivals for each in rounds if each.arrivals is not None]
    return Traffic(
        records=[record for each in rounds for record in each.records],
        seconds=sum(each.seconds for each in rounds),
        lag=[lag for each in rounds for lag in each.lag],
        cpu_seconds=sum(each.cpu_seconds for each in rounds),
        task_errors=[error for each in rounds for error in each.task_errors],
        interrupted=any(each.interrupted for each in rounds),
        phases=[phase for each in rounds for phase in each.phases],
        arrivals=_sum(arrivals) if arrivals else None,
        lag_over_time=[sample for each in rounds for sample in each.lag_over_time],
        heartbeat=[beat for each in rounds for beat in each.heartbeat],
        cpu_by_worker=_add_up(each.cpu_by_worker for each in rounds),
        starved_by_worker=_add_up(each.starved_by_worker for each in rounds),
        connections_opened=_sum_known([each.connections_opened for each in rounds]),
        client=_client([each.client for each in rounds if each.client is not None]),
        folded=_folded([each.folded for each in rounds if each.folded is not None]),
    )


class Progress(NamedTuple):
    """What a watcher of the traffic sees.

    Attributes:
        begin: when the traffic began, in seconds since the epoch.
        elapsed: seconds since then.
        records: those of the requests that ended since the last look.
        lag: the worst lag of the loop since about a second, in seconds; zero where there is none.
    """

    begin: float
    elapsed: float
    records: Sequence[Record]
    lag: float


@dataclass(frozen=True)
class SegmentResult:
    """What is known when a stretch of traffic is over.

    Attributes:
        traffic: what happened.
        recall: how good the answers were, None when it was not measured.
        leftovers: what was left open, None when nobody looked.
        answers: what looking at the answers of each reading operation showed.
        complete: whether it ran to its end, with every process that took part.
    """

    traffic: Traffic
    recall: Recall | None = None
    leftovers: Leftovers | None = None
    answers: Sequence[Answers] = ()
    complete: bool = True


def _folded(parts: Sequence[Requests]) -> Requests | None:
    if not parts:
        return None
    found = Requests()
    for each in parts:
        found.add(each)
    return found


def _client(parts: Sequence[Client]) -> Client | None:
    """Return the clients of several rounds or processes as one."""
    if not parts:
        return None
    return replace(
        parts[-1],
        library=", ".join(dict.fromkeys(each.library for each in parts)),
        open=sum(each.open for each in parts),
        held=_sum_known([each.held for each in parts]),
    )


def _sum(arrivals: Sequence[Arrivals]) -> Arrivals:
    return Arrivals(
        planned=sum(each.planned for each in arrivals),
        late=sum(each.late for each in arrivals),
        missed=sum(each.missed for each in arrivals),
    )


def _add_up(shares: Iterable[Mapping[int, float]]) -> dict[int, float]:
    total: Counter[int] = Counter()
    for share in shares:
        total.update(share)
    return dict(total)


def _sum_known(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
