"""Queries: from `qdrant_client.models` to `qdrant_edge`.

A query may name points instead of vectors. `LookUp` finds their vectors; the query then leaves
these points out of its result, as Qdrant does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import not_served, wrong_input
from locust_qdrant.embedded.engine.to_engine.average import average_vector
from locust_qdrant.embedded.engine.to_engine.filters import optional_filter, without_points
from locust_qdrant.embedded.engine.to_engine.ids import convert_id
from locust_qdrant.embedded.engine.to_engine.optional import if_given
from locust_qdrant.embedded.engine.to_engine.points import convert_vector
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR, member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.to_engine.ids import PointId

    LookUp = Callable[[PointId, str, models.LookupLocation | None], Any]

DEFAULT_LIMIT = 10
_RRF_K = 2
_MMR_DIVERSITY = 0.5


@dataclass
class _Source:
    """Where a query's vectors come from, and which points it named."""

    look_up: LookUp
    using: str
    location: models.LookupLocation | None
    limit: int
    named: set[PointId]

    def vector(self, model: Any) -> Any:
        if not isinstance(model, int | str):
            return convert_vector(model)
        id_ = convert_id(model)
        if self.location is None:
            self.named.add(id_)
        return self.look_up(id_, self.using, self.location)


def convert_query(
    request: models.QueryRequest | models.QueryGroupsRequest | models.Prefetch,
    look_up: LookUp,
    *,
    limit: int,
) -> dict[str, Any]:
    """Return what `QueryRequest` and `Prefetch` of the engine have in common, as keywords.

    Raises:
        RequestError: what `look_up` raises; 501 when the engine has no such query.
    """
    source = _Source(look_up, request.using or DEFAULT_VECTOR, request.lookup_from, limit, set())
    query = None if request.query is None else _scoring(request.query, source)
    prefetch = request.prefetch or []
    return {
        "query": query,
        "filter": without_points(optional_filter(request.filter), frozenset(source.named)),
        "params": search_params(request.params),
        "score_threshold": request.score_threshold,
        "limit": limit,
        "prefetches": [
            edge.Prefetch(**convert_query(p, look_up, limit=p.limit or DEFAULT_LIMIT))
            for p in (prefetch if isinstance(prefetch, list) else [prefetch])
        ],
    }


def convert_order_by(model: str | models.OrderBy) -> edge.OrderBy:
    """Convert an order over a payload field: its key, or key, direction and start."""
    if isinstance(model, str):
        return edge.OrderBy(model)
    start = model.start_from
    return edge.OrderBy(
        key=model.key,
        direction=if_given(model.direction, partial(member, edge.Direction)),
        start_from=start if start is None or isinstance(start, int | float) else start.isoformat(),
    )


def search_params(model: models.SearchParams | None) -> edge.SearchParams | None:
    """Convert the settings of a search."""
    if model is None:
        return None
    return edge.SearchParams(
        hnsw_ef=model.hnsw_ef,
        exact=bool(model.exact),
        indexed_only=bool(model.indexed_only),
        quantization=if_given(model.quantization, _quantization),
        acorn=if_given(getattr(model, "acorn", None), _acorn),
        idf=if_given(getattr(model, "idf", None), _idf),
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


def _idf(model: models.IdfParams) -> edge.IdfParams:
    return edge.IdfParams(optional_filter(getattr(model, "corpus", None)))


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
    positives = [source.vector(v) for v in model.recommend.positive or []]
    negatives = [source.vector(v) for v in model.recommend.negative or []]
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
    "FusionQuery": _fusion,
    "NearestQuery": _nearest,
    "OrderByQuery": lambda model, _: convert_order_by(model.order_by),
    "RecommendQuery": _recommend,
    "RelevanceFeedbackQuery": _feedback,
    "RrfQuery": _rrf,
    "SampleQuery": lambda _model, _source: edge.Sample.Random,
}
