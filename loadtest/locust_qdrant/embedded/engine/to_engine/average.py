"""The vector that stands for liked and disliked examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import wrong_input


def average_vector(positives: list[Any], negatives: list[Any]) -> Any:
    """Return the query vector of the recommend strategy `average_vector`.

    Raises:
        RequestError: 400 without a positive example, or with examples of several kinds.
    """
    if not positives:
        raise wrong_input("Positive vectors should not be empty with `average` strategy")
    kinds = {_kind(example) for example in positives}
    if len(kinds) > 1 or len({_kind(example) for example in negatives}) > 1:
        raise wrong_input("Can't average vectors with different types")
    if negatives and _kind(negatives[0]) not in kinds:
        raise wrong_input(
            "Positive and negative vectors should be of the same type,"
            " either all dense or all sparse or all multi"
        )
    (kind,) = kinds
    return {"dense": _dense, "sparse": _sparse, "multi": _multi}[kind](positives, negatives)


def _kind(example: Any) -> str:
    if isinstance(example, edge.SparseVector):
        return "sparse"
    return "multi" if example and isinstance(example[0], list) else "dense"


def _dense(positives: list[Any], negatives: list[Any]) -> Any:
    if len({len(example) for example in positives + negatives}) > 1:
        raise wrong_input("Vector dimension error: the examples differ in dimension")
    liked = _mean(positives)
    average = liked if not negatives else liked + liked - _mean(negatives)
    result: list[float] = average.tolist()
    return result


def _mean(vectors: list[Any]) -> Any:
    """Return the mean in 32 bits, summed in order: as a server computes it."""
    total = np.array(vectors[0], np.float32)
    for vector in vectors[1:]:
        total = total + np.array(vector, np.float32)
    return total / np.float32(len(vectors))


def _multi(positives: list[Any], negatives: list[Any]) -> Any:
    """All rows of all examples; what is disliked counts against."""
    liked = [row for example in positives for row in example]
    return liked + [[-value for value in row] for example in negatives for row in example]


def _sparse(positives: list[Any], negatives: list[Any]) -> edge.SparseVector:
    weights: dict[int, float] = {}
    liked = (2.0 if negatives else 1.0) / len(positives)
    for vectors, weight in ((positives, liked), (negatives, -1.0 / (len(negatives) or 1))):
        for vector in vectors:
            for index, value in zip(vector.indices, vector.values, strict=True):
                weights[index] = weights.get(index, 0.0) + weight * value
    indices = sorted(weights)
    return edge.SparseVector(indices, [weights[index] for index in indices])
