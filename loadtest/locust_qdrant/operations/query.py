"""Query: the nearest neighbours of a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.operations.interface import Request

if TYPE_CHECKING:
    from locust_qdrant.operations.interface import Participant

_MANY = 2**32


class Query:
    """Asks for the nearest points of a random vector, with their payloads."""

    name = "query"
    method = "query_points"

    def plan(self, participant: Participant) -> Request:
        """Return a query for a vector that the dataset offers."""
        vector = participant.dataset.query(participant.random.randrange(_MANY))
        return Request(
            self.method,
            {
                "collection_name": participant.collection,
                "query": vector,
                "limit": participant.limit,
                "with_payload": True,
            },
        )
