"""Optimising in the background: a copy of the shard is optimised, catches up, and takes over.

The engine cannot answer while it optimises. So a child process optimises a copy of the shard's
folder; what is written meanwhile goes to the original and is repeated on the copy afterwards. Until
the catalog names the copy, the original is the truth, so a crash at any moment loses nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import qdrant_edge as edge

from locust_qdrant.embedded.engine import optimize
from locust_qdrant.embedded.engine.inbox import RebuildNews

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.collection import Collection
    from locust_qdrant.embedded.engine.inbox import Inbox

_SLICE_SECONDS = 0.02


class Rebuild:
    """One optimisation of one collection. `finished` is set when it is over, however it ended."""

    def __init__(self, collection: Collection, inbox: Inbox) -> None:
        self.collection = collection
        self.finished = False
        self._inbox = inbox
        self._generation = collection.entry.generation + 1
        self._target = collection.folder / str(self._generation)
        self._shard: edge.EdgeShard | None = None
        collection.hold_writes()
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", optimize.__name__, collection.shard_folder, self._target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, name="optimizer", daemon=True).start()

    @property
    def catching_up(self) -> bool:
        """Whether `step` has something to do."""
        return self._shard is not None and not self.finished

    def handle(self, news: RebuildNews) -> None:
        """Follow what the child process has said."""
        if self.finished or self._shard is not None:
            return
        if news.line == optimize.COPIED:
            self.collection.record_writes()
        elif news.line == optimize.OPTIMIZED:
            self._shard = edge.EdgeShard.load(str(self._target))
        elif news.line == optimize.UNCHANGED:
            self._end(None)
        else:
            self._end(f"optimizing failed: {news.line}")

    def step(self) -> None:
        """Repeat recorded writes on the copy for a moment; when none are left, switch to it."""
        recorded = self.collection.recorded
        if self._shard is None:
            return
        until = time.monotonic() + _SLICE_SECONDS
        while recorded and time.monotonic() < until:
            self._repeat(recorded.popleft())
        if not recorded:
            shard, self._shard = self._shard, None
            self.finished = True
            self.collection.switch(self._generation, shard)

    def cancel(self) -> None:
        """Stop the child process and drop the copy."""
        self._process.kill()
        self._process.wait()
        self._end(None)

    def _repeat(self, operation: edge.UpdateOperation) -> None:
        if self._shard is None:
            return
        try:
            self._shard.update(operation)
        except Exception as error:  # noqa: BLE001  qdrant_edge raises nothing narrower
            # The original took this write, so the copy is not what it should be.
            self._end(f"optimizing failed: {error}")

    def _end(self, problem: str | None) -> None:
        self.finished = True
        self._shard = None
        shutil.rmtree(self._target, ignore_errors=True)
        self.collection.end_rebuild(problem)

    def _listen(self) -> None:
        with self._process:
            for line in self._process.stdout or ():
                self._inbox.put(RebuildNews(self, line.strip()))
        if self._process.returncode != 0:
            self._inbox.put(RebuildNews(self, f"exit code {self._process.returncode}"))
