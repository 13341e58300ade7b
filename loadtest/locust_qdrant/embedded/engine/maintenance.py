"""What the engine does unasked: flush what was written, and optimise when it pays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from locust_qdrant.embedded.engine.rebuild import Rebuild
from locust_qdrant.embedded.engine.to_engine.settings import flush_interval

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.inbox import Inbox, RebuildNews

TICK_SECONDS = 0.1
# A rebuild in the middle of an upload would have to be repeated at its end.
_QUIET_SECONDS = 0.5
_PATIENCE_SECONDS = 10.0
# A flush waits for the disk, and everyone waits for the flush.
_IDLE_SECONDS = 1.0
_REST_SECONDS = 5.0


class Maintenance:
    """Flushes and rebuilds, one rebuild at a time, for all collections of a catalog.

    `stages` counts the stages of all rebuilds: when it changes, calls that a rebuild has put off
    may be answered.
    """

    def __init__(self, catalog: Catalog, inbox: Inbox) -> None:
        self.stages = 0
        self._catalog = catalog
        self._inbox = inbox
        self._rebuild: Rebuild | None = None
        self._next_tick = 0.0
        self._due_since: dict[str, float] = {}

    @property
    def busy(self) -> bool:
        """Whether `run` should be called again at once."""
        return self._rebuild is not None and self._rebuild.catching_up

    def run(self) -> None:
        """Do a little of what is due, in some 20 ms."""
        if self._rebuild is not None:
            self._go_on(self._rebuild)
        now = time.monotonic()
        if now < self._next_tick:
            return
        self._next_tick = now + TICK_SECONDS
        if self._rebuild is None:
            self._start_rebuild(now)
        self._flush(now)

    def handle(self, news: RebuildNews) -> None:
        """Follow what a rebuild's child process has said."""
        news.handle(news.line)
        self.stages += 1

    def rest(self) -> None:
        """Try nothing for a while: the last try has failed."""
        self._next_tick = time.monotonic() + _REST_SECONDS

    def cancel(self) -> None:
        """Stop the rebuild that runs, if one does."""
        if self._rebuild is not None:
            self._rebuild.cancel()
            self._rebuild = None
            self.stages += 1

    def _go_on(self, rebuild: Rebuild) -> None:
        if rebuild.collection.closed:
            self.cancel()
            return
        rebuild.step()
        if rebuild.finished:
            self._rebuild = None
            self.stages += 1

    def _start_rebuild(self, now: float) -> None:
        for collection in self._catalog.collections.values():
            folder = collection.entry.folder
            if not collection.rebuild_due:
                self._due_since.pop(folder, None)
                continue
            since = self._due_since.setdefault(folder, now)
            quiet = now - collection.last_write >= _QUIET_SECONDS
            if quiet or now - since >= _PATIENCE_SECONDS:
                self._rebuild = Rebuild(collection, self._inbox)
                return

    def _flush(self, now: float) -> None:
        for collection in self._catalog.collections.values():
            if collection.dirty_since is None or collection.rebuilding:
                continue
            idle = now - collection.last_write >= _IDLE_SECONDS
            interval = flush_interval(collection.entry.request.optimizers_config)
            if idle or now - collection.dirty_since >= interval:
                collection.flush()
