"""What single points of an answer must be like: let through by the filter, and as written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from locust_qdrant.config.dataset import number_of
from locust_qdrant.targets.qdrant.expectation import Flaw, Misfit
from locust_qdrant.targets.qdrant.schema import by_name
from locust_qdrant.targets.qdrant.scores import Scores, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.config.dataset import Dataset, PointNames
    from locust_qdrant.config.model import CollectionSpec
    from locust_qdrant.targets.qdrant.expectation import Hit
    from locust_qdrant.targets.qdrant.filters import PointFilter
    from locust_qdrant.targets.qdrant.witnesses import Witnesses

#: Multiplications that an answer is worth: beyond it, only some of its points are looked at, other
#: ones each time. The traffic waits meanwhile.
_MOST_WORK = 2000
_WORK_OF_PAYLOAD = 50


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a read asked for, as far as a single point of its answer can show it.

    Attributes:
        chosen: the filter, None for none.
        payload: whether payloads were wanted.
        vectors: whether vectors were wanted.
        search: the name of the vector that was searched and the query, dense, multi or `Sparse`;
            None where scores are none of single vectors.
    """

    chosen: PointFilter | None = None
    payload: bool = False
    vectors: bool = False
    search: tuple[str, Any] | None = None


class Contents:
    """Holds points of answers against what was written.

    What a filter asks of a point never changes, or only with the point. The rest is known of the
    points of the filling that nobody has written since.

    Args:
        dataset: what the points were made of.
        names: which points are of this run.
        witnesses: which are as they were filled.
        collection: how vectors are kept.

    Attributes:
        witnesses: which points are as they were filled.
    """

    def __init__(
        self,
        dataset: Dataset,
        names: PointNames,
        witnesses: Witnesses,
        collection: CollectionSpec,
    ) -> None:
        self._dataset = dataset
        self._names = names
        self.witnesses = witnesses
        self._vectors = collection.vectors
        # A quantised vector has another score, and so may one in a collection of somebody else.
        self._has_scores = not collection.quantization and not collection.use_existing
        self._turns = count()

    def misfit(self, read: ReadRequest, hits: Sequence[Hit]) -> Misfit | None:
        """Return the first point found that cannot be in the answer to `read`, None for none."""
        if read.chosen is not None:
            for hit in hits:
                if not self._is_let_through(hit.id, read.chosen):
                    return Misfit(Flaw.UNFIT, hit.id)
        known = [hit for hit in hits if self._is_known(hit.id)]
        scores: Scores | None = None
        turn, most = next(self._turns), max(1, _MOST_WORK // self._work(read))
        for place in range(min(most, len(known))):
            hit = known[(turn * most + place) % len(known)]
            if scores is None and read.search is not None and self._has_scores:
                scores = Scores(self._vectors.get(read.search[0]), read.search[1])
            flaw = next(self._flaws(read, hit, scores), None)
            if flaw is not None:
                return Misfit(flaw, hit.id)
        return None

    def _is_known(self, point: object) -> bool:
        return self._names.has(point) and number_of(str(point)) in self.witnesses

    def _is_let_through(self, point: object, chosen: PointFilter) -> bool:
        if not self._names.has(point):
            return True
        number = number_of(str(point))
        data = self._dataset
        group = data.group(number) if number in self.witnesses else None
        return chosen.lets_through(data.tenant_number(number), group, data.rank(number))

    def _work(self, read: ReadRequest) -> int:
        each = _WORK_OF_PAYLOAD
        if read.search is not None:
            each += work(self._vectors.get(read.search[0]))
        if read.vectors:
            each += sum(spec.dim * max(1, spec.multi) for spec in self._vectors.values())
        return each

    def _flaws(self, read: ReadRequest, hit: Hit, scores: Scores | None) -> Iterator[Flaw]:
        """Yield what is wrong with a point that is as it was filled."""
        point, data = str(hit.id), self._dataset
        if read.payload and hit.payload != data.payload(point, 0):
            yield Flaw.PAYLOAD
        if read.vectors and not data.has_vectors(point, 0, by_name(hit.vector)):
            yield Flaw.VECTOR
        if read.search is not None and scores is not None:
            vector = data.array(read.search[0], point, 0)
            if not scores.fits(float(getattr(hit, "score", 0.0)), vector):
                yield Flaw.SCORE
