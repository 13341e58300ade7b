"""What the traffic of the last seconds looks like, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import latency_of
from locust_qdrant.metrics.record import Outcome, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.record import Record

RECENT_SECONDS = 3.0
#: Records come in batches, those of one process after those of another.
_DISORDER_SECONDS = 0.5


class LiveSummary:
    """Looks at a list of records that grows, and never twice at those that are long past."""

    def __init__(self) -> None:
        self._seen = 0
        self._failed = 0

    def remark(
        self, step: str, elapsed: float, records: Sequence[Record], lag: float | None
    ) -> str:
        """Return the stage, and what its traffic looks like.

        Args:
            step: name of the stage.
            elapsed: seconds since the traffic began.
            records: the records so far.
            lag: how late the loop has been lately, in seconds; None where there is no loop.
        """
        self._failed += sum(record.outcome.failed for record in records[self._seen :])
        self._seen = len(records)
        good = [each for each in recent(records, now()) if each.outcome is Outcome.OK]
        p99 = latency_of([each.latency for each in good]).p99 * 1000
        words = [
            step,
            f"{len(good) / min(RECENT_SECONDS, max(elapsed, 1.0)):,.0f} req/s",
            f"p99 {p99:,.1f} ms" if good else "no answer",
            f"{self._failed:,} failed",
        ]
        if lag is not None:
            words.append(f"loop lag {lag * 1000:,.1f} ms")
        return ", ".join(words)


def recent(records: Sequence[Record], moment: float) -> list[Record]:
    """Return those of `records` that ended within `RECENT_SECONDS` before `moment`."""
    since = moment - RECENT_SECONDS
    found: list[Record] = []
    for record in reversed(records):
        if record.end < since - _DISORDER_SECONDS:
            break
        if record.end >= since:
            found.append(record)
    return found
