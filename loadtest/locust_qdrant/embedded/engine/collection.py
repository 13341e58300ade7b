"""One collection: its shard on disk, its settings, and how far its writes have come."""

from __future__ import annotations

import enum
import shutil
import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.local.payload_value_extractor import value_by_key

from locust_qdrant.embedded.engine.optimizer_backlog import OptimizerBacklog
from locust_qdrant.embedded.engine.problems import from_engine
from locust_qdrant.embedded.engine.rates import TokenBucket
from locust_qdrant.embedded.engine.to_engine.filters import FilterConverter
from locust_qdrant.embedded.engine.to_engine.points import vector_kinds
from locust_qdrant.embedded.engine.to_engine.settings import convert_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qdrant_client.http import models

_RESERVED_AT_ONCE = 1_000_000
_FLOAT_BYTES = 4


@dataclass(frozen=True)
class Update:
    """A change of a shard, and how many points it gives new vectors to."""

    operation: edge.UpdateOperation
    vectors: int = 0


class WritesOnHoldError(Exception):
    """The collection's files are being copied: the call is to be answered when that is done."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection.entry.folder)
        self.collection = collection


class _Phase(enum.Enum):
    """How far a rebuild has come."""

    NORMAL = enum.auto()
    COPYING = enum.auto()
    RECORDING = enum.auto()


@dataclass(frozen=True)
class Entry:
    """What the catalog keeps of a collection.

    `generation` is the subfolder with the shard; optimising makes the next one. Operation numbers
    below `reserved` may have been given out, so a reopened collection starts there. `further` are
    settings that `request` has no place for.
    """

    folder: str
    created_at: str
    request: models.CreateCollection
    generation: int = 0
    reserved: int = 0
    further: Mapping[str, int] = field(default_factory=dict)


class Collection:
    """A collection that is open.

    `save` writes the catalog; it is called whenever `entry` has changed.
    """

    def __init__(self, folder: Path, entry: Entry, save: Callable[[], None]) -> None:
        self.folder = folder
        self.entry = entry
        self.kinds = vector_kinds(entry.request)
        self.filters = FilterConverter()
        self._buckets: dict[str, TokenBucket] = {}
        self.recorded: deque[edge.UpdateOperation] = deque()
        self.rebuild_problem: str | None = None
        self.rebuild_started: datetime | None = None
        self.closed = False
        self.dirty_since: float | None = None
        self.last_write = time.monotonic()
        self._phase = _Phase.NORMAL
        self._cancel_rebuild: Callable[[], None] | None = None
        self._save = save
        self._next_operation = max(1, entry.reserved)
        self.shard = self._open()
        self.learn_indexes()
        self.backlog = OptimizerBacklog.of_reopened(entry.request, self.shard.info())

    @property
    def shard_folder(self) -> Path:
        """Where the shard is that answers."""
        return self.folder / str(self.entry.generation)

    @property
    def rebuilding(self) -> bool:
        """Whether a copy of the shard is being optimised."""
        return self._phase is not _Phase.NORMAL

    def rebuild_report(self) -> dict[str, Any]:
        """Return what is known of the rebuild that runs: how long it has been running."""
        started = self.rebuild_started or datetime.now(timezone.utc)
        seconds = (datetime.now(timezone.utc) - started).total_seconds()
        progress = {
            "name": "Segment Optimizing",
            "started_at": started.isoformat(),
            "duration_sec": seconds,
        }
        return {
            "uuid": str(UUID(self.entry.folder)),
            "optimizer": "indexing",
            "status": "optimizing",
            "segments": [],
            "progress": progress,
        }

    @property
    def rebuild_due(self) -> bool:
        """Whether optimising would pay."""
        return self.backlog.due(self.entry.request, self.shard.info().points_count)

    def apply(self, update: Update) -> int:
        """Write to the shard and its log, and return the operation's number.

        Raises:
            WritesOnHoldError: nothing was written; try again later.
            RequestError: the engine refused.
        """
        if self._phase is _Phase.COPYING:
            raise WritesOnHoldError(self)
        points = self.shard.info().points_count
        try:
            self.shard.update(update.operation)
        except Exception as error:
            raise from_engine(error) from error
        if self._phase is _Phase.RECORDING:
            self.recorded.append(update.operation)
        self.backlog.add(update.vectors, self.shard.info().points_count - points)
        self.last_write = time.monotonic()
        self.dirty_since = self.dirty_since or self.last_write
        return self.next_operation()

    def bucket(self, what: str, per_minute: int) -> TokenBucket:
        """Return what is left of a rate of this many a minute."""
        bucket = self._buckets.get(what)
        if bucket is None or bucket.per_minute != per_minute:
            bucket = self._buckets[what] = TokenBucket(per_minute)
        return bucket

    @property
    def bytes_per_point(self) -> int:
        """How many bytes the dense vectors of a point take."""
        return _FLOAT_BYTES * sum(kind.size for kind in self.kinds.values())

    def payload_bytes(self) -> int:
        """Return how much room the payload takes on disk, in bytes."""
        return sum(
            file.stat().st_blocks * 512 if hasattr(file.stat(), "st_blocks") else 0
            for folder in self.shard_folder.rglob("payload_storage")
            for file in folder.rglob("page_*.dat")
        )

    def learn_indexes(self) -> None:
        """Look again which fields have an index: a filter's meaning depends on it."""
        text = edge.PayloadSchemaType.Text
        schema = self.shard.info().payload_schema
        text_fields = {field for field, index in schema.items() if index.data_type == text}
        self.filters = FilterConverter(frozenset(schema), text_fields, self._points_with_empty)

    def _points_with_empty(self, key: str) -> set[Any]:
        """Return the ids of the points whose field is null or an empty list, but not missing."""
        request = edge.ScrollRequest(
            limit=self.shard.info().points_count,
            filter=edge.Filter(must=[edge.IsEmptyCondition(key)]),
            with_payload=[key],
        )
        records, _ = self.shard.scroll(request)
        return {r.id for r in records if value_by_key(r.payload or {}, key, flat=False)}

    def next_operation(self) -> int:
        """Give out the next operation number."""
        number = self._next_operation
        if number >= self.entry.reserved:
            self.change(reserved=number + _RESERVED_AT_ONCE)
        self._next_operation = number + 1
        return number

    def change(self, **changes: object) -> None:
        """Change the catalog's entry, on disk too.

        Raises:
            OSError: it cannot be written, and nothing has changed.
        """
        before = self.entry
        self.entry = replace(before, **changes)  # type: ignore[arg-type]
        try:
            self._save()
        except OSError:
            self.entry = before
            raise
        self.kinds = vector_kinds(self.entry.request)

    def reconfigure(self, request: models.CreateCollection) -> None:
        """Reopen the shard with other settings.

        Raises:
            WritesOnHoldError: nothing was changed; try again later.
            RequestError: the engine refused; the collection stays as it was.
        """
        if self.rebuilding:
            raise WritesOnHoldError(self)
        self.shard.close()
        try:
            self.shard = edge.EdgeShard.load(str(self.shard_folder), convert_config(request))
        except Exception as error:
            self.shard = edge.EdgeShard.load(str(self.shard_folder))
            raise from_engine(error) from error
        self.change(request=request)

    def hold_writes(self, cancel: Callable[[], None]) -> None:
        """Refuse writes from now on: the shard's files are being copied; `cancel` ends that."""
        self._phase = _Phase.COPYING
        self._cancel_rebuild = cancel
        self.rebuild_started = datetime.now(timezone.utc)

    def record_writes(self) -> None:
        """Take writes again, and keep them for the copy."""
        self._phase = _Phase.RECORDING
        self.backlog.clear()
        self.rebuild_problem = None

    def switch(self, generation: int, shard: edge.EdgeShard) -> None:
        """Answer from the copy, which holds the same points, and drop the shard so far.

        Raises:
            OSError: the catalog cannot be written, and nothing has changed.
        """
        old_shard, old_folder = self.shard, self.shard_folder
        self.change(generation=generation)
        self.shard = shard
        self.end_rebuild(None)
        old_shard.close()
        shutil.rmtree(old_folder, ignore_errors=True)

    def end_rebuild(self, problem: str | None) -> None:
        """Go on as before the rebuild; `problem` says why it failed, if it did."""
        self._phase = _Phase.NORMAL
        self._cancel_rebuild = None
        self.recorded.clear()
        self.rebuild_problem = problem
        if problem is not None:
            # Or it would be tried again at once; now further writes have to make it due.
            self.backlog.clear()

    def flush(self) -> None:
        """Write to the files what is only in the log, so that reopening is quick."""
        self.shard.flush()
        self.dirty_since = None

    def close(self) -> None:
        """Write everything to disk and let go of the files; a rebuild ends with the collection."""
        if self._cancel_rebuild is not None:
            self._cancel_rebuild()
        self.closed = True
        self.shard.close()

    def _open(self) -> edge.EdgeShard:
        self._drop_other_generations()
        if self.shard_folder.exists():
            return edge.EdgeShard.load(str(self.shard_folder))
        try:
            self.shard_folder.mkdir(parents=True)
            return edge.EdgeShard.create(str(self.shard_folder), convert_config(self.entry.request))
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _drop_other_generations(self) -> None:
        """Remove what an optimisation left behind that was cut short."""
        if not self.folder.exists():
            return
        for path in self.folder.iterdir():
            if path.name != str(self.entry.generation):
                shutil.rmtree(path, ignore_errors=True)
