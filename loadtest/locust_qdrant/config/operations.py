"""The kinds of operations, and what each takes: `[[operations]]`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from locust_qdrant.config.schema import Name
from locust_qdrant.config.validation import Table

_MOST_POINTS = 10_000


class OperationKeys(Table):
    """What every operation takes."""

    kind: str = Field(description="one of the kinds below")
    name: Name | None = Field(
        None, description="its name in figures and thresholds; without it, the kind"
    )
    weight: int = Field(
        1, ge=1, le=1_000_000, description="how often it is chosen, relative to the others"
    )


class Filtered(OperationKeys):
    """A read that may be limited to some of the points."""

    match: Literal["none", "tenant", "group"] = Field(
        "none",
        description="only points of one tenant, or of one group, chosen at random for each request",
    )
    selectivity: float = Field(
        1.0,
        gt=0,
        le=1,
        description="share of the points that the filter lets through, by the field `rank`; 1 for "
        "no such filter",
    )


class UpsertKeys(OperationKeys):
    """Write a batch of points and wait until they are applied."""

    batch_size: int = Field(16, ge=1, le=_MOST_POINTS, description="points a request")
    update_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="share of the requests that write points of the same user again, with a new "
        "vector and payload",
    )


class QueryKeys(Filtered):
    """Ask for the nearest points of a vector."""

    limit: int = Field(10, ge=1, le=_MOST_POINTS, description="hits")
    vector: str | None = Field(
        None, description="name of the vector, dense or sparse; without it, the first dense one"
    )
    hnsw_ef: int | None = Field(
        None, ge=1, le=100_000, description="candidates to consider; without it, the server's"
    )
    exact: bool = Field(False, description="search without an index")
    with_payload: bool = Field(True, description="answer with payloads")
    with_vectors: bool = Field(False, description="answer with vectors")


class QueryBatchKeys(QueryKeys):
    """Send several queries in one request."""

    size: int = Field(10, ge=1, le=1000, description="queries a request")


class HybridKeys(Filtered):
    """Search a dense and a sparse vector and fuse what both find."""

    limit: int = Field(10, ge=1, le=_MOST_POINTS, description="hits")
    prefetch_limit: int = Field(
        50, ge=1, le=_MOST_POINTS, description="candidates from each of the two searches"
    )
    fusion: Literal["rrf", "dbsf"] = Field("rrf", description="how they are fused")
    dense: str | None = Field(None, description="the dense vector; without it, the first one")
    sparse: str | None = Field(None, description="the sparse vector; without it, the first one")
    with_payload: bool = Field(True, description="answer with payloads")


class ScrollKeys(Filtered):
    """Read points in the order of their ids, from a random one on."""

    limit: int = Field(10, ge=1, le=_MOST_POINTS, description="points a request")
    with_payload: bool = Field(True, description="answer with payloads")
    with_vectors: bool = Field(False, description="answer with vectors")


class RetrieveKeys(OperationKeys):
    """Read points by id."""

    size: int = Field(10, ge=1, le=_MOST_POINTS, description="points a request")
    with_payload: bool = Field(True, description="answer with payloads")
    with_vectors: bool = Field(False, description="answer with vectors")


class DeleteKeys(OperationKeys):
    """Delete points by id, and wait until they are gone."""

    size: int = Field(1, ge=1, le=_MOST_POINTS, description="points a request")


class SetPayloadKeys(OperationKeys):
    """Change one field of the payload of points by id, and wait until it is done."""

    size: int = Field(1, ge=1, le=_MOST_POINTS, description="points a request")


#: What each kind takes, by its name in the file.
KINDS: dict[str, type[OperationKeys]] = {
    "upsert": UpsertKeys,
    "query": QueryKeys,
    "hybrid": HybridKeys,
    "query_batch": QueryBatchKeys,
    "scroll": ScrollKeys,
    "retrieve": RetrieveKeys,
    "delete": DeleteKeys,
    "set_payload": SetPayloadKeys,
}
#: Kinds whose answers have points, and kinds that change some; a kind may do neither.
READING = frozenset({"query", "hybrid", "query_batch", "scroll", "retrieve"})
WRITING = frozenset({"upsert", "delete", "set_payload"})
#: Kinds beside which an exact search can be set.
SEARCHING = frozenset({"query"})
#: Kinds that write points of the filling, each of which has one writer from then on.
CLAIMING = frozenset({"delete", "set_payload"})
