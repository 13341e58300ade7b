"""One request of a workload: chosen, planned, entered in the books, and sent."""

from __future__ import annotations

from itertools import count, cycle
from typing import TYPE_CHECKING, Any

from locust_qdrant.aio.recall import can_be_exact
from locust_qdrant.aio.recording import Occasion, occasion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.operations import Participant, Request
    from locust_qdrant.operations.crew import Crew

#: Number of the participant whose queries are compared, far from those of the traffic.
_ASKER = 10**9


class Cast:
    """Who performs in one process: a crew and its number.

    Args:
        crew: what its participants share.
        worker: number of this process, which its records carry.
    """

    def __init__(self, crew: Crew, worker: int) -> None:
        self._crew = crew
        self._worker = worker
        self._numbers = count()

    def participant(self) -> Participant:
        """Return a new participant."""
        return self._crew.participant(next(self._numbers))

    async def perform_async(
        self,
        client: AsyncQdrantClient,
        participant: Participant,
        step: str,
        intended: float | None = None,
    ) -> None:
        """Send the next request of `participant`; raises what the client raises.

        Args:
            client: with what.
            participant: whose turn it is; it has nothing else under way.
            step: name of the stage of the run.
            intended: when the request was due, in seconds since the epoch; None in a closed model.
        """
        request = self._next(participant, step, intended)
        with self._crew.ledger.writing(request.write):
            await getattr(client, request.method)(**request.arguments)

    def perform(self, client: QdrantClient, participant: Participant, step: str) -> None:
        """Do the same in a thread, with a client that blocks."""
        request = self._next(participant, step, None)
        with self._crew.ledger.writing(request.write):
            getattr(client, request.method)(**request.arguments)

    def _next(self, participant: Participant, step: str, intended: float | None) -> Request:
        operation = self._crew.choose(participant)
        request: Request = operation.plan(participant)
        occasion.set(Occasion(operation.name, step, intended, request.points, self._worker))
        return request

    def queries(self) -> Iterator[Mapping[str, Any]] | None:
        """Return the mix's plain queries without end, as keyword arguments of `query_points`.

        None, when the mix has no query that an exact search can be set beside.
        """
        asker = self._crew.participant(_ASKER)
        asking = [each for each in self._crew.operations if each.method == "query_points"]
        plain = [each for each in asking if can_be_exact(each.plan(asker).arguments)]
        return (each.plan(asker).arguments for each in cycle(plain)) if plain else None
