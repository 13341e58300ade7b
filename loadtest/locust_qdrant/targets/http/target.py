"""A service as a target: what its virtual users ask, by weight, and with which values."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from locust_qdrant.client.recording import Occasion, occasion
from locust_qdrant.targets.http.filling import Filler
from locust_qdrant.targets.http.heartbeat import HttpHeartbeat

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping, Sequence

    from locust_qdrant.config.service import Endpoint
    from locust_qdrant.metrics.results import Answers, Lateness
    from locust_qdrant.targets.http.client import HttpClient

#: Nobody who is refused tries again at once.
_PAUSE_AFTER_REFUSAL = 0.1


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
