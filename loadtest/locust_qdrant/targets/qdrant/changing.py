"""Delete and set payload: points that are there, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.config.operations import DeleteKeys, SetPayloadKeys
from locust_qdrant.ledger import WriteKind
from locust_qdrant.targets.qdrant.operation import Request, options_of

if TYPE_CHECKING:
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser


class Delete:
    """Deletes points of this user; when none are left, it names ones that never were."""

    method = "delete"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, DeleteKeys)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one deletion, which waits until it is applied."""
        size = self._keys.size
        points = virtual_user.claimed_points(size) or virtual_user.new_points(size)
        write = virtual_user.write(points, WriteKind.DELETE)
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "points_selector": models.PointIdsList(points=list(points)),
            "wait": True,
        }
        return Request(self.method, arguments, write, len(points))


class SetPayload:
    """Sets one field of the payload of points of this user."""

    method = "set_payload"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, SetPayloadKeys)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one change, which waits until it is applied."""
        size = self._keys.size
        points = virtual_user.claimed_points(size) or virtual_user.new_points(size)
        write = virtual_user.write(points, WriteKind.PAYLOAD)
        # Asked by a filter, a server does not mind ids that are not there.
        chosen = models.Filter(must=[models.HasIdCondition(has_id=list(points))])
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "payload": virtual_user.dataset.revision(write.version),
            "points": chosen,
            "wait": True,
        }
        return Request(self.method, arguments, write, len(points))
