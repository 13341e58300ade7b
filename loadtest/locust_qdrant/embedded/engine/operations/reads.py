"""Operations that read points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine import from_engine
from locust_qdrant.embedded.engine.operations.checks import check_limits, refuse_shard_key
from locust_qdrant.embedded.engine.problems import RequestError
from locust_qdrant.embedded.engine.problems import from_engine as problem_of
from locust_qdrant.embedded.engine.to_engine.filters import optional_filter
from locust_qdrant.embedded.engine.to_engine.ids import convert_id, convert_ids
from locust_qdrant.embedded.engine.to_engine.queries import (
    DEFAULT_LIMIT,
    convert_order_by,
    convert_query,
    with_payload,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call
    from locust_qdrant.embedded.engine.to_engine.ids import PointId
    from locust_qdrant.embedded.engine.to_engine.queries import LookUp


def retrieve(catalog: Catalog, call: Call) -> list[models.Record]:
    """Return points by their ids; an id without a point is left out."""
    body = call.body
    refuse_shard_key(body)
    found = ask(
        catalog[call.collection].shard.retrieve,
        convert_ids(body.ids),
        with_payload(body.with_payload, default=True),
        body.with_vector or False,
    )
    return from_engine.records(found)


def retrieve_one(catalog: Catalog, call: Call) -> models.Record:
    """Return one point whole.

    Raises:
        RequestError: 404 if there is no such point.
    """
    id_ = convert_id(int(call.target) if call.target.isdecimal() else call.target)
    found = ask(catalog[call.collection].shard.retrieve, [id_], True, True)
    if not found:
        raise RequestError(404, f"Not found: Point with id {id_} does not exists!")
    return from_engine.records(found)[0]


def scroll(catalog: Catalog, call: Call) -> models.ScrollResult:
    """Return one page of points, in the order of their ids or of a payload field."""
    body = call.body
    refuse_shard_key(body)
    check_limits(body, "limit")
    page, next_page = ask(
        catalog[call.collection].shard.scroll,
        edge.ScrollRequest(
            offset=None if body.offset is None else convert_id(body.offset),
            limit=body.limit or DEFAULT_LIMIT,
            filter=optional_filter(body.filter),
            with_payload=with_payload(body.with_payload, default=True),
            with_vector=body.with_vector or False,
            order_by=None if body.order_by is None else convert_order_by(body.order_by),
        ),
    )
    return models.ScrollResult.model_construct(
        points=from_engine.records(page), next_page_offset=from_engine.point_id(next_page)
    )


def count(catalog: Catalog, call: Call) -> models.CountResult:
    """Count points."""
    refuse_shard_key(call.body)
    exact = call.body.exact is not False
    request = edge.CountRequest(exact=exact, filter=optional_filter(call.body.filter))
    return models.CountResult(count=ask(catalog[call.collection].shard.count, request))


def facet(catalog: Catalog, call: Call) -> models.FacetResponse:
    """Count points by the values of an indexed payload field."""
    body = call.body
    refuse_shard_key(body)
    check_limits(body, "limit")
    request = edge.FacetRequest(
        key=body.key,
        limit=body.limit or DEFAULT_LIMIT,
        exact=bool(body.exact),
        filter=optional_filter(body.filter),
    )
    hits = from_engine.facet_hits(ask(catalog[call.collection].shard.facet, request))
    return models.FacetResponse.model_construct(hits=hits)


def query(catalog: Catalog, call: Call) -> models.QueryResponse:
    """Answer one query."""
    request = _query_request(catalog, call.collection, call.body)
    return _response(ask(catalog[call.collection].shard.query, request), call.body)


def query_batch(catalog: Catalog, call: Call) -> list[models.QueryResponse]:
    """Answer several queries of one collection, in order."""
    requests = [_query_request(catalog, call.collection, body) for body in call.body.searches]
    shard = catalog[call.collection].shard
    found = ask(shard.query_batch, edge.QueryBatchRequest(requests)) if requests else []
    return [_response(*pair) for pair in zip(found, call.body.searches, strict=True)]


def vector_lookup(catalog: Catalog, collection: str) -> LookUp:
    """Return the function that finds the vector of a point that a query names."""

    def look_up(id_: PointId, using: str, location: models.LookupLocation | None) -> Any:
        name = using if location is None else location.vector or ""
        source = collection if location is None else location.collection
        found = ask(catalog[source].shard.retrieve, [id_], False, [name])
        if not found:
            raise RequestError(404, f"Not found: No point with id {id_} found")
        vectors = found[0].vector
        vector = vectors.get(name) if isinstance(vectors, dict) else vectors
        if vector is None:
            raise RequestError(400, f"Wrong input: Point {id_} has no vector `{name}`")
        return vector

    return look_up


def _query_request(catalog: Catalog, collection: str, body: Any) -> edge.QueryRequest:
    check_limits(body, "limit")
    refuse_shard_key(body)
    return edge.QueryRequest(
        **convert_query(
            body, vector_lookup(catalog, collection), limit=body.limit or DEFAULT_LIMIT
        ),
        offset=body.offset or 0,
        with_payload=with_payload(body.with_payload, default=False),
        with_vector=body.with_vector or False,
    )


def _response(points: list[edge.ScoredPoint], body: Any) -> models.QueryResponse:
    hits = from_engine.scored_points(points, with_vectors=bool(body.with_vector))
    return models.QueryResponse.model_construct(points=hits)


def ask(method: Callable[..., Any], *arguments: Any) -> Any:
    """Call the engine.

    Raises:
        RequestError: what the engine refused, in Qdrant's words.
    """
    try:
        return method(*arguments)
    except Exception as error:
        raise problem_of(error) from error
