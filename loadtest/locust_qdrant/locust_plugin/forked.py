"""How a worker that Locust forked leaves: without the exit handlers of native libraries.

`--processes` forks after the locustfile was imported. Libraries that came with it may have started
threads, which the child does not have, and wait for them when it exits: with fastembed installed,
`qdrant_client` brings in onnxruntime, and its workers would stay for ever.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys

from locust import events

_importer = os.getpid()
_exit_codes: list[int] = []


@events.quit.add_listener  # type: ignore[untyped-decorator]
def _note_exit_code(exit_code: int, **_: object) -> None:
    _exit_codes.append(exit_code)


@atexit.register
def _leave_at_once() -> None:
    """Run when Python's own clean-up is over, and keep the C library from its part."""
    if os.getpid() == _importer:
        return
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Without that event, Locust gave up before the test.
    os._exit(_exit_codes[-1] if _exit_codes else 1)
