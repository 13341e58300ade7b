"""The search, recommend and discover requests of before the universal query, put as queries.

Clients for JavaScript and older ones for Python use them. qdrant-client has no models of them any
more, so they are described here.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from qdrant_client.http import models

from locust_qdrant.embedded.engine.problems import RequestError

_Wanted = bool | list[str] | None
_Example = list[float] | models.SparseVector | int | str


class NamedVector(BaseModel):
    """A dense vector, and under which name the collection has its like."""

    name: str
    vector: list[float]


class NamedSparseVector(BaseModel):
    """A sparse vector, and under which name the collection has its like."""

    name: str
    vector: models.SparseVector


class _Request(BaseModel):
    shard_key: Any = None
    filter: models.Filter | None = None
    params: models.SearchParams | None = None
    with_payload: models.WithPayloadInterface | None = None
    with_vector: _Wanted = None
    score_threshold: float | None = None

    def _query(self) -> tuple[Any, str | None, models.LookupLocation | None]:
        """Return the query, the name of the vector, and where its points are looked up."""
        raise NotImplementedError  # meant: each older request below has its own

    def _common(self) -> dict[str, Any]:
        query, using, lookup = self._query()
        return {
            "query": query,
            "using": using,
            "lookup_from": lookup,
            "filter": self.filter,
            "params": self.params,
            "with_payload": self.with_payload,
            "with_vector": self.with_vector,
            "score_threshold": self.score_threshold,
            "shard_key": self.shard_key,
        }


class _Paged(_Request):
    limit: int
    offset: int | None = None

    def as_query(self) -> models.QueryRequest:
        """Return the query that asks the same."""
        return models.QueryRequest.model_construct(
            prefetch=None, limit=self.limit, offset=self.offset, **self._common()
        )


class _Grouped(_Request):
    group_by: str
    group_size: int
    limit: int
    with_lookup: str | models.WithLookup | None = None

    def as_query(self) -> models.QueryGroupsRequest:
        """Return the query in groups that asks the same."""
        return models.QueryGroupsRequest.model_construct(
            prefetch=None,
            limit=self.limit,
            group_by=self.group_by,
            group_size=self.group_size,
            with_lookup=self.with_lookup,
            **self._common(),
        )


class _OldSearch(_Request):
    vector: list[float] | NamedVector | NamedSparseVector

    def _query(self) -> tuple[Any, str | None, models.LookupLocation | None]:
        if isinstance(self.vector, list):
            return self.vector, None, None
        return self.vector.vector, self.vector.name, None


class _Recommend(_Request):
    positive: list[_Example] = []
    negative: list[_Example] = []
    strategy: models.RecommendStrategy | None = None
    using: str | None = None
    lookup_from: models.LookupLocation | None = None

    def _query(self) -> tuple[Any, str | None, models.LookupLocation | None]:
        examples = models.RecommendInput.model_construct(
            positive=self.positive, negative=self.negative, strategy=self.strategy
        )
        query = models.RecommendQuery.model_construct(recommend=examples)
        return query, self.using, self.lookup_from


class SearchRequest(_Paged, _OldSearch):
    """Points near a vector."""


class SearchGroupsRequest(_Grouped, _OldSearch):
    """Points near a vector, in groups."""


class RecommendRequest(_Paged, _Recommend):
    """Points like some and unlike others."""


class RecommendGroupsRequest(_Grouped, _Recommend):
    """Points like some and unlike others, in groups."""


class ContextExamplePair(BaseModel):
    """Two examples, one on the right side and one on the wrong side."""

    positive: _Example
    negative: _Example


class DiscoverRequest(_Paged):
    """Points near a target, or on the right side of pairs of examples, or both."""

    target: _Example | None = None
    context: list[ContextExamplePair] | None = None
    using: str | None = None
    lookup_from: models.LookupLocation | None = None

    def _query(self) -> tuple[Any, str | None, models.LookupLocation | None]:
        pairs = [
            models.ContextPair.model_construct(positive=pair.positive, negative=pair.negative)
            for pair in self.context or []
        ]
        query: Any
        if self.target is None:
            check_discovery(pairs)
            query = models.ContextQuery.model_construct(context=pairs)
        else:
            target = models.DiscoverInput.model_construct(target=self.target, context=pairs)
            query = models.DiscoverQuery.model_construct(discover=target)
        return query, self.using, self.lookup_from


class SearchRequestBatch(BaseModel):
    """Several searches."""

    searches: list[SearchRequest]


class RecommendRequestBatch(BaseModel):
    """Several recommendations."""

    searches: list[RecommendRequest]


class DiscoverRequestBatch(BaseModel):
    """Several discoveries."""

    searches: list[DiscoverRequest]


def check_discovery(pairs: list[Any]) -> None:
    """Check that a discovery without a target has pairs of examples.

    Raises:
        RequestError: 400.
    """
    if not pairs:
        raise RequestError(400, "Bad request: target and/or context_pairs must be specified")


def as_query(body: Any) -> Any:
    """Return the query, or batch of queries, that asks the same as an older request."""
    if hasattr(body, "searches"):
        searches = [search.as_query() for search in body.searches]
        return models.QueryRequestBatch.model_construct(searches=searches)
    return body.as_query()
