"""Upsert: write a batch of points, new ones and ones that this user has written before."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from qdrant_client.models import PointStruct

from locust_qdrant.operations.interface import Request

if TYPE_CHECKING:
    from locust_qdrant.operations.interface import Participant


class Upsert:
    """Writes new points, and every other time ones of its own again with a new payload."""

    name = "upsert"
    method = "upsert"

    def plan(self, participant: Participant) -> Request:
        """Return an upsert of one batch, which waits until it is applied."""
        participant.writes += 1
        points = self._choose(participant)
        return write(participant, points, participant.writes)

    @staticmethod
    def _choose(participant: Participant) -> list[str]:
        size = participant.batch_size
        if len(participant.own) >= size and participant.writes % 2 == 0:
            return participant.random.sample(participant.own, size)
        new = list(islice(participant.new_points, size))
        participant.own.extend(new)
        return new


def write(participant: Participant, points: list[str], version: int) -> Request:
    """Return the upsert that writes `points` with `version`."""
    dataset = participant.dataset
    structs = [
        PointStruct(
            id=point,
            vector=dataset.vector(point, version),
            payload=dataset.payload(point, version),
        )
        for point in points
    ]
    arguments = {"collection_name": participant.collection, "points": structs, "wait": True}
    return Request("upsert", arguments, writes=points, version=version)
