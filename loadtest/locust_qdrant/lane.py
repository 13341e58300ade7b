"""One path of a run: its own collection, its own books, and its turns of traffic."""

from __future__ import annotations

import secrets
from functools import partial
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from locust_qdrant.aio.failures import SERVER_FAILURES, describe
from locust_qdrant.control import traffic
from locust_qdrant.ledger import Audit, Ledger, audit
from locust_qdrant.operations import OPERATIONS, Participant
from locust_qdrant.operations.upsert import write
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report.progress import remark_on
from locust_qdrant.results import PathResult, Traffic, merge
from locust_qdrant.target.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qdrant_client import QdrantClient

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.operations import Request
    from locust_qdrant.report.progress import Advance, ProgressDisplay
    from locust_qdrant.workload.dataset import Dataset
    from locust_qdrant.workload.settings import RunSettings

_FILL_BATCH = 100
#: Seconds that the optimiser gets before the traffic begins all the same.
_GREEN_SECONDS = 60.0


class Lane:
    """One path, `async` or `sync`.

    Args:
        path: its name.
        settings: what the traffic is.
        client_settings: how its clients are made.
        client: a working client for all that is not traffic.
        dataset: where vectors and payloads come from.
        display: where progress goes.
    """

    def __init__(
        self,
        path: str,
        settings: RunSettings,
        client_settings: ClientSettings,
        client: QdrantClient,
        dataset: Dataset,
        display: ProgressDisplay,
    ) -> None:
        self.path = path
        self.notes: list[str] = []
        self._settings = settings
        self._client_settings = client_settings
        self._dataset = dataset
        self._display = display
        self._ledger = Ledger()
        self._collection = Collection(client, self._collection_name(), settings.dim, self._ledger)
        self._new_points = _new_points()
        self._rounds: list[Traffic] = []

    def open(self) -> None:
        """Create and fill the collection.

        Raises:
            UsageError: the server does not let us.
        """
        self._collection.open(self._settings.use_existing)
        total = self._settings.points
        if not total:
            self.notes.append("The collection was empty when the traffic began.")
            return
        with self._display.phase(f"Filling the collection for the {self.path} path", total) as show:
            self._collection.fill(self._filling(), _counting(show))
        if not self._collection.wait_until_green(_GREEN_SECONDS):
            self.notes.append(
                f"The collection was not optimised within {_GREEN_SECONDS:g} s; queries may be "
                "slower than usual."
            )

    def drive(self, seconds: float) -> bool:
        """Let the users go on for `seconds`; tell whether the time was up, not cut short."""
        plan = traffic.Plan(
            path=self.path,
            users=self._settings.users,
            seconds=seconds,
            think_seconds=self._settings.think_time,
            mix=self._settings.mix,
            settings=self._client_settings,
            collection=self._collection.name,
            dataset=self._dataset,
            ledger=self._ledger,
            new_points=self._new_points,
            batch_size=self._settings.batch_size,
            limit=self._settings.limit,
            seed=self._settings.seed,
        )
        with self._display.phase(f"Traffic, {self.path} path", seconds) as show:
            done = traffic.drive(plan, lambda elapsed, records: show(elapsed, remark_on(records)))
        self._rounds.append(done)
        return not done.interrupted

    def result(self) -> PathResult:
        """Read back what was acknowledged, and return all that is known of this path."""
        whole = merge(self._rounds)
        return PathResult(
            path=self.path,
            expected=tuple(OPERATIONS[name].method for name in self._settings.mix),
            traffic=whole,
            lag=summarise(list(whole.lag)) if self.path == "async" else None,
            audit=self._read_back(),
        )

    def close(self) -> None:
        """Remove what was created."""
        problem = self._collection.close()
        if problem:
            self.notes.append(problem)

    def _collection_name(self) -> str:
        settings = self._settings
        if settings.path == "both" and not settings.use_existing:
            return f"{settings.collection}_{self.path}"
        return settings.collection

    def _filling(self) -> Iterator[Request]:
        filler = Participant(
            collection=self._collection.name,
            dataset=self._dataset,
            ledger=self._ledger,
            random=Random(self._settings.seed),  # noqa: S311 - a load test hides nothing
            new_points=self._new_points,
            batch_size=_FILL_BATCH,
            limit=self._settings.limit,
        )
        for start in range(0, self._settings.points, _FILL_BATCH):
            size = min(_FILL_BATCH, self._settings.points - start)
            yield write(filler, list(islice(self._new_points, size)), version=0)

    def _read_back(self) -> Audit | None:
        total = len(self._ledger.points())
        if not total:
            return audit(self._ledger, (), self._dataset.payload)
        try:
            with self._display.phase(f"Reading back, {self.path} path", total) as show:
                readings = self._collection.read_back(_counting(show))
                return audit(self._ledger, readings, self._dataset.payload)
        except KeyboardInterrupt:
            return None
        except SERVER_FAILURES as error:
            reason = f"reading back failed: {describe(error)}"
            return Audit(total, 0, 0, 0, self._ledger.in_doubt(), unreadable=reason)


def _new_points() -> Iterator[str]:
    """Return names for points that no collection has; threads may share the iterator."""
    run = secrets.randbits(64) << 64
    # Not a generator: two threads cannot run one at the same time.
    return map(str, map(partial(_uuid, run), count()))


def _uuid(run: int, number: int) -> UUID:
    return UUID(int=run | number)


def _counting(show: Advance) -> Callable[[int], None]:
    """Return a counter that adds up parts and shows their sum."""
    done = 0

    def add(part: int) -> None:
        nonlocal done
        done += part
        show(done, "")

    return add
