"""One path of a run: its own collection, its own books, and its turns of traffic."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from locust_qdrant.aio.failures import SERVER_FAILURES, describe
from locust_qdrant.control import traffic
from locust_qdrant.ledger import Audit, audit
from locust_qdrant.operations.crew import Crew
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report.progress import remark_on
from locust_qdrant.results import PathResult, Traffic, merge
from locust_qdrant.target.collection import Collection
from locust_qdrant.workload.file import from_options
from locust_qdrant.workload.mix import format_mix

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.report.progress import Advance, ProgressDisplay
    from locust_qdrant.workload.settings import RunSettings

#: Seconds that the optimiser gets before the traffic begins all the same.
_READY_SECONDS = 60.0


class Lane:
    """One path, `async` or `sync`.

    Args:
        path: its name.
        settings: what the traffic is.
        client_settings: how its clients are made.
        client: a working client for all that is not traffic.
        display: where progress goes.
    """

    def __init__(
        self,
        path: str,
        settings: RunSettings,
        client_settings: ClientSettings,
        client: QdrantClient,
        display: ProgressDisplay,
    ) -> None:
        self.path = path
        self.notes: list[str] = []
        self._settings = settings
        self._client_settings = client_settings
        self._display = display
        workload = from_options(_as_options(settings))
        name = self._collection_name()
        self._crew = Crew(workload, name, run_id=secrets.randbits(64))
        self._collection = Collection(client, workload.collection, name, self._crew.ledger)
        self._rounds: list[Traffic] = []

    def open(self) -> None:
        """Create and fill the collection.

        Raises:
            UsageError: the server does not let us.
        """
        self._collection.open()
        total = self._settings.points
        if not total:
            self.notes.append("The collection was empty when the traffic began.")
            return
        with self._display.phase(f"Filling the collection for the {self.path} path", total) as show:
            self._collection.fill(self._crew.filling(), _counting(show))
        note = self._collection.wait_until_ready(_READY_SECONDS)
        if note:
            self.notes.append(note)

    def drive(self, seconds: float) -> bool:
        """Let the users go on for `seconds`; tell whether the time was up, not cut short."""
        plan = traffic.Plan(
            path=self.path,
            users=self._settings.users,
            seconds=seconds,
            think_seconds=self._settings.think_time,
            settings=self._client_settings,
            crew=self._crew,
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
            expected=tuple(each.method for each in self._crew.operations),
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

    def _read_back(self) -> Audit | None:
        total = len(self._crew.ledger.points())
        if not total:
            return audit(self._crew.ledger, (), self._crew.dataset)
        try:
            with self._display.phase(f"Reading back, {self.path} path", total) as show:
                readings = self._collection.read_back(_counting(show))
                return audit(self._crew.ledger, readings, self._crew.dataset)
        except KeyboardInterrupt:
            return None
        except SERVER_FAILURES as error:
            reason = f"reading back failed: {describe(error)}"
            return Audit(total, 0, 0, 0, self._crew.ledger.in_doubt(), unreadable=reason)


def _as_options(settings: RunSettings) -> dict[str, object]:
    return {
        "mix": format_mix(settings.mix),
        "seed": settings.seed,
        "batch_size": settings.batch_size,
        "limit": settings.limit,
        "collection.name": settings.collection,
        "collection.use_existing": settings.use_existing,
        "collection.points": settings.points,
        "collection.dim": settings.dim,
    }


def _counting(show: Advance) -> Callable[[int], None]:
    """Return a counter that adds up parts and shows their sum."""
    done = 0

    def add(part: int) -> None:
        nonlocal done
        done += part
        show(done, "")

    return add
