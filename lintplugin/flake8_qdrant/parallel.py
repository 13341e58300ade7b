"""Spreads work on files over processes that share what is in memory already."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Answer = TypeVar("Answer")
_PIECES: Final = 4
"""Pieces of work a process: files differ in size, and neighbours share what they ask for."""

_work: Callable[[Sequence[str]], Any] | None = None


def spread(
    work: Callable[[Sequence[str]], Answer], files: Sequence[str], jobs: int, worth: int
) -> list[Answer]:
    """Return what `work` gives for consecutive pieces of `files`, in their order.

    There are several processes only where a fork is cheap and safe, that is on Linux, and where it
    pays; otherwise there is one piece.

    Args:
        work: what is done; its answers can be pickled.
        files: what it is done to.
        jobs: processes at most.
        worth: the number of files for which one more process pays.
    """
    jobs = min(jobs, len(files) // worth)
    if jobs <= 1 or not sys.platform.startswith("linux"):
        return [work(files)]
    return _forked(work, files, jobs)


def _forked(
    work: Callable[[Sequence[str]], Answer], files: Sequence[str], jobs: int
) -> list[Answer]:
    global _work  # noqa: PLW0603 - a fork inherits it; nothing could hand over what it refers to
    # These cost more than to check a few files.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    size = -(-len(files) // (jobs * _PIECES))
    pieces = [files[at : at + size] for at in range(0, len(files), size)]
    gc.freeze()  # a collection in a child would copy every page that it looks at
    _work = work
    try:
        with ProcessPoolExecutor(jobs, get_context("fork"), initializer=_leave_interrupts) as pool:
            try:
                return list(pool.map(_do, pieces))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except BrokenProcessPool:
        return [work(files)]
    finally:
        _work = None
        gc.unfreeze()


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do(piece: Sequence[str]) -> Any:  # noqa: ANN401 - whatever the work gives
    if _work is None:
        raise RuntimeError("not forked from a process that has work")
    return _work(piece)
