"""A service as a target: what its virtual users ask, by weight, and with which values."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from locust_qdrant.client.recording import Occasion, occasion
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Lateness
from locust_qdrant.targets.http.client import NO_ANSWER
from locust_qdrant.targets.http.filling import Filler

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping, Sequence

    from aiohttp import ClientSession

    from locust_qdrant.config.service import Endpoint
    from locust_qdrant.metrics.results import Answers
    from locust_qdrant.targets.http.client import HttpClient

#: Seconds between two beats.
INTERVAL = 0.02
#: Nobody who is refused tries again at once.
_PAUSE_AFTER_REFUSAL = 0.1


class HttpHeartbeat:
    """Asks the same address again and again.

    Whoever waits for an answer asks nothing meanwhile: each beat that was left out counts with the
    wait that it would have had (Gil Tene's correction of coordinated omission). A beat without an
    answer counts with the time until that was known.

    Args:
        url: what is asked.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._beats: list[Lateness] = []

    async def run(self, session: ClientSession) -> None:
        """Beat until cancelled."""
        while True:
            due = now()
            try:
                async with session.get(self._url) as answer:
                    await answer.read()
            except NO_ANSWER:
                pass
            self.note(due, now() - due)
            await asyncio.sleep(max(0.0, due + INTERVAL - now()))

    def note(self, due: float, seconds: float) -> None:
        """Count a beat, and those that its lateness kept from being sent."""
        while seconds > 0:
            self._beats.append(Lateness(due, seconds))
            due, seconds = due + INTERVAL, seconds - INTERVAL

    def beats(self) -> Sequence[Lateness]:
        """Return the beats so far; safe from any thread."""
        return list(self._beats)


@dataclass(frozen=True)
class HttpTargetSpec:
    """What a target is made from, in any process.

    Attributes:
        endpoints: the traffic.
        choices: values by the name of their placeholder.
        seed: where chance begins.
        heartbeat: address of an endpoint that does nothing; empty for none.
    """

    endpoints: Sequence[Endpoint]
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    seed: int = 0
    heartbeat: str = ""

    def build(self, worker: int, workers: int) -> HttpTarget:
        """Return the target of one of several processes."""
        return HttpTarget(self, worker, workers)


class HttpTarget:
    """What virtual users ask of a service, in one process.

    Args:
        spec: what it is made from.
        worker: number of this process, from zero; the first one also beats.
        workers: number of processes.
    """

    ledger = None

    def __init__(self, spec: HttpTargetSpec, worker: int = 0, workers: int = 1) -> None:
        self._worker = worker
        self._filler = Filler(spec.choices, f"{spec.seed}/{worker}", worker, workers)
        chance = Random(f"{spec.seed}/mix/{worker}")  # noqa: S311 - a load test hides nothing
        self._mix = shuffled(spec.endpoints, chance)
        self._numbers = count()
        beats = spec.heartbeat and not worker
        self._heartbeat = HttpHeartbeat(spec.heartbeat) if beats else None

    def virtual_user(self) -> int:
        """Return a new virtual user: a number, since all of them ask the same."""
        return next(self._numbers)

    async def perform_async(
        self,
        client: HttpClient,
        virtual_user: int,
        step: str,
        intended: float | None = None,
        ready: float | None = None,
    ) -> None:
        """Send the next request of a virtual user; a failure is in its record."""
        endpoint = next(self._mix)
        occasion.set(Occasion(endpoint.name, step, intended, 0, self._worker, ready=ready))
        answered = await client.request(endpoint, self._filler.values(endpoint))
        if not answered and intended is None:
            await asyncio.sleep(_PAUSE_AFTER_REFUSAL)

    def perform(self, client: HttpClient, virtual_user: int, step: str) -> None:
        """Refuse: a service is driven from an event loop.

        Raises:
            NotImplementedError: always, which is meant.
        """
        raise NotImplementedError("A service has no blocking path.")  # meant: nobody asks

    def take_answers(self) -> Sequence[Answers]:
        """Return nothing: only of Qdrant it is known what an answer has to hold."""
        return ()

    def queries(self) -> None:
        """Return nothing: only Qdrant has a recall."""

    def heartbeat(self, client: HttpClient) -> Coroutine[None, None, None]:
        """Return what asks the endpoint that does nothing, if there is one."""
        return _rest() if self._heartbeat is None else self._heartbeat.run(client.session)

    def beats(self) -> Sequence[Lateness]:
        """Return the beats so far; safe from any thread."""
        return self._heartbeat.beats() if self._heartbeat is not None else ()


async def _rest() -> None:
    """Beat nothing."""


def shuffled(endpoints: Sequence[Endpoint], random: Random) -> Iterator[Endpoint]:
    """Yield endpoints by weight for ever: each as often as its weight, shuffled, and so again.

    Even a short turn then asks for each of them, in the right proportion.
    """
    bag = [endpoint for endpoint in endpoints for _ in range(endpoint.weight)]
    while True:
        random.shuffle(bag)
        yield from bag
