"""Read the books back: count what is as acknowledged, and what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.ledger.judgement import Finding, judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust_qdrant.ledger.books import Ledger
    from locust_qdrant.ledger.judgement import Originals, Reading

_MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Audit:
    """The outcome of reading the books back.

    Attributes:
        points: number of points with an acknowledged write that were looked at.
        missing: number of them that are gone.
        stale: number of them with an earlier payload than the last acknowledged one.
        wrong: number of them with a payload that nobody wrote.
        in_doubt: number of points with a write of unknown fate.
        examples: a few of the points that are not right, one line each.
        unreadable: why not all points could be held against the books, empty when they could.
        wrong_vector: number of them with the right payload and wrong vectors.
        resurrected: number of them that were deleted and are there again.
        phantom: number of points in the collection that nobody wrote; not among `points`.
        vectors: number of points whose vectors were compared.
        kept_every: books were kept of one of so many points.
        refused: number of points with a write that the server refused.
    """

    points: int
    missing: int
    stale: int
    wrong: int
    in_doubt: int
    examples: tuple[str, ...] = ()
    unreadable: str = ""
    wrong_vector: int = 0
    resurrected: int = 0
    phantom: int = 0
    vectors: int = 0
    kept_every: int = 1
    refused: int = 0

    @classmethod
    def unread(cls, ledger: Ledger, reason: str) -> Audit:
        """Return the outcome where the points could not be read back, for this reason."""
        points = len(ledger.points())
        refused = ledger.refused()
        return cls(points, 0, 0, 0, ledger.in_doubt(), unreadable=reason, refused=refused)

    @property
    def lost(self) -> int:
        """Number of points that are not as acknowledged, phantoms included."""
        return (
            self.missing
            + self.stale
            + self.wrong
            + self.wrong_vector
            + self.resurrected
            + self.phantom
        )


def audit(ledger: Ledger, readings: Iterable[Reading], originals: Originals) -> Audit:
    """Judge every reading against the ledger; one of a point that it does not know is a phantom.

    Args:
        ledger: the books.
        readings: what the server has, one for each of `ledger.points()`, and further ones of points
            that may be phantoms.
        originals: what the points were made of.
    """
    counts: Counter[Finding] = Counter()
    examples: list[str] = []
    vectors = 0
    for reading in readings:
        if ledger.knows(reading.point):
            finding = judge(ledger.state(reading.point), reading, originals)
        elif ledger.keeps(reading.point):
            finding = Finding.PHANTOM
        else:
            continue
        counts[finding] += 1
        vectors += reading.vectors is not None and finding is not Finding.PHANTOM
        if finding is not Finding.RIGHT and len(examples) < _MOST_EXAMPLES:
            examples.append(f"point {reading.point} is {finding.value}")
    return Audit(
        points=counts.total() - counts[Finding.PHANTOM],
        missing=counts[Finding.MISSING],
        stale=counts[Finding.STALE],
        wrong=counts[Finding.WRONG],
        in_doubt=ledger.in_doubt(),
        examples=tuple(examples),
        wrong_vector=counts[Finding.WRONG_VECTOR],
        resurrected=counts[Finding.RESURRECTED],
        phantom=counts[Finding.PHANTOM],
        vectors=vectors,
        kept_every=ledger.every,
        refused=ledger.refused(),
    )
