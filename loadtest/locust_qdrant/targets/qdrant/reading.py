"""Scroll and retrieve: points in the order of their ids, and points by id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from locust_qdrant.config.operations import RetrieveKeys, ScrollKeys
from locust_qdrant.targets.qdrant.contents import ReadRequest
from locust_qdrant.targets.qdrant.expectation import Expected, Order
from locust_qdrant.targets.qdrant.filters import as_model, chosen_filter
from locust_qdrant.targets.qdrant.operation import Request, options_of

if TYPE_CHECKING:
    from locust_qdrant.config.model import CollectionSpec, OperationSpec
    from locust_qdrant.targets.qdrant.virtual_user import VirtualUser


class Scroll:
    """Reads a page of points from a random one on."""

    method = "scroll"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, ScrollKeys)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one page."""
        (first,) = virtual_user.some_points(1)
        chosen = chosen_filter(self._keys, virtual_user.dataset, virtual_user.random)
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "offset": first,
            "limit": self._keys.limit,
            "scroll_filter": as_model(chosen),
            "with_payload": self._keys.with_payload,
            "with_vectors": self._keys.with_vectors,
        }
        read = ReadRequest(chosen, self._keys.with_payload, self._keys.with_vectors)
        expected = Expected(
            most=self._keys.limit,
            least=partial(virtual_user.surely, chosen, first),
            order=Order.IDS,
            first=first,
            misfit=partial(virtual_user.contents.misfit, read),
        )
        return Request(self.method, arguments, expects=(expected,))


class Retrieve:
    """Reads random points by id."""

    method = "retrieve"

    def __init__(self, spec: OperationSpec, _collection: CollectionSpec) -> None:
        self.name = spec.name
        self._keys = options_of(spec, RetrieveKeys)

    def plan(self, virtual_user: VirtualUser) -> Request:
        """Return one retrieval."""
        points = virtual_user.some_points(self._keys.size)
        arguments: dict[str, Any] = {
            "collection_name": virtual_user.collection,
            "ids": points,
            "with_payload": self._keys.with_payload,
            "with_vectors": self._keys.with_vectors,
        }
        read = ReadRequest(None, self._keys.with_payload, self._keys.with_vectors)
        expected = Expected(
            most=len(points),
            least=partial(virtual_user.surely_among, points),
            order=Order.NONE,
            among=frozenset(points),
            misfit=partial(virtual_user.contents.misfit, read),
        )
        return Request(self.method, arguments, expects=(expected,))
