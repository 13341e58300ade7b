"""Runs the linter's cases for real, and knows which findings they deserve.

A case is a small program under ``tests/lint/cases``. Its trailing comments (``# error: QDR101``)
claim what is wrong on their line; :func:`record` runs the program with the real client libraries
under a real event loop and says what was wrong. Tests of the linter hold its findings against the
claims, ``test_cases_run.py`` holds the claims against what happened.

Seen as it happens: requests on the thread of a running loop, uses of a client's coroutine,
coroutines that never start, awaits and loops that are refused, models that compute, clients that
are made and closed. Read from the source, since nothing tells it at run time: a coroutine compared
by ``is`` or matched, and all advice (QDR4xx), of which only the occasion is seen.

To add a case, write ``cases/<code>/<what_it_shows>.py``, or a folder of that name with ``main.py``:

- The first line is a docstring that says in a user's words what the program shows.
- ``main``, plain or ``async``, is run. It makes clients as a user does, for
  ``http://localhost:6333``, and must reach every line that carries a comment.
- A comment stands on the first line of the call. If the mistake raises, that may end the program.
- A program without a mistake begins with ``ok_``, lies with the rule that it could be taken for,
  and runs to its end.
- ``# requires: 3.12`` keeps it from running on older versions of Python.
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
