"""Keeps the findings of what is open up to date, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pygls.uris import from_fs_path

from flake8_qdrant.facts.source import OWN_MISTAKE, own_mistake
from flake8_qdrant.finding import Finding
from flake8_qdrant.language_server.buffer import Buffer
from flake8_qdrant.language_server.documents import Part, Snapshot, part_of
from flake8_qdrant.language_server.model import (
    problem_of,
    problem_of_cell,
    text_on_disk,
)
from flake8_qdrant.notebook import cells_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flake8_qdrant.facts.source import Problem
    from flake8_qdrant.finding import Step
    from flake8_qdrant.language_server.buffer import Reading
    from flake8_qdrant.language_server.projects import Projects

_LOG: Final = logging.getLogger(__name__)
_UNCHECKABLE: Final = "QDR000"
_LONGEST_WAIT: Final = 0.25
"""Seconds; a change that is followed by others sooner is looked at together with them."""
_TYPING: Final = 1.0
"""Seconds after a change in which another one is probably not the last."""


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """One link of a chain, where a client can go: a line (from 1) of a text with an address."""

    function: str
    part: Part
    line: int


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding at its place in the text as it is typed, with the steps of its chain."""

    finding: Finding
    steps: tuple[PlacedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings in a file, at their places in the snapshot's parts."""

    snapshot: Snapshot
    findings: tuple[PlacedFinding, ...]


class Listener(Protocol):
    """What the analysis tells, from its own thread."""

    def checked(self, result: Checked, revision: int) -> None:
        """Take the findings in a file, which are those of all changes up to a revision."""

    def settled(self, revision: int) -> None:
        """Take that the findings of everything are those of all changes up to a revision."""


class Analysis(threading.Thread):
    """The thread that asks the models; all of its methods but `run` are for other threads.

    Args:
        projects: the models, which no other thread may touch from now on.
        listener: is told the findings.
        everything: whether files that are not open are checked as well.
    """

    def __init__(self, projects: Projects, listener: Listener, *, everything: bool = False) -> None:
        super().__init__(name="flake8-qdrant analysis", daemon=True)
        self._projects = projects
        self._listener = listener
        self._everything = everything
        self._news = threading.Condition()
        self._waiting: list[Callable[[], None]] = []
        self._revision = 0
        self._ended = False
        self._open: dict[str, Snapshot] = {}
        self._buffers: dict[str, Buffer] = {}
        self._found_closed: set[str] = set()
        """Files that are not open, and have findings that somebody is shown."""
        self._stale: dict[str, None] = {}
        """Paths to be checked, the first of them first."""
        self._taken = 0.0
        """When changes were taken in last."""
        self._costs = 0.0
        """What the last file took, in seconds."""

    @property
    def revision(self) -> int:
        """The number of changes so far."""
        return self._revision

    def show(self, snapshot: Snapshot) -> int:
        """Take what is open, or has changed; return the number of the change."""
        return self._submit(lambda: self._show(snapshot))

    def close(self, path: str) -> int:
        """Take that a file is open no longer: what is on disk counts again."""
        return self._submit(lambda: self._close(path))

    def touch(self, paths: Iterable[str]) -> int:
        """Take that files were written, made or removed on disk."""
        return self._submit(lambda: self._touch(list(paths)))

    def look_at_disk(self) -> int:
        """Look for files that have changed, for clients that do not tell."""
        return self._submit(self._look_at_disk)

    def reconfigure(self) -> int:
        """Take that something has changed that tells what the projects are."""
        return self._submit(self._reconfigure)

    def set_folders(self, folders: tuple[str, ...]) -> int:
        """Take the workspace's folders."""
        return self._submit(lambda: self._set_folders(folders))

    def end(self) -> None:
        """Stop after the file that is being checked."""
        with self._news:
            self._ended = True
            self._news.notify()

    def _submit(self, change: Callable[[], None]) -> int:
        with self._news:
            self._waiting.append(change)
            self._revision += 1
            self._news.notify()
            return self._revision

    def run(self) -> None:
        """Check what is stale whenever something has changed, until it is ended."""
        while True:
            revision = self._next()
            if self._ended:
                return
            try:
                self._check_stale(revision)
                self._prepare(revision)
            except Exception:  # noqa: BLE001 - the server must outlive every mistake
                _LOG.exception("the changes could not be checked")
                self._listener.settled(revision)

    def _next(self) -> int:
        """Wait for changes and until they pause, take them in, and return the last one's number."""
        with self._news:
            while not self._waiting and not self._ended:
                self._news.wait()
            patience = min(self._costs / 2, _LONGEST_WAIT) if self._is_typing() else 0.0
            until = time.monotonic() + 2 * patience
            seen = -1
            while seen != self._revision and time.monotonic() < until and not self._ended:
                seen = self._revision
                self._news.wait(patience)
            changes, self._waiting = self._waiting, []
            revision = self._revision
            self._taken = time.monotonic()
        for change in changes:
            try:
                change()
            except Exception:  # noqa: BLE001, PERF203 - the others must not be lost
                _LOG.exception("a change could not be taken in")
        return revision

    def _is_typing(self) -> bool:
        """Tell whether more changes are to be expected: an edit by itself is checked at once."""
        return time.monotonic() - self._taken < _TYPING

    def _check_stale(self, revision: int) -> None:
        affected = {path for model in self._projects.all() for path in model.affected()}
        more = sorted(affected - self._open.keys()) if self._everything else ()
        stale = [path for path in self._open if path in affected or path in self._stale]
        self._stale = dict.fromkeys((*reversed(stale), *self._stale, *more))
        for path in list(self._stale):
            if self._revision != revision or self._ended:
                return
            began = time.monotonic()
            result = self._check(path)
            self._costs = time.monotonic() - began
            del self._stale[path]
            self._listener.checked(result, revision)
        self._listener.settled(revision)

    def _prepare(self, revision: int) -> None:
        for model in self._projects.all():
            if self._revision != revision or self._ended:
                return
            model.prepare()

    def _check(self, path: str) -> Checked:
        snapshot = self._open.get(path)
        try:
            found = self._findings(path, snapshot)
        except Exception as error:  # noqa: BLE001 - nor the findings in other files
            _LOG.exception("%s could not be checked", path)
            found = [PlacedFinding(_uncheckable(path, own_mistake(error)))]
        if snapshot is None:
            parts = (_part_on_disk(path),) if found else ()
            snapshot = Snapshot(path, parts, is_open=False)
            (self._found_closed.add if found else self._found_closed.discard)(path)
        return Checked(snapshot, tuple(found))

    def _findings(self, path: str, snapshot: Snapshot | None) -> list[PlacedFinding]:
        model = self._projects.of(path)
        if model is None or not model.matters(path):
            return []
        found = []
        readings = [] if snapshot is None else self._read(snapshot)
        broken = False
        for number, reading in enumerate(readings, start=1):
            if reading.problem is not None:
                cell = number if snapshot is not None and snapshot.is_notebook else None
                found.append(PlacedFinding(_uncheckable(path, reading.problem, cell)))
                broken = True
        for finding in model.findings(path):
            if OWN_MISTAKE in finding.message:
                _LOG.error("%s: %s", path, finding.message)
            elif broken and finding.code == _UNCHECKABLE:
                continue  # said above, of the text as it is
            placed = readings[(finding.cell or 1) - 1].place(finding) if readings else finding
            if placed is not None:
                steps = tuple(self._place(step) for step in finding.chain)
                found.append(PlacedFinding(placed, steps))
        return sorted(found, key=lambda one: _place_of(one.finding))

    def _place(self, step: Step) -> PlacedStep:
        snapshot = self._open.get(step.path)
        if snapshot is None:
            line = step.line if step.cell is None else 1  # no line of the file is one of a cell
            return PlacedStep(step.function, _part_on_disk(step.path), line)
        index = (step.cell or 1) - 1
        line = self._read(snapshot)[index].line(step.line)
        return PlacedStep(step.function, snapshot.parts[index], line)

    def _read(self, snapshot: Snapshot) -> list[Reading]:
        problem = problem_of_cell if snapshot.is_notebook else problem_of
        for part in snapshot.parts:
            if part.uri not in self._buffers:
                self._buffers[part.uri] = Buffer(problem)
        return [self._buffers[part.uri].read(part.lines) for part in snapshot.parts]

    def _show(self, snapshot: Snapshot) -> None:
        self._open.pop(snapshot.path, None)
        self._open[snapshot.path] = snapshot  # the last is what the user looks at
        texts = [reading.text for reading in self._read(snapshot)]
        text = cells_program(texts) if snapshot.is_notebook else texts[0]
        self._stale[snapshot.path] = None
        self._projects.update(snapshot.path, text)

    def _close(self, path: str) -> None:
        snapshot = self._open.pop(path, None)
        for part in () if snapshot is None else snapshot.parts:
            self._buffers.pop(part.uri, None)
        self._projects.update(path, None)
        if self._everything:
            self._stale[path] = None
        else:
            self._stale.pop(path, None)

    def _touch(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path not in self._open:
                self._projects.update(path, None)

    def _look_at_disk(self) -> None:
        if self._projects.reconfigured_on_disk():
            self._reconfigure()
            return
        for model in list(self._projects.all()):
            self._touch(model.changed_on_disk())

    def _reconfigure(self) -> None:
        self._projects.forget()
        self._open_everything()

    def _set_folders(self, folders: tuple[str, ...]) -> None:
        self._projects.set_folders(folders)
        self._open_everything()

    def _open_everything(self) -> None:
        self._stale.update(dict.fromkeys(self._open))
        if self._everything:
            self._stale.update(dict.fromkeys(self._found_closed))
            self._projects.open_folders()


def _uncheckable(path: str, problem: Problem, cell: int | None = None) -> Finding:
    message, line, column = problem
    return Finding(path, line, column, line, column, _UNCHECKABLE, message, cell=cell)


def _place_of(finding: Finding) -> tuple[int, int, int, str]:
    return finding.cell or 0, finding.line, finding.column, finding.code


def _part_on_disk(path: str) -> Part:
    return part_of(from_fs_path(path) or "", None, text_on_disk(path) or "")
