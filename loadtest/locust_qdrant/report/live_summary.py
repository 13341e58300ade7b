"""What the traffic of the last seconds looks like, in a few words."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from locust_qdrant.metrics.figures import latency_of
from locust_qdrant.metrics.record import Outcome, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.metrics.record import Record

RECENT_SECONDS = 3.0
_DISORDER_SECONDS = 0.5


class LiveSummary:
    """Is shown the requests as they end, and forgets what is past."""

    def __init__(self) -> None:
        self._recent: deque[Record] = deque()
        self._failed = 0

    def add(self, records: Sequence[Record]) -> None:
        """Take in requests that have ended since the last time."""
        self._failed += sum(record.outcome.failed for record in records)
        self._recent.extend(records)
        # Records come in batches, those of one process after those of another.
        since = now() - RECENT_SECONDS - _DISORDER_SECONDS
        while self._recent and self._recent[0].end < since:
            self._recent.popleft()

    def remark(self, step: str, elapsed: float, lag: float | None) -> str:
        """Return the stage, and what its traffic looks like.

        Args:
            step: name of the stage.
            elapsed: seconds since the traffic began.
            lag: how late the loop has been lately, in seconds; None where there is no loop.
        """
        since = now() - RECENT_SECONDS
        good = [each for each in self._recent if each.end >= since and each.outcome is Outcome.OK]
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
