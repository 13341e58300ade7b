"""What operations return where both protocols write it in their own way.

Points stay what the engine returned until they are written: converting them twice would cost more
than finding them. What is small and rare is returned as Qdrant's JSON would have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import qdrant_edge as edge


@dataclass(frozen=True)
class Hit:
    """A scored point; the engine's own `ScoredPoint` has the same attributes."""

    id: Any
    version: int
    score: float
    payload: dict[str, Any] | None = None
    vector: Any = None
    order_value: int | float | None = None


@dataclass(frozen=True)
class Hits:
    """The points that answer a query, the best first: `Hit`s, or what the engine has of them."""

    points: list[Any]


@dataclass(frozen=True)
class HitGroup:
    """The best points with one value of a field, and the point of another collection behind it."""

    value: int | str
    hits: list[Hit]
    lookup: edge.Record | None


@dataclass(frozen=True)
class Page:
    """Points in the order of their ids or of a field; `next_offset` begins the next page."""

    records: list[edge.Record]
    next_offset: Any


@dataclass(frozen=True)
class Matrix:
    """For each sampled point those nearest to it, as (a, b, score)."""

    ids: list[Any]
    pairs: list[tuple[Any, Any, float]]
