"""Queries: from `qdrant_client.models` to `qdrant_edge`.

A query may name points instead of vectors. `LookUp` finds their vectors. Points that are named
anywhere in a request, in a prefetch too, are left out of its answer, as Qdrant does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import RequestError, not_served, wrong_input
from locust_qdrant.embedded.engine.to_engine.average import average_vector
from locust_qdrant.embedded.engine.to_engine.filters import if_given, without_points
from locust_qdrant.embedded.engine.to_engine.formulas import convert_formula
from locust_qdrant.embedded.engine.to_engine.ids import convert_id
from locust_qdrant.embedded.engine.to_engine.points import convert_vector
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR, member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.to_engine.filters import FilterConverter
    from locust_qdrant.embedded.engine.to_engine.ids import PointId

    LookUp = Callable[[Sequence[PointId], str, models.LookupLocation | None], Mapping[PointId, Any]]

DEFAULT_LIMIT = 10
_RRF_K = 2
_MMR_DIVERSITY = 0.5


@dataclass(frozen=True)
class QueryConverter:
    """Converts one request with its prefetches. `named` are the points that it names.

    `collection` is the name of the collection that is asked. `widen` multiplies the limits of
    prefetches, which groups need.
    """

    collection: str
    filters: FilterConverter
    look_up: LookUp
    widen: int = 1
    named: set[PointId] = field(default_factory=set)

    def request(
        self, model: models.QueryRequest | models.QueryGroupsRequest, limit: int
    ) -> dict[str, Any]:
        """Return what the engine's `QueryRequest` takes, as keywords.

        Raises:
            RequestError: what `look_up` raises; 400 for what contradicts itself; 501 when the
                engine has no such query.
        """
        converted = self._common(model, limit, root=True)
        converted["filter"] = without_points(converted["filter"], frozenset(self.named))
        return converted

    def _common(self, model: Any, limit: int, *, root: bool = False) -> dict[str, Any]:
        prefetches = model.prefetch or []
        prefetches = prefetches if isinstance(prefetches, list) else [prefetches]
        source = _Source(self, model.using or DEFAULT_VECTOR, model.lookup_from, limit)
        converted = {
            "query": None if model.query is None else _scoring(model.query, source),
            "filter": self.filters.optional(model.filter),
            "params": search_params(model.params, self.filters),
            "score_threshold": model.score_threshold,
            "limit": limit,
            "prefetches": [
                self._prefetch(p, fused=root and _fuses(model.query)) for p in prefetches
            ],
        }
        # As on a server, after the points that are named were looked for.
        _refuse_contradictions(model, prefetches)
        return converted

    def _prefetch(self, model: models.Prefetch, *, fused: bool) -> edge.Prefetch:
        limit = DEFAULT_LIMIT if model.limit is None else model.limit
        converted = self._common(model, limit) | {"limit": limit * self.widen}
        query = converted["query"]
        if isinstance(query, edge.Mmr) and not converted["prefetches"]:
            # Qdrant does not diversify here, but takes the candidates, which it cuts to the limit
            # only where it fuses them last.
            candidates = query.candidates_limit
            converted["query"] = edge.Query.Nearest(query.vector, query.using)
            converted["limit"] = min(converted["limit"], candidates) if fused else candidates
        return edge.Prefetch(**converted)


@dataclass(frozen=True)
class _Source:
    """Where a query's vectors come from."""

    converter: QueryConverter
    using: str
    location: models.LookupLocation | None
    limit: int

    def vector(self, model: Any) -> Any:
        return self.vectors([model])[0]

    def vectors(self, given: Sequence[Any]) -> list[Any]:
        """Return vectors as they are given, or those of the points that are named."""
        ids = {model: convert_id(model) for model in given if isinstance(model, int | str)}
        found: Mapping[PointId, Any] = {}
        if ids:
            found = self.converter.look_up([*ids.values()], self.using, self.location)
            if self.location is None or self.location.collection == self.converter.collection:
                self.converter.named.update(ids.values())
        return [
            found[ids[model]] if isinstance(model, int | str) else convert_vector(model, query=True)
            for model in given
        ]

    @property
    def formula_filters(self) -> FilterConverter:
        return self.converter.filters


def _refuse_contradictions(model: Any, prefetches: list[Any]) -> None:
    query = model.query
    if prefetches and query is None:
        raise _bad_request(
            "A query is needed to merge the prefetches."
            " Can't have prefetches without defining a query."
        )
    if model.score_threshold is not None:
        if query is None:
            raise _bad_request(
                "A query is needed to use the score_threshold."
                " Can't have score_threshold without defining a query."
            )
        if type(query).__name__ == "OrderByQuery":
            raise _bad_request("Can't use score_threshold with an order_by query.")
    if _fuses(query) and model.using:
        raise _bad_request("Fusion queries cannot be combined with the 'using' field.")


def _fuses(query: Any) -> bool:
    return type(query).__name__ in {"FusionQuery", "RrfQuery"}


def _bad_request(sentence: str) -> RequestError:
    return RequestError(400, f"Bad request: {sentence}")


def convert_order_by(model: str | models.OrderBy) -> edge.OrderBy:
    """Convert an order over a payload field: its key, or key, direction and start."""
    if isinstance(model, str):
        return edge.OrderBy(model)
    start = model.start_from
    return edge.OrderBy(
        key=model.key,
        direction=if_given(model.direction, partial(member, edge.Direction)),
        start_from=start
        if start is None or isinstance(start, int | float | str)
        else start.isoformat(),
    )


def search_params(
    model: models.SearchParams | None, filters: FilterConverter
) -> edge.SearchParams | None:
    """Convert the settings of a search."""
    if model is None:
        return None
    idf = getattr(model, "idf", None)
    return edge.SearchParams(
        hnsw_ef=model.hnsw_ef,
        exact=bool(model.exact),
        indexed_only=bool(model.indexed_only),
        quantization=if_given(model.quantization, _quantization),
        acorn=if_given(getattr(model, "acorn", None), _acorn),
        idf=None if idf is None else edge.IdfParams(filters.optional(getattr(idf, "corpus", None))),
    )


def with_payload(model: Any, *, default: bool) -> Any:
    """Convert which part of the payload is wanted."""
    if model is None or isinstance(model, bool | list):
        return default if model is None else model
    if type(model).__name__ == "PayloadSelectorInclude":
        return edge.PayloadSelector.Include(model.include)
    return edge.PayloadSelector.Exclude(model.exclude)


def _quantization(model: models.QuantizationSearchParams) -> edge.QuantizationSearchParams:
    return edge.QuantizationSearchParams(
        ignore=bool(model.ignore), rescore=model.rescore, oversampling=model.oversampling
    )


def _acorn(model: models.AcornSearchParams) -> edge.AcornSearchParams:
    return edge.AcornSearchParams(enable=bool(model.enable), max_selectivity=model.max_selectivity)


def _scoring(model: Any, source: _Source) -> Any:
    kind = type(model).__name__
    if kind in _QUERIES:
        return _QUERIES[kind](model, source)
    if kind.endswith("Query"):
        raise not_served(f"the query `{kind}`")
    return edge.Query.Nearest(source.vector(model), source.using)


def _nearest(model: models.NearestQuery, source: _Source) -> Any:
    vector, mmr = source.vector(model.nearest), getattr(model, "mmr", None)
    if mmr is None:
        return edge.Query.Nearest(vector, source.using)
    diversity = _MMR_DIVERSITY if mmr.diversity is None else mmr.diversity
    candidates = source.limit if mmr.candidates_limit is None else mmr.candidates_limit
    return edge.Mmr(vector, 1.0 - diversity, candidates, source.using)


def _recommend(model: models.RecommendQuery, source: _Source) -> Any:
    positives = source.vectors(model.recommend.positive or [])
    negatives = source.vectors(model.recommend.negative or [])
    strategy = model.recommend.strategy
    if strategy is None or strategy.value == "average_vector":
        return edge.Query.Nearest(average_vector(positives, negatives), source.using)
    if not positives and not negatives:
        raise wrong_input("At least one positive or negative vector ID required")
    examples = edge.RecommendQuery(positives, negatives)
    if strategy.value == "best_score":
        return edge.Query.RecommendBestScore(examples, source.using)
    return edge.Query.RecommendSumScores(examples, source.using)


def _discover(model: models.DiscoverQuery, source: _Source) -> Any:
    target = source.vector(model.discover.target)
    pairs = _pairs(model.discover.context, source)
    return edge.Query.Discover(edge.DiscoverQuery(target, pairs), source.using)


def _context(model: models.ContextQuery, source: _Source) -> Any:
    return edge.Query.Context(edge.ContextQuery(_pairs(model.context, source)), source.using)


def _pairs(model: Any, source: _Source) -> list[edge.ContextPair]:
    if model is None:
        return []
    return [
        edge.ContextPair(source.vector(pair.positive), source.vector(pair.negative))
        for pair in (model if isinstance(model, list) else [model])
    ]


def _feedback(model: Any, source: _Source) -> Any:
    given, strategy = model.relevance_feedback, model.relevance_feedback.strategy.naive
    return edge.Query.FeedbackNaive(
        edge.FeedbackNaiveQuery(
            source.vector(given.target),
            [edge.FeedbackItem(source.vector(f.example), f.score) for f in given.feedback],
            edge.NaiveFeedbackStrategy(strategy.a, strategy.b, strategy.c),
        ),
        source.using,
    )


def _fusion(model: models.FusionQuery, _: _Source) -> Any:
    return edge.Fusion.Rrf(k=_RRF_K) if model.fusion.value == "rrf" else edge.Fusion.Dbsf()


def _rrf(model: models.RrfQuery, _: _Source) -> Any:
    k = _RRF_K if model.rrf.k is None else model.rrf.k
    return edge.Fusion.Rrf(k=k, weights=getattr(model.rrf, "weights", None))


_QUERIES: Mapping[str, Callable[[Any, _Source], Any]] = {
    "ContextQuery": _context,
    "DiscoverQuery": _discover,
    "FormulaQuery": lambda model, source: convert_formula(model, source.formula_filters),
    "FusionQuery": _fusion,
    "NearestQuery": _nearest,
    "OrderByQuery": lambda model, _: convert_order_by(model.order_by),
    "RecommendQuery": _recommend,
    "RelevanceFeedbackQuery": _feedback,
    "RrfQuery": _rrf,
    "SampleQuery": lambda _model, _source: edge.Sample.Random,
}
