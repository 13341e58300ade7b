"""Hybrid: a dense and a sparse search, and the fusion of what both find."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.config.operations import HybridKeys
from locust_qdrant.targets.qdrant.contents import ReadRequest
from locust_qdrant.targets.qdrant.expectation import Expected, Order
from locust_qdrant.targets.qdrant.filters import as_model, chosen_filter
from locust_qdrant.targets.qdrant.operation import Request, options_of
from locust_qdrant.targets.qdrant.query import chosen_query
from locust_qdrant.targets.qdrant.schema import vector_model

if TYPE_CHECKING:
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.filters import PointFilter
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser

_FUSIONS = {"rrf": models.Fusion.RRF, "dbsf": models.Fusion.DBSF}


class Hybrid:
    """Asks for what a dense and a sparse query find, fused by rank or by score."""

    method = "query_points"

    def __init__(self, spec: OperationSpec, collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = keys = options_of(spec, HybridKeys)
        self._dense = next(iter(collection.vectors)) if keys.dense is None else keys.dense
        self._sparse = collection.sparse[0] if keys.sparse is None else keys.sparse

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one fused query."""
        chosen = chosen_filter(self._keys, virtual_user.dataset, virtual_user.random)
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "prefetch": [
                self._prefetch(vector, chosen, virtual_user)
                for vector in (self._dense, self._sparse)
            ],
            "query": models.FusionQuery(fusion=_FUSIONS[self._keys.fusion]),
            "limit": self._keys.limit,
            "with_payload": self._keys.with_payload,
        }

        def least() -> int:
            # What the dense search finds is in the fusion, whatever the sparse one finds.
            return min(self._keys.prefetch_limit, virtual_user.surely(chosen))

        read = ReadRequest(chosen, self._keys.with_payload)
        expected = Expected(
            most=self._keys.limit,
            least=least,
            order=Order.BEST_FIRST,
            approximate=True,
            misfit=partial(virtual_user.contents.misfit, read),
        )
        return Request(self.method, arguments, expects=(expected,))

    def _prefetch(
        self, vector: str, chosen: PointFilter | None, virtual_user: VirtualUser
    ) -> models.Prefetch:
        return models.Prefetch(
            query=vector_model(chosen_query(vector, virtual_user)),
            using=vector or None,
            filter=as_model(chosen),
            limit=self._keys.prefetch_limit,
        )
