"""What the answer to a read must be like, whoever gives it: how many hits, whose, in which order.

Every bound is a lower one that no correct server can miss: it counts only points that are surely
there while the request is under way, have the vector that is asked for, and match the filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from qdrant_client.http import models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    #: A hit of a search, or a point that was read.
    Hit = models.ScoredPoint | models.Record

# Scores are single precision, and sorted before a distance is made of them.
_TOLERANCE = 1e-6


class Order(Enum):
    """What the hits of an answer are sorted by."""

    NONE = "none"
    #: Similarities, and what a fusion makes of them: the best first.
    BEST_FIRST = "best first"
    #: Distances: the smallest first.
    NEAREST_FIRST = "nearest first"
    IDS = "ids"


class Flaw(str, Enum):
    """What is wrong with an answer, in words that go behind a number of answers."""

    SHORT = "had fewer hits than there were points to find"
    LONG = "had more hits than were asked for"
    INVENTED = "had points that nobody wrote"
    REPEATED = "had the same point twice"
    DISORDERED = "had hits that were not in the order of their scores or ids"
    EARLY = "had points from before the one where it had to begin"
    UNFIT = "had points that the filter does not let through"
    PAYLOAD = "had a payload that nobody wrote"
    VECTOR = "had a vector that nobody wrote"
    SCORE = "had a score that is not the one of the point's vector for this query"
    MISCOUNTED = "had not one list of hits for each query"


class Misfit(NamedTuple):
    """A point that cannot be in an answer, or not like that."""

    flaw: Flaw
    point: object


@dataclass(frozen=True, slots=True)
class Expected:
    """What one list of hits must be like.

    Attributes:
        most: number of hits asked for.
        least: returns the number of hits that there must be; called when the answer has come.
        order: what they are sorted by.
        approximate: whether an index may miss some, so that only an exact search is proof.
        among: the ids that were asked for; None where any point may come.
        first: the id where it has to begin, empty where it may begin anywhere.
        misfit: returns the first of the points that cannot be in the answer; None for nothing more
            to look at.
    """

    most: int
    least: Callable[[], int]
    order: Order
    approximate: bool = False
    among: frozenset[str] | None = None
    first: str = ""
    misfit: Callable[[Sequence[Hit]], Misfit | None] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What looking at one list of hits showed.

    Attributes:
        hits: their number.
        least: how many there had to be.
        flaw: what is wrong, None if nothing is.
        strangers: ids that this run did not write.
        example: a point that shows the flaw, None if none does by itself.
    """

    hits: int
    least: int
    flaw: Flaw | None = None
    strangers: tuple[object, ...] = ()
    example: object = None

    @property
    def is_evidence(self) -> bool:
        """Whether a wrong answer would have shown: something came, or had to come."""
        return self.hits > 0 or self.least > 0


def lists_of_hits(answer: object) -> list[Sequence[Hit]]:
    """Return the lists of hits in what a reading method of the client returned."""
    if isinstance(answer, models.QueryResponse):
        return [answer.points]
    if isinstance(answer, tuple) and answer:
        # A page of `scroll`, and where the next one begins.
        return [answer[0]]
    if isinstance(answer, list) and answer and isinstance(answer[0], models.QueryResponse):
        return [each.points for each in answer]
    return [answer] if isinstance(answer, list) else [[]]


def examine(hits: Sequence[Hit], expected: Expected, is_own: Callable[[object], bool]) -> Found:
    """Hold one list of hits against what it must be like.

    Args:
        hits: what came.
        expected: what had to come.
        is_own: tells whether this run wrote, or tried to write, the point of that id.
    """
    least = min(expected.most, expected.least())
    ids = [hit.id for hit in hits]
    strangers = tuple(each for each in ids if not is_own(each))
    flaw = _flaw_of_list(hits, ids, expected, strangers)
    if flaw is not None:
        return Found(len(ids), least, flaw, strangers)
    misfit = None if expected.misfit is None else expected.misfit(hits)
    if misfit is not None:
        return Found(len(ids), least, misfit.flaw, example=misfit.point)
    return Found(len(ids), least, Flaw.SHORT if len(ids) < least else None)


def _flaw_of_list(
    hits: Sequence[Hit], ids: Sequence[object], expected: Expected, strangers: Sequence[object]
) -> Flaw | None:
    if strangers or (expected.among is not None and not expected.among.issuperset(map(str, ids))):
        return Flaw.INVENTED
    if len(set(ids)) < len(ids):
        return Flaw.REPEATED
    if len(ids) > expected.most:
        return Flaw.LONG
    if not _in_order(hits, ids, expected.order):
        return Flaw.DISORDERED
    return Flaw.EARLY if any(str(each) < expected.first for each in ids) else None


def _in_order(hits: Sequence[Hit], ids: Sequence[object], order: Order) -> bool:
    if order is Order.NONE:
        return True
    if order is Order.IDS:
        keys = [(isinstance(each, str), each) for each in ids]
        return all(earlier < later for earlier, later in pairwise(keys))
    sign = 1 if order is Order.NEAREST_FIRST else -1
    scores = [sign * float(getattr(hit, "score", 0.0)) for hit in hits]
    return all(
        later >= earlier - _TOLERANCE * max(1.0, abs(earlier))
        for earlier, later in pairwise(scores)
    )


def exactly(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of a read so that every search in it is exact."""
    exact = dict(arguments)
    if "requests" in exact:
        exact["requests"] = [
            each.model_copy(update={"params": _EXACT}) for each in exact["requests"]
        ]
    elif "prefetch" in exact:
        exact["prefetch"] = [
            each.model_copy(update={"params": _EXACT}) for each in exact["prefetch"]
        ]
    elif "query" in exact:
        exact["search_params"] = _EXACT
    return exact


_EXACT = models.SearchParams(exact=True)
