"""Runs the linter's cases for real, and knows which findings they deserve.

A case is a small program under ``tests/lint/cases``. Its trailing comments (``# error: QDR101``)
claim what is wrong on their line; :func:`record` runs the program with the real client libraries
under a real event loop and says what was wrong. Tests of the linter hold its findings against the
claims, ``test_cases_run.py`` holds the claims against what happened.
"""

from .cases import CASES, Case, Mark, all_cases, read_case
from .runner import record
from .to_sync import to_sync
from .truth import Truth, differences

__all__ = [
    "CASES",
    "Case",
    "Mark",
    "Truth",
    "all_cases",
    "differences",
    "read_case",
    "record",
    "to_sync",
]
