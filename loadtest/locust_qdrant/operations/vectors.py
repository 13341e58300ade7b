"""Vectors as the client's models have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.workload.model import UNNAMED
from locust_qdrant.workload.synthetic import Sparse

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_model(vector: Any) -> Any:  # noqa: ANN401 - dense, multi or sparse
    """Return a vector of the dataset as the client takes it."""
    if isinstance(vector, Sparse):
        return models.SparseVector(indices=vector.indices, values=vector.values)
    return vector


def as_struct(vectors: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one vector or several by name
    """Return the vectors of a point as the client takes them."""
    if list(vectors) == [UNNAMED]:
        return vectors[UNNAMED]
    return {name: as_model(vector) for name, vector in vectors.items()}


def by_name(struct: Any) -> dict[str, Any]:  # noqa: ANN401 - one vector or several by name
    """Return the vectors of a point that the client gave back, by name."""
    if struct is None:
        return {}
    return dict(struct) if isinstance(struct, dict) else {UNNAMED: struct}
