"""Drives requests at a service: users that wait for their answers, or arrivals at a rate."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from locust_qdrant.config.pacing import arrivals
from locust_qdrant.metrics.results import Arrivals
from locust_qdrant.probe.loop_lag import LagSummary, LoopLag, summarise
from locust_qdrant.targets.http.heartbeat import HttpHeartbeat
from locust_qdrant.targets.http.sender import NO_ANSWER, reason
from locust_qdrant.targets.http.tally import EndpointTally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from locust_qdrant.config.model import Load
    from locust_qdrant.targets.http.sender import Sender
    from locust_qdrant.targets.http.spec import Endpoint
    from locust_qdrant.targets.http.tally import Latencies

_LATE_SECONDS = 0.010
_MOST_IN_FLIGHT = 1000
_WATCH_SECONDS = 0.1
#: Nobody who is refused tries again at once.
_PAUSE_AFTER_REFUSAL = 0.1


@dataclass(frozen=True)
class TrafficTurn:
    """A stretch of traffic on one group of endpoints.

    Attributes:
        seconds: how long it lasted.
        tallies: what became of the requests, by the name of the endpoint.
        heartbeat: latencies of the endpoint that does nothing; None where there is none.
        heartbeats_lost: heartbeats without a right answer.
        generator_lag: how late the load generator's own loop was.
        cpu_seconds: processor time that the load generator used.
        arrivals: what became of the arrivals of an open workload; None in a closed one.
    """

    seconds: float
    tallies: dict[str, EndpointTally]
    heartbeat: Latencies | None
    heartbeats_lost: int
    generator_lag: LagSummary
    cpu_seconds: float
    arrivals: Arrivals | None


class HttpDriver:
    """Drives traffic from the running loop.

    Args:
        sender: sends the requests.
        seed: where chance begins.
        heartbeat: address of an endpoint that does nothing; empty for none.
        stopped: tells whether to end before the time, asked ten times a second.
    """

    def __init__(
        self, sender: Sender, *, seed: int, heartbeat: str, stopped: Callable[[], bool]
    ) -> None:
        self._sender = sender
        self._random = Random(f"{seed}/mix")  # noqa: S311 - a load test hides nothing
        self._heartbeat = heartbeat
        self._stopped = stopped

    async def turn(
        self, endpoints: Sequence[Endpoint], load: Load, advance: Callable[[float], None]
    ) -> TrafficTurn:
        """Drive one stage of traffic; returns when the last request has ended.

        Args:
            endpoints: what is asked.
            load: of one stage.
            advance: told how many seconds are over, ten times a second.
        """
        (stage,) = load.stages
        lag = LoopLag()
        lag.start()
        cpu = time.process_time()
        begin = time.perf_counter()
        end = begin + stage.seconds
        requests = _Requests(self._sender, endpoints, self._random, end)
        heartbeat = (
            HttpHeartbeat(self._sender.session, self._heartbeat) if self._heartbeat else None
        )
        if load.open:
            due = [each.at for each in arrivals(load, self._random.getrandbits(32))]
            work = [requests.arrive(due, begin, load.most_in_flight or _MOST_IN_FLIGHT)]
        else:
            work = [requests.user(load.think_seconds) for _ in range(round(stage.end))]
        if heartbeat is not None:
            work.append(heartbeat.beat(end))
        seconds = await self._until(end, [asyncio.create_task(each) for each in work], advance)
        lag.stop()
        return TrafficTurn(
            seconds=seconds,
            tallies=requests.tallies,
            heartbeat=heartbeat.latencies if heartbeat else None,
            heartbeats_lost=heartbeat.lost if heartbeat else 0,
            generator_lag=summarise(lag.samples()),
            cpu_seconds=time.process_time() - cpu,
            arrivals=requests.arrivals() if load.open else None,
        )

    async def _until(
        self, end: float, tasks: Sequence[asyncio.Task[None]], advance: Callable[[float], None]
    ) -> float:
        """Wait for `end` and then for `tasks`, or stop them; return the seconds until `end`."""
        begin = time.perf_counter()
        while (now := time.perf_counter()) < end:
            if self._stopped():
                for task in tasks:
                    task.cancel()
                break
            advance(now - begin)
            await asyncio.wait(tasks, timeout=min(_WATCH_SECONDS, end - now))
            # What ends before its time has failed for a reason of our own.
            for task in tasks:
                if task.done():
                    task.result()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        return min(now, end) - begin


def shuffled(endpoints: Sequence[Endpoint], random: Random) -> Iterator[Endpoint]:
    """Yield endpoints by weight for ever: each as often as its weight, shuffled, and so again.

    Even a short turn then asks for each of them, in the right proportion.
    """
    bag = [endpoint for endpoint in endpoints for _ in range(endpoint.weight)]
    while True:
        random.shuffle(bag)
        yield from bag


class _Requests:
    """The requests of one turn, and what became of them."""

    def __init__(
        self, sender: Sender, endpoints: Sequence[Endpoint], random: Random, end: float
    ) -> None:
        self.tallies = {endpoint.name: EndpointTally() for endpoint in endpoints}
        self._sender = sender
        self._mix = shuffled(endpoints, random)
        self._end = end
        self._planned = self._late = self._missed = 0

    def arrivals(self) -> Arrivals:
        return Arrivals(self._planned, self._late, self._missed)

    async def user(self, think_seconds: float) -> None:
        while (now := time.perf_counter()) < self._end:
            if not await self._one(now):
                await asyncio.sleep(_PAUSE_AFTER_REFUSAL)
            if think_seconds:
                await asyncio.sleep(think_seconds)

    async def arrive(self, due: Iterable[float], begin: float, most_in_flight: int) -> None:
        under_way: set[asyncio.Task[bool]] = set()
        try:
            for at in due:
                intended = begin + at
                if (wait := intended - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                self._planned += 1
                self._late += time.perf_counter() - intended > _LATE_SECONDS
                if len(under_way) >= most_in_flight:
                    self._missed += 1
                    continue
                task = asyncio.create_task(self._one(intended))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.sleep(self._end - time.perf_counter())
            await asyncio.gather(*under_way)
        finally:
            for task in under_way:
                task.cancel()

    async def _one(self, intended: float) -> bool:
        """Send one request and count it; return whether there was an answer."""
        endpoint = next(self._mix)
        tally = self.tallies[endpoint.name]
        start = time.perf_counter()
        try:
            status, body = await self._sender.send(endpoint)
        except NO_ANSWER as error:
            tally.broken[reason(error)] += 1
            return False
        end = time.perf_counter()
        tally.statuses[status] += 1
        if endpoint.is_right(status):
            tally.latencies.add(end - intended)
            tally.service_times.add(end - start)
            tally.in_time += end <= self._end
        else:
            tally.wrong += 1
            tally.examples.setdefault(status, body)
        return True
