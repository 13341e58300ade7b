"""What a stretch of traffic shows while it runs, and leaves behind when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Answers, Leftovers, Recall, Traffic

    #: Called ten times a second while the traffic runs, and once when it is over.
    Watch = Callable[["Progress"], None]


class Progress(NamedTuple):
    """What a watcher of the traffic sees.

    Attributes:
        begin: when the traffic began, in seconds since the epoch.
        elapsed: seconds since then.
        records: those of the requests that ended since the last look.
        lag: the worst lag of the loop since about a second, in seconds; zero where there is none.
    """

    begin: float
    elapsed: float
    records: Sequence[Record]
    lag: float


@dataclass(frozen=True)
class SegmentResult:
    """What is known when a stretch of traffic is over.

    Attributes:
        traffic: what happened.
        recall: how good the answers were, None when it was not measured.
        leftovers: what was left open, None when nobody looked.
        answers: what looking at the answers of each reading operation showed.
        complete: whether it ran to its end, with every process that took part.
    """

    traffic: Traffic
    recall: Recall | None = None
    leftovers: Leftovers | None = None
    answers: Sequence[Answers] = ()
    complete: bool = True
