"""One request of a workload: chosen, planned, entered in the books, and sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from typing import TYPE_CHECKING, Any

from locust_qdrant.checks.loading import load_answer_checks
from locust_qdrant.client.recording import Occasion, occasion
from locust_qdrant.targets.qdrant import fate
from locust_qdrant.targets.qdrant.answer_log import AnswerLog
from locust_qdrant.targets.qdrant.recall import can_be_exact
from locust_qdrant.targets.qdrant.state import WorkloadState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.checks.interface import AnswerCheck
    from locust_qdrant.config.model import Workload
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.ledger.books import LedgerEntry
    from locust_qdrant.metrics.results import Answers, Lateness
    from locust_qdrant.targets.qdrant import Request, VirtualUser

#: Number of the virtual user whose queries are compared, far from those of the traffic.
_ASKER = 10**9


@dataclass(frozen=True)
class QdrantTargetSpec:
    """What a target is made from, in any process.

    Attributes:
        workload: what is asked.
        collection: name of the collection.
        run_id: what the names of this run's points begin with.
    """

    workload: Workload
    collection: str
    run_id: int

    def build(self, worker: int, workers: int) -> QdrantTarget:
        """Return the target of one of several processes."""
        state = WorkloadState(
            self.workload, self.collection, worker=worker, workers=workers, run_id=self.run_id
        )
        return QdrantTarget(state, worker, load_answer_checks(self.workload.answer_checks))


class QdrantTarget:
    """What virtual users do to Qdrant, in one process.

    Args:
        state: what its virtual users share.
        worker: number of this process, which its records carry.
        checks: what else looks at each answer.

    Attributes:
        state: what its virtual users share.
        answers: what was seen of the answers.
    """

    def __init__(
        self, state: WorkloadState, worker: int, checks: Sequence[AnswerCheck] = ()
    ) -> None:
        self.state = state
        self._worker = worker
        self._numbers = count()
        self.answers = AnswerLog(state.wrote, shared=state.is_shared, checks=checks)

    @property
    def ledger(self) -> Ledger:
        """What its virtual users wrote."""
        return self.state.ledger

    def virtual_user(self) -> VirtualUser:
        """Return a new virtual user."""
        return self.state.virtual_user(next(self._numbers))

    async def perform_async(
        self,
        client: AsyncQdrantClient,
        virtual_user: VirtualUser,
        step: str,
        intended: float | None = None,
        ready: float | None = None,
    ) -> None:
        """Send the next request of `virtual_user`; raises what the client raises.

        Args:
            client: with what.
            virtual_user: whose turn it is; it has nothing else under way.
            step: name of the stage of the run.
            intended: when the request was due, in seconds since the epoch; None in a closed model.
            ready: since when a user of a closed model has waited for the event loop to make it.
        """
        operation, request = self._next(virtual_user, step, intended, ready)
        call = getattr(client, request.method)(**request.arguments)
        give_up = self.state.give_up_seconds
        try:
            with self._writing(request) as entry:
                answer = await (asyncio.wait_for(call, give_up) if give_up else call)
                entry.fate = fate.of_answer(answer)
        except asyncio.TimeoutError:
            # To give up is no failure: the call's own record counts it, and a write is in doubt.
            if not give_up:
                raise
            return
        if request.expects:
            await self.answers.look_async(operation, request, answer, client)

    def perform(self, client: QdrantClient, virtual_user: VirtualUser, step: str) -> None:
        """Do the same in a thread, with a client that blocks."""
        operation, request = self._next(virtual_user, step, None, None)
        with self._writing(request) as entry:
            answer = getattr(client, request.method)(**request.arguments)
            entry.fate = fate.of_answer(answer)
        if request.expects:
            self.answers.look(operation, request, answer, client)

    def _writing(self, request: Request) -> LedgerEntry:
        return self.state.ledger.writing(request.write, partial(fate.of_failure, request.write))

    def _next(
        self,
        virtual_user: VirtualUser,
        step: str,
        intended: float | None,
        ready: float | None,
    ) -> tuple[str, Request]:
        operation = self.state.choose(virtual_user, step)
        request: Request = operation.plan(virtual_user)
        give_up = self.state.give_up_seconds
        occasion.set(
            Occasion(operation.name, step, intended, request.points, self._worker, give_up, ready)
        )
        return operation.name, request

    def take_answers(self) -> Sequence[Answers]:
        """Return what was seen of the answers since the last time."""
        return self.answers.take()

    def heartbeat(self, client: AsyncQdrantClient) -> None:
        """Return nothing: beside Qdrant's clients beats a task on their loop."""

    def beats(self) -> Sequence[Lateness]:
        """Return nothing, as well."""
        return ()

    def queries(self) -> Iterator[Mapping[str, Any]] | None:
        """Return the mix's plain queries without end, as keyword arguments of `query_points`.

        None, when the mix has no query that an exact search can be set beside.
        """
        asker = self.state.virtual_user(_ASKER)
        asking = [each for each in self.state.operations if each.method == "query_points"]
        plain = [each for each in asking if can_be_exact(each.plan(asker).arguments)]
        return (each.plan(asker).arguments for each in cycle(plain)) if plain else None
