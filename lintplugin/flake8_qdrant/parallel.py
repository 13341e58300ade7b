"""Spreads the files of one project over processes that share what was parsed already."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_qdrant.check import Checker
    from flake8_qdrant.finding import Finding

_WORTH_A_PROCESS: Final = 12
"""Fewer files are checked sooner than a process is forked and its answers are sent back."""
_PIECES: Final = 4
"""Pieces of work a process: files differ in size, and neighbours share what they ask for."""

_Answer = tuple[dict[str, "list[Finding]"], set[str]]
_checker: Checker | None = None


def check_all(
    checker: Checker, files: Sequence[str], jobs: int
) -> tuple[dict[str, list[Finding]], set[str]]:
    """Return the findings of each file, and the paths of all files that were consulted for them.

    Neither depends on the number of processes. There are several only where a fork is cheap and
    safe, that is on Linux, and where it pays.
    """
    jobs = min(jobs, len(files) // _WORTH_A_PROCESS)
    if jobs <= 1 or not sys.platform.startswith("linux"):
        return _alone(checker, files)
    for _ in checker.project.sources():
        pass  # parsed here, the trees are shared by all
    gc.freeze()  # a collection in a child would copy every page that it looks at
    try:
        return _forked(checker, files, jobs)
    except BrokenProcessPool:
        return _alone(checker, files)


def _alone(checker: Checker, files: Sequence[str]) -> _Answer:
    return {file: checker.check(file) for file in files}, checker.project.consulted


def _forked(checker: Checker, files: Sequence[str], jobs: int) -> _Answer:
    global _checker  # noqa: PLW0603 - a fork inherits it; nothing else could hand a checker over
    size = -(-len(files) // (jobs * _PIECES))
    pieces = [files[at : at + size] for at in range(0, len(files), size)]
    _checker = checker
    try:
        with ProcessPoolExecutor(
            jobs, multiprocessing.get_context("fork"), initializer=_leave_interrupts
        ) as pool:
            try:
                answers = list(pool.map(_check_piece, pieces))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        _checker = None
    findings = {file: found for answer, _ in answers for file, found in answer.items()}
    return findings, set().union(*(consulted for _, consulted in answers))


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check_piece(files: Sequence[str]) -> _Answer:
    if _checker is None:
        raise RuntimeError("not forked from a process that has a checker")
    return _alone(_checker, files)
