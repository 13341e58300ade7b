"""qdrant-client's own local mode beside the server: the same calls must give the same answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

# What only a server knows, or numbers in its own way.
SERVER_ONLY = frozenset({"version", "operation_id", "shard_key"})
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Twins:
    """A client of the server and a local client, on collections of the same name."""

    client: Any
    local: QdrantClient
    name: str

    def create(self, **config: Any) -> None:
        self.client.create_collection(self.name, **config)
        self.local.create_collection(self.name, **config)

    def do(self, method: str, **arguments: Any) -> Any:
        """Call both, and return the server's answer."""
        getattr(self.local, method)(self.name, **arguments)
        return getattr(self.client, method)(self.name, **arguments)

    def agree(self, method: str, **arguments: Any) -> Any:
        """Call both, check that they answer alike, and return the server's answer."""
        answer = getattr(self.client, method)(self.name, **arguments)
        expected = getattr(self.local, method)(self.name, **arguments)
        difference = differs(plain(answer), plain(expected))
        assert difference is None, f"{difference}\nserver: {answer}\nlocal:  {expected}"
        return answer

    def agree_on_points(self) -> None:
        """Check that both hold the same points, with payload and vectors."""
        self.agree("scroll", limit=1000, with_vectors=True)


def plain(value: Any) -> Any:
    """Return data without what only a server knows."""
    if isinstance(value, BaseModel):
        value = {field: getattr(value, field) for field in type(value).model_fields}
    if isinstance(value, dict):
        known = {k: plain(v) for k, v in value.items() if k not in SERVER_ONLY}
        # gRPC has no way to tell an empty payload from none.
        return known | ({"payload": None} if known.get("payload") == {} else {})
    if isinstance(value, list | tuple):
        return _ties_by_id([plain(item) for item in value])
    return value


def _ties_by_id(items: list[Any]) -> list[Any]:
    """Order points of the same score by id: no rule says in which order they come."""
    ordered: list[Any] = []
    for _, alike in groupby(items, key=_score):
        run = list(alike)
        ordered += run if _score(run[0]) is None else sorted(run, key=lambda p: str(p["id"]))
    return ordered


def _score(item: Any) -> float | None:
    return round(item["score"], 4) if isinstance(item, dict) and "score" in item else None


def differs(one: Any, other: Any, where: str = "") -> str | None:
    """Return where two answers differ, or None; floats may be off by rounding."""
    if isinstance(one, float) or isinstance(other, float):
        try:
            close = math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        except TypeError:
            close = False
        return None if close else f"{where}: {one!r} != {other!r}"
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{where}: keys {sorted(one)} != {sorted(other)}"
        return _first(differs(one[k], other[k], f"{where}.{k}") for k in one)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} items != {len(other)} items"
        pairs = zip(one, other, strict=True)
        return _first(differs(a, b, f"{where}[{i}]") for i, (a, b) in enumerate(pairs))
    return None if one == other else f"{where}: {one!r} != {other!r}"


def _first(differences: Any) -> str | None:
    return next((difference for difference in differences if difference is not None), None)
