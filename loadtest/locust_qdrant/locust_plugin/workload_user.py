"""A workload for everything that Locust has: web page, master and workers, shapes, CSV."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.config import file
from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Audit, audit
from locust_qdrant.locust_plugin.workload_lifecycle import staged_user
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.connection import connect

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import CollectionSpec, Workload
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.locust_plugin.users import AsyncQdrantUser, SyncQdrantUser
    from locust_qdrant.targets.qdrant.state import WorkloadState

logger = logging.getLogger(__name__)


def workload_user(
    source: str | Path | Mapping[str, Any],
) -> type[AsyncQdrantUser] | type[SyncQdrantUser]:
    """Return a Locust user that performs the mix of a workload, for a locustfile to name.

    The collection is made and filled when a test starts, by the master or the only process. When it
    stops, the books of all processes are merged, every acknowledged write is read back, and the
    collection is removed; one that is lost makes the exit code 1. How many users there are and for
    how long is up to Locust: the phases, an arrival rate and the thresholds of the workload have no
    effect, and with `path = "both"` users are asynchronous. They pause for `think_time`; without it
    for 20 ms, and not at all where the workload gives `users` or phases.

    Args:
        source: path of a workload file, or its keys, dotted, with their values; the latter needs no
            file on the workers.

    Raises:
        SystemExit: the workload has a mistake, which was printed; exit code 2.
    """
    try:
        workload = _load(source)
    except UsageError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    return staged_user(workload, _OwnCollection(workload.collection))


def _load(source: str | Path | Mapping[str, Any]) -> Workload:
    workload = file.from_options(source) if isinstance(source, Mapping) else file.load(Path(source))
    if workload.collection.use_existing:
        raise UsageError(
            "A workload under Locust needs a collection of its own: what its workers write into "
            "one of yours could not be removed. Leave out use_existing."
        )
    return workload


class _OwnCollection:
    """A collection for the time of one test."""

    def __init__(self, spec: CollectionSpec) -> None:
        self._spec = spec
        self._client: QdrantClient | None = None
        self._collection: RunCollection | None = None

    def open(self, settings: ClientSettings, state: WorkloadState, name: str) -> str:
        """Create and fill it; return a sentence if it is not ready, and raise `UsageError`."""
        self._client, _ = connect(settings)
        self._collection = RunCollection(self._client, self._spec, name, state.ledger)
        self._collection.open()
        self._collection.fill(state.filling(), lambda _: None)
        return self._collection.wait_until_ready()

    def read_back(self, ledger: Ledger, state: WorkloadState) -> Audit:
        """Return how what is there compares with the books."""
        if self._collection is None:
            raise RuntimeError("There is no collection to read.")
        self._collection.ledger = ledger
        try:
            found = audit(ledger, self._collection.read_back(lambda _: None), state.dataset)
        except SERVER_FAILURES as error:
            return Audit.unread(ledger, f"reading back failed: {describe(error)}")
        return replace(found, unreadable="; ".join(self._collection.unreadable()))

    def close(self) -> str:
        """Remove it; return a sentence if that failed."""
        problem = ""
        if self._collection is not None:
            problem = self._collection.close()
            for note in self._collection.notes():
                logger.warning("%s", note)
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None
        return problem
