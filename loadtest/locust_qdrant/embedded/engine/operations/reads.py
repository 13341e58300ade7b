"""Operations that read points."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

from locust_qdrant.embedded.engine.operations.checks import refuse_shard_key
from locust_qdrant.embedded.engine.operations.diversity import most_diverse
from locust_qdrant.embedded.engine.operations.formula_errors import formula_problem
from locust_qdrant.embedded.engine.operations.results import Hit, Hits, Page
from locust_qdrant.embedded.engine.problems import (
    RequestError,
    no_looked_up_collection,
    wrong_input,
)
from locust_qdrant.embedded.engine.problems import from_engine as problem_of
from locust_qdrant.embedded.engine.to_engine.ids import convert_id, convert_ids, path_id
from locust_qdrant.embedded.engine.to_engine.queries import (
    DEFAULT_LIMIT,
    QueryConverter,
    convert_order_by,
    with_payload,
)
from locust_qdrant.embedded.engine.to_engine.settings import DEFAULT_VECTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.collection import Collection
    from locust_qdrant.embedded.engine.operations.call import Call
    from locust_qdrant.embedded.engine.operations.formula_errors import Search
    from locust_qdrant.embedded.engine.to_engine.ids import PointId
    from locust_qdrant.embedded.engine.to_engine.queries import LookUp


def retrieve(catalog: Catalog, call: Call) -> list[edge.Record]:
    """Return points by their ids; an id without a point is left out."""
    body = call.body
    refuse_shard_key(body)
    collection = catalog[call.collection]
    if not body.ids:
        return []
    found: list[edge.Record] = ask(
        collection.shard.retrieve,
        convert_ids(body.ids),
        with_payload(body.with_payload, default=False),
        wanted_vectors(collection, body.with_vector),
    )
    check_vectors(collection, body.with_vector, found)
    return found


def retrieve_one(catalog: Catalog, call: Call) -> edge.Record:
    """Return one point whole.

    Raises:
        RequestError: 404 if there is no such point.
    """
    id_ = path_id(call.target)
    found = ask(catalog[call.collection].shard.retrieve, [id_], True, True)
    if not found:
        raise RequestError(404, f"Not found: Point with id {id_} does not exists!")
    record: edge.Record = found[0]
    return record


def scroll(catalog: Catalog, call: Call) -> Page:
    """Return one page of points, in the order of their ids or of a payload field."""
    body = call.body
    refuse_shard_key(body)
    collection = catalog[call.collection]
    if body.order_by is not None and body.offset is not None:
        raise wrong_input(
            "Cannot use an `offset` when using `order_by`."
            " The alternative for paging is to use `order_by.start_from` and a filter to exclude"
            " the IDs that you've already seen for the `order_by.start_from` value"
        )
    limit = DEFAULT_LIMIT if body.limit is None else body.limit
    wanted = {
        "filter": collection.filters.optional(body.filter),
        "with_payload": with_payload(body.with_payload, default=True),
        "with_vector": wanted_vectors(collection, body.with_vector),
    }
    if body.order_by is not None:
        wanted["order_by"] = convert_order_by(body.order_by)

        def first(number: int) -> list[edge.Record]:
            request = edge.ScrollRequest(limit=number, **wanted)
            records: list[edge.Record] = ask(collection.shard.scroll, request)[0]
            return records

        page = _first_in_order(first, limit)
        check_vectors(collection, body.with_vector, page)
        return Page(page, None)
    offset = None if body.offset is None else convert_id(body.offset)
    request = edge.ScrollRequest(offset=offset, limit=limit, **wanted)
    page, next_offset = ask(collection.shard.scroll, request)
    check_vectors(collection, body.with_vector, page)
    return Page(page, next_offset)


def _first_in_order(ask_for: Callable[[int], list[Any]], limit: int) -> list[Any]:
    """Return the first points in the order of a field.

    Beside a filter the engine sometimes stops early, and it counts a value that a point has twice
    as two; asked for more, it finds what it left out.
    """
    found, wanted = ask_for(limit), limit
    while len(found) < limit:
        wanted *= 2
        more = ask_for(wanted)
        if len(more) == len(found):
            break
        found = more
    return found[:limit]


def count(catalog: Catalog, call: Call) -> dict[str, int]:
    """Count points."""
    refuse_shard_key(call.body)
    collection = catalog[call.collection]
    exact = call.body.exact is not False
    request = edge.CountRequest(exact=exact, filter=collection.filters.optional(call.body.filter))
    return {"count": ask(collection.shard.count, request)}


# More values than there can be: a point may have many.
_EVERY_VALUE = 2**32


def facet(catalog: Catalog, call: Call) -> list[edge.FacetHit]:
    """Count points by the values of an indexed payload field, the most frequent value first."""
    body = call.body
    refuse_shard_key(body)
    collection = catalog[call.collection]
    limit = DEFAULT_LIMIT if body.limit is None else body.limit
    request = edge.FacetRequest(
        key=body.key,
        # All of them: which of several equally frequent values the engine leaves out is chance.
        limit=_EVERY_VALUE,
        exact=bool(body.exact),
        filter=collection.filters.optional(body.filter),
    )
    hits = ask(collection.shard.facet, request).hits
    return sorted(hits, key=lambda hit: (-hit.count, _facet_order(hit.value)))[:limit]


def _facet_order(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def query(catalog: Catalog, call: Call) -> Hits:
    """Answer one query."""
    return answer_query(catalog, call.collection, call.body)


def query_batch(catalog: Catalog, call: Call) -> list[Hits]:
    """Answer several queries of one collection, in order."""
    catalog[call.collection]
    return [answer_query(catalog, call.collection, body) for body in call.body.searches]


def answer_query(catalog: Catalog, name: str, body: models.QueryRequest) -> Hits:
    """Answer one query of a collection."""
    refuse_shard_key(body)
    collection = catalog[name]
    limit = DEFAULT_LIMIT if body.limit is None else body.limit
    offset = body.offset or 0
    request = converter(catalog, name).request(body, limit)
    kind = request["query"]
    # As on a server, where an MMR is cut to its limit before the offset is applied, an order has
    # every point once before that, and a random sample has no beginning that could be left out.
    late_offset = isinstance(kind, edge.Mmr | edge.OrderBy)
    if isinstance(kind, edge.OrderBy):
        limit += offset
    if isinstance(kind, edge.Sample) and not request["prefetches"]:
        offset = 0
    vectors = wanted_vectors(collection, body.with_vector)
    payload = with_payload(body.with_payload, default=False)
    search = searching(catalog, name, body)

    def first(number: int) -> list[edge.ScoredPoint]:
        skipped = 0 if late_offset else offset
        sized = request | {"limit": number, "offset": skipped}
        points: list[edge.ScoredPoint] = search(
            edge.QueryRequest(**sized, with_payload=payload, with_vector=vectors)
        )
        return points

    points: list[Any]
    if isinstance(kind, edge.Mmr) and isinstance(kind.vector, edge.SparseVector):
        compared = vectors if vectors is True else [*(vectors or ()), kind.using]
        points = most_diverse(search, request, payload, compared)
    elif isinstance(kind, edge.OrderBy):
        points = _first_in_order(first, limit)
    else:
        points = first(limit)
    check_vectors(collection, body.with_vector, points)
    if isinstance(kind, edge.OrderBy):
        points = _once(points)
    points = points[offset:] if late_offset else points
    if isinstance(kind, edge.Mmr) and vectors is not True:
        points = [_with_vectors(point, vectors or ()) for point in points]
    return Hits(points)


def searching(catalog: Catalog, name: str, body: Any) -> Search:
    """Return what puts the requests of one query to the engine."""
    ask_engine = partial(ask, catalog[name].shard.query)

    def search(request: edge.QueryRequest) -> list[edge.ScoredPoint]:
        try:
            points: list[edge.ScoredPoint] = ask_engine(request)
        except RequestError as error:
            raise formula_problem(body, converter(catalog, name), ask_engine) or error from None
        return points

    return search


def _once(points: list[edge.ScoredPoint]) -> list[edge.ScoredPoint]:
    """Keep the first of the places in a row of a point that has several values in the order."""
    return [next(places) for _, places in groupby(points, key=lambda point: point.id)]


def _with_vectors(point: Any, wanted: Container[str]) -> Hit:
    """Leave out vectors that nobody asked for, as MMR returns them."""
    vector = point.vector
    if isinstance(vector, dict):
        vector = {name: one for name, one in vector.items() if name in wanted}
    elif DEFAULT_VECTOR not in wanted:
        vector = None
    return Hit(
        point.id, point.version, point.score, point.payload, vector or None, point.order_value
    )


def converter(catalog: Catalog, name: str, widen: int = 1) -> QueryConverter:
    """Return what converts one query of a collection; `widen` multiplies limits of prefetches."""
    collection, real = catalog[name], catalog.aliases.get(name, name)
    look_up = vector_lookup(catalog, real)
    return QueryConverter(real, collection.filters, look_up, widen)


def vector_lookup(catalog: Catalog, collection: str) -> LookUp:
    """Return the function that finds the vectors of the points that a query names."""

    def look_up(
        ids: Sequence[PointId], using: str, location: models.LookupLocation | None
    ) -> dict[PointId, Any]:
        name = using if location is None or location.vector is None else location.vector
        source = collection if location is None else location.collection
        if source not in catalog.collections and source not in catalog.aliases:
            raise no_looked_up_collection(source)
        records = ask(catalog[source].shard.retrieve, list(ids), False, [name])
        stored = {record.id: record.vector for record in records}
        for id_ in ids:
            if id_ not in stored:
                raise RequestError(404, f"Not found: No point with id {id_} found")
        named = {
            id_: vectors.get(name) if isinstance(vectors, dict) else vectors
            for id_, vectors in stored.items()
        }
        if any(vector is None for vector in named.values()):
            raise RequestError(404, f'Not found: Vector with name "{name}" for point')
        return named

    return look_up


def wanted_vectors(collection: Collection, wanted: Any) -> Any:
    """Return which vectors the engine shall give back: of those by name, the ones that exist."""
    if not isinstance(wanted, list):
        return wanted or False
    return [name for name in wanted if name in collection.kinds]


def check_vectors(collection: Collection, wanted: Any, found: Sequence[Any]) -> None:
    """Refuse names of vectors that the collection does not have, once there is a point.

    Raises:
        RequestError: 400 for the first of them.
    """
    for name in wanted if found and isinstance(wanted, list) else ():
        if name not in collection.kinds and name != DEFAULT_VECTOR:
            raise wrong_input(f"Not existing vector name error: {name}")


def ask(method: Callable[..., Any], *arguments: Any) -> Any:
    """Call the engine.

    Raises:
        RequestError: what the engine refused, in Qdrant's words.
    """
    try:
        return method(*arguments)
    except Exception as error:
        raise problem_of(error) from error
