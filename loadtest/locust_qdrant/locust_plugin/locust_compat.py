"""What this package does to Locust itself, and why; seen with the version in `SEEN_WITH`.

A worker that Locust forked leaves without the exit handlers of native libraries. `--processes`
forks after the locustfile was imported. Libraries that came with it may have started threads, which
the child does not have, and wait for them when it exits: with fastembed installed, `qdrant_client`
brings in onnxruntime, and its workers would stay for ever.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import sys

from locust import events, runners, stats

#: The newest version of Locust that all of this was seen to work with.
SEEN_WITH = "2.47"

_FOUR_DIGITS = 1000

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


def three_digits(response_time: float) -> int:
    """Return a response time in milliseconds, rounded to three significant digits.

    Whole milliseconds below a second, as everything in Locust that prints them cuts off the rest.
    Above 100 ms a percentile is off by half a percent at most. The number of different values stays
    in the hundreds: workers send each of them to the master.
    """
    whole = round(response_time)
    return whole if whole < _FOUR_DIGITS else round(whole, 3 - len(str(whole)))


def be_precise() -> None:
    """Let Locust round to three digits in this process, where it keeps two without a setting."""
    # Older versions of Locust round in the middle of a method.
    if hasattr(stats, "bucket_response_time"):
        stats.bucket_response_time = three_digits


def be_quiet_about_the_processor() -> None:
    """Keep Locust's warning of a busy processor out of the display: a check says it in the report.

    There is no setting for it.
    """
    runners.CPU_WARNING_THRESHOLD = math.inf  # type: ignore[assignment]
