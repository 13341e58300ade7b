"""Maximal marginal relevance over sparse vectors, which the engine has for dense ones only.

Points near the query are candidates. The nearest is taken first, then again and again the one that
is near the query and far from those taken (Carbonell and Goldstein, 1998).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

if TYPE_CHECKING:
    from collections.abc import Callable


def most_diverse(
    search: Callable[[edge.QueryRequest], list[edge.ScoredPoint]],
    request: dict[str, Any],
    payload: Any,
    vectors: Any,
) -> list[edge.ScoredPoint]:
    """Answer a request whose query is an MMR.

    `payload` is what of it is wanted; `vectors` are at least those that are compared.
    """
    mmr: edge.Mmr = request["query"]
    nearest = edge.Query.Nearest(mmr.vector, mmr.using)
    candidates = search(
        edge.QueryRequest(
            **request | {"query": nearest, "limit": mmr.candidates_limit},
            with_vector=vectors,
            with_payload=payload,
        )
    )
    weights = [_weights(point.vector, mmr.using) for point in candidates]
    query = _weights(mmr.vector, mmr.using)
    # By the vectors as they are: what is rare weighs no more here than what is frequent.
    relevance = [_dot(query, vector) for vector in weights]
    taken: list[int] = []
    remaining = list(range(len(candidates)))
    while remaining and len(taken) < request["limit"]:

        def worth(place: int) -> float:
            index = remaining[place]
            if not taken:
                return relevance[index]
            alike = max(_dot(weights[index], weights[other]) for other in taken)
            return float(mmr.lambda_ * relevance[index] - (1.0 - mmr.lambda_) * alike)

        # Of several alike a server takes the last, and fills the gap from the end.
        best = max(range(len(remaining)), key=lambda place: (worth(place), place))
        taken.append(remaining[best])
        last = remaining.pop()
        if best < len(remaining):
            remaining[best] = last
    return [candidates[index] for index in taken]


def _weights(vector: Any, name: str) -> dict[int, float]:
    sparse = vector[name] if isinstance(vector, dict) else vector
    return dict(zip(sparse.indices, sparse.values, strict=True))


def _dot(one: dict[int, float], other: dict[int, float]) -> float:
    return sum(value * other.get(index, 0.0) for index, value in one.items())
