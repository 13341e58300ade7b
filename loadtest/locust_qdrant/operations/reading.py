"""Scroll and retrieve: points in the order of their ids, and points by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locust_qdrant.operations.filters import chosen_filter
from locust_qdrant.operations.interface import Request
from locust_qdrant.operations.options import options_of
from locust_qdrant.workload.kinds import RetrieveKeys, ScrollKeys

if TYPE_CHECKING:
    from locust_qdrant.operations.participant import Participant
    from locust_qdrant.workload.model import CollectionSpec, OperationSpec


class Scroll:
    """Reads a page of points from a random one on."""

    method = "scroll"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, ScrollKeys)

    def plan(self, participant: Participant) -> Request:
        """Return one page."""
        (first,) = participant.some_points(1)
        arguments: dict[str, Any] = {
            "collection_name": participant.collection,
            "offset": first,
            "limit": self._keys.limit,
            "scroll_filter": chosen_filter(self._keys, participant),
            "with_payload": self._keys.with_payload,
            "with_vectors": self._keys.with_vectors,
        }
        return Request(self.method, arguments)


class Retrieve:
    """Reads random points by id."""

    method = "retrieve"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, RetrieveKeys)

    def plan(self, participant: Participant) -> Request:
        """Return one retrieval."""
        arguments: dict[str, Any] = {
            "collection_name": participant.collection,
            "ids": participant.some_points(self._keys.size),
            "with_payload": self._keys.with_payload,
            "with_vectors": self._keys.with_vectors,
        }
        return Request(self.method, arguments)
