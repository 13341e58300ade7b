"""The vector that stands for liked and disliked examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import not_served, wrong_input


def average_vector(positives: list[Any], negatives: list[Any]) -> Any:
    """Return the query vector of the recommend strategy `average_vector`.

    Raises:
        RequestError: 400 without a positive example, or with examples of several kinds or
            dimensions; 501 for multi vectors.
    """
    if not positives:
        raise wrong_input("At least one positive vector ID required with this strategy")
    examples = positives + negatives
    if all(isinstance(example, edge.SparseVector) for example in examples):
        return _sparse(positives, negatives)
    if any(isinstance(example, edge.SparseVector) for example in examples):
        raise wrong_input("Cannot average sparse and dense vectors together")
    if any(example and isinstance(example[0], list) for example in examples):
        raise not_served("recommend with the strategy `average_vector` over multi vectors")
    if len({len(example) for example in examples}) > 1:
        raise wrong_input("Vector dimension error: the examples differ in dimension")
    liked = np.mean(positives, axis=0)
    if not negatives:
        return liked.tolist()
    return (2 * liked - np.mean(negatives, axis=0)).tolist()


def _sparse(positives: list[Any], negatives: list[Any]) -> edge.SparseVector:
    weights: dict[int, float] = {}
    liked = (2.0 if negatives else 1.0) / len(positives)
    for vectors, weight in ((positives, liked), (negatives, -1.0 / (len(negatives) or 1))):
        for vector in vectors:
            for index, value in zip(vector.indices, vector.values, strict=True):
                weights[index] = weights.get(index, 0.0) + weight * value
    indices = sorted(weights)
    return edge.SparseVector(indices, [weights[index] for index in indices])
