"""Can a collection that exists be used? Its vectors must be those that the run writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client import models

from locust_qdrant.errors import UsageError
from locust_qdrant.workload.model import UNNAMED

if TYPE_CHECKING:
    from locust_qdrant.workload.model import CollectionSpec


def check_usable(name: str, info: models.CollectionInfo, spec: CollectionSpec) -> None:
    """Refuse the collection `name` if `spec` does not describe it.

    Raises:
        UsageError: a vector that the run writes is not there, or is another one.
    """
    params = info.config.params
    vectors = params.vectors or {}
    found = vectors if isinstance(vectors, dict) else {UNNAMED: vectors}
    for vector, wanted in spec.vectors.items():
        _check_vector(name, vector, found, wanted.dim, is_multi=bool(wanted.multi))
    lacking = set(spec.sparse) - set(params.sparse_vectors or {})
    if lacking:
        raise UsageError(
            f"The collection {name!r} has no sparse vector {', '.join(sorted(lacking))}: choose "
            "another collection, or change collection.sparse."
        )


def _check_vector(
    name: str, vector: str, found: dict[str, models.VectorParams], dim: int, *, is_multi: bool
) -> None:
    there = found.get(vector)
    if there is None:
        has = ", ".join(sorted(found)) if UNNAMED not in found else ""
        have = f"has named vectors ({has})" if has else "has no named vectors"
        writes = f"the vector {vector!r}" if vector else "unnamed ones"
        raise UsageError(
            f"The collection {name!r} {have}, and this run writes {writes}: choose another "
            "collection, or describe its vectors in [collection.vectors]."
        )
    if there.size != dim:
        size = f"of {there.size} dimensions, and"
        raise UsageError(
            f"The collection {name!r} has vectors {vector!r} {size} the run writes {dim}: set its "
            f"dim to {there.size}."
            if vector
            else f"The collection {name!r} has vectors {size} --dim is {dim}: say --dim "
            f"{there.size}."
        )
    if (there.multivector_config is not None) != is_multi:
        kind = "multivectors" if there.multivector_config is not None else "plain vectors"
        raise UsageError(
            f"The collection {name!r} has {kind}, and the run writes others: change multi."
        )
    if there.datatype not in {None, models.Datatype.FLOAT32}:
        raise UsageError(
            f"The collection {name!r} keeps vectors as {there.datatype}, which cannot be compared "
            "with what was written: choose another collection."
        )
