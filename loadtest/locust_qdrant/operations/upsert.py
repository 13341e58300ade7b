"""Upsert: write a batch of points, new ones and ones that this user has written before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client.models import PointStruct

from locust_qdrant.ledger import Write, WriteKind
from locust_qdrant.operations.interface import Request
from locust_qdrant.operations.options import options_of
from locust_qdrant.operations.vectors import as_struct
from locust_qdrant.workload.kinds import UpsertKeys

if TYPE_CHECKING:
    from locust_qdrant.operations.participant import Participant
    from locust_qdrant.workload.dataset import Dataset
    from locust_qdrant.workload.model import CollectionSpec, OperationSpec


class Upsert:
    """Writes new points, and every so often ones of its own again with all new contents."""

    method = "upsert"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, UpsertKeys)

    def plan(self, participant: Participant) -> Request:
        """Return an upsert of one batch, which waits until it is applied."""
        write = participant.write(self._choose(participant), WriteKind.UPSERT)
        return upsert(participant.collection, participant.dataset, write)

    def _choose(self, participant: Participant) -> list[str]:
        size = self._keys.batch_size
        if participant.random.random() < self._keys.update_share:
            points = participant.own_points(size)
            if len(points) == size:
                return points
        return participant.new_points(size)


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
