"""Hands cases to a process of their own."""

from __future__ import annotations

import multiprocessing
from functools import cache
from typing import TYPE_CHECKING

from .truth import Truth

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from .cases import Case


def record(case: Case, seconds: float = 60) -> Truth:
    """Run a case in a worker process that lives as long as the tests, and say what happened.

    Args:
        case: The case.
        seconds: When to give a case up that does not end.
    """
    try:
        return _pool().apply_async(_run, (case,)).get(timeout=seconds)
    except multiprocessing.TimeoutError:
        _pool().terminate()
        _pool.cache_clear()
        return Truth(frozenset(), (), (f"{case.entry.name} did not end after {seconds} s",))


@cache
def _pool() -> Pool:
    # A fresh interpreter: what is patched there never reaches the tests' own process.
    return multiprocessing.get_context("spawn").Pool(processes=1)


def _run(case: Case) -> Truth:
    # Only the worker pays for importing frameworks and clients, and only it is patched.
    from .worker import run  # noqa: PLC0415

    return run(case)
