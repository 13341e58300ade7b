"""Optimising in the background: a copy of the shard is optimised, catches up, and takes over.

The engine cannot answer while it optimises. So a child process optimises a copy of the shard's
folder; what is written meanwhile goes to the original and is repeated on the copy afterwards. Until
the catalog names the copy, the original is the truth, so a crash at any moment loses nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import qdrant_edge as edge

from locust_qdrant.child import module_command
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
        self._copy: edge.EdgeShard | None = None
        collection.hold_writes(self.cancel)
        folders = (collection.shard_folder, self._target)
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [*module_command(optimize.__name__), *folders, str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, name="optimizer", daemon=True).start()

    @property
    def catching_up(self) -> bool:
        """Whether `step` has something to do."""
        return self._copy is not None

    def handle(self, line: str) -> None:
        """Follow what the child process has printed, or how it failed."""
        if self.finished or self._copy is not None:
            return
        if line == optimize.COPIED:
            self.collection.record_writes()
        elif line == optimize.OPTIMIZED:
            self._open_copy()
        elif line == optimize.UNCHANGED:
            self._end(None)
        else:
            self._end(line)

    def step(self) -> None:
        """Repeat recorded writes on the copy for a moment; when none are left, switch to it."""
        if self._copy is None:
            return
        recorded = self.collection.recorded
        until = time.monotonic() + _SLICE_SECONDS
        try:
            while recorded and time.monotonic() < until:
                self._copy.update(recorded.popleft())
            if not recorded:
                self.collection.switch(self._generation, self._copy)
                self._copy, self.finished = None, True
        except Exception as error:  # noqa: BLE001  qdrant_edge raises nothing narrower
            # What the original took, or the disk, was refused: the copy is not what it should be.
            self._end(str(error))

    def cancel(self) -> None:
        """Stop the child process and drop the copy."""
        self._process.kill()
        self._process.wait()
        self._end(None)

    def _open_copy(self) -> None:
        try:
            self._copy = edge.EdgeShard.load(str(self._target))
        except Exception as error:  # noqa: BLE001  qdrant_edge raises nothing narrower
            self._end(str(error))

    def _end(self, problem: str | None) -> None:
        self.finished = True
        self._copy = None
        shutil.rmtree(self._target, ignore_errors=True)
        self.collection.end_rebuild(None if problem is None else f"optimizing failed: {problem}")

    def _listen(self) -> None:
        with self._process:
            for line in self._process.stdout or ():
                self._inbox.put(RebuildNews(self.handle, line.strip()))
        if self._process.returncode != 0:
            self._inbox.put(RebuildNews(self.handle, f"exit code {self._process.returncode}"))
