"""All that the virtual users of one path in one process share."""

from __future__ import annotations

from itertools import accumulate, count
from random import Random
from typing import TYPE_CHECKING

from locust_qdrant.config.dataset import Dataset, PointNames
from locust_qdrant.config.model import BASELINE
from locust_qdrant.config.operations import CLAIMING, READING
from locust_qdrant.ledger import Ledger, Write
from locust_qdrant.ledger.books import MOST_POINTS
from locust_qdrant.targets.qdrant import mix
from locust_qdrant.targets.qdrant.contents import Contents
from locust_qdrant.targets.qdrant.upsert import upsert
from locust_qdrant.targets.qdrant.virtual_user import VirtualUser
from locust_qdrant.targets.qdrant.witnesses import Unclaimed, Witnesses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.config.model import Workload
    from locust_qdrant.targets.qdrant.operation import Operation, Request

# Values in a request of the filling: about 2 MB as JSON, far below what a server refuses.
_FILL_COMPONENTS = 100_000
_FILL_MOST = 500


class WorkloadState:
    """What virtual users have in common: data, books, operations, and ids of points.

    A path that drives more than once keeps its states: what they have given away is given away.

    Args:
        workload: what is asked for.
        collection: name of the collection.
        worker: number of this process, from zero; its points are its own.
        workers: number of processes.
        run_id: a random number of up to 64 bits, the same in all processes, another one for each
            collection.

    Attributes:
        operations: the mix.
        dataset: where vectors and payloads come from.
        ledger: the books of this process.
        give_up_seconds: after which a caller leaves; zero for never.
        is_shared: whether the collection has points of others, too.

    Raises:
        UsageError: the data file cannot be used.
    """

    def __init__(
        self, workload: Workload, collection: str, *, worker: int = 0, workers: int = 1, run_id: int
    ) -> None:
        weighted = mix(workload)
        self.operations: list[Operation] = [operation for operation, _ in weighted]
        self.dataset = Dataset(workload.collection, workload.data, workload.seed)
        # From a collection of somebody else every point has to be removed, so all are remembered.
        self.ledger = Ledger(None if workload.collection.use_existing else MOST_POINTS)
        self.is_shared = workload.collection.use_existing
        self._collection = collection
        self.give_up_seconds = workload.load.give_up_seconds
        self._seed = workload.seed
        self._worker = worker
        self._weights = list(accumulate(weight for _, weight in weighted))
        reading = (
            weight if spec.kind in READING else 0
            for spec, (_, weight) in zip(workload.operations, weighted, strict=True)
        )
        self._reading_weights = list(accumulate(reading))
        self._names = PointNames(run_id)
        self._spec = workload.collection
        filled = workload.collection.points
        # Not a generator: two threads cannot run one at the same time.
        self._fresh = map(self._names.name, count(filled + worker, workers))
        claims = any(spec.kind in CLAIMING for spec in workload.operations)
        self._unclaimed = Unclaimed(filled, worker, workers, claims=claims)
        witnesses = Witnesses(self._unclaimed, self.dataset)
        self._contents = Contents(self.dataset, self._names, witnesses, workload.collection)

    def virtual_user(self, number: int) -> VirtualUser:
        """Return the virtual user of that number, with a chance of its own; call it once each."""
        return VirtualUser(
            collection=self._collection,
            dataset=self.dataset,
            random=Random(f"{self._seed}/{self._worker}/{number}"),  # noqa: S311 - hides nothing
            names=self._names,
            filled=self._spec.points,
            fresh=self._fresh,
            unclaimed=self._unclaimed,
            contents=self._contents,
        )

    def wrote(self, point: object) -> bool:
        """Tell whether this is a point of this run, written by whichever process."""
        return self._names.has(point)

    def choose(self, virtual_user: VirtualUser, step: str = "") -> Operation:
        """Return an operation of the mix by weight, with the virtual user's chance.

        In the stage `BASELINE` it is one that reads.
        """
        weights = self._reading_weights if step == BASELINE else self._weights
        return virtual_user.random.choices(self.operations, cum_weights=weights)[0]

    def filling(self) -> Iterator[Request]:
        """Yield the upserts that fill the collection; one process makes them."""
        vectors = self._spec.vectors.values()
        components = sum(each.dim * max(1, each.multi) for each in vectors)
        size = max(1, min(_FILL_MOST, _FILL_COMPONENTS // components))
        for start in range(0, self._spec.points, size):
            numbers = range(start, min(start + size, self._spec.points))
            write = Write([self._names.name(number) for number in numbers], version=0)
            yield upsert(self._collection, self.dataset, write)
