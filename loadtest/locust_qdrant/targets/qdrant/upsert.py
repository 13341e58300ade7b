"""Upsert: write a batch of points, new ones and ones that this user has written before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client.models import PointStruct

from locust_qdrant.config.operations import UpsertKeys
from locust_qdrant.ledger import Write, WriteKind
from locust_qdrant.targets.qdrant.operation import Request, options_of
from locust_qdrant.targets.qdrant.schema import as_struct

if TYPE_CHECKING:
    from locust_qdrant.config.dataset import Dataset
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser


class Upsert:
    """Writes new points, and every so often ones of its own again with all new contents."""

    method = "upsert"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, UpsertKeys)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return an upsert of one batch, which waits until it is applied."""
        write = virtual_user.write(self._choose(virtual_user), WriteKind.UPSERT)
        return upsert(virtual_user.collection, virtual_user.dataset, write)

    def _choose(self, virtual_user: VirtualUser) -> list[str]:
        size = self._keys.batch_size
        if virtual_user.random.random() < self._keys.update_share:
            points = virtual_user.own_points(size)
            if len(points) == size:
                return points
        return virtual_user.new_points(size)


def upsert(collection: str, dataset: Dataset, write: Write) -> Request:
    """Return the request that makes `write`."""
    structs = [
        PointStruct(
            id=point,
            vector=as_struct(dataset.vectors(point, write.version)),
            payload=dataset.payload(point, write.version),
        )
        for point in write.points
    ]
    arguments = {"collection_name": collection, "points": structs, "wait": True}
    return Request("upsert", arguments, write, len(structs))
