"""From the keys of `[collection]` and `[data]` to what they mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.config import operations
from locust_qdrant.config.model import UNNAMED, CollectionSpec, DataSpec, VectorSpec
from locust_qdrant.config.validation import ProblemError, name_of, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from locust_qdrant.config.schema import CollectionKeys, DataKeys, VectorKeys
    from locust_qdrant.config.validation import Path as KeyPath

#: Keys that say how a collection is made.
_OF_CREATION = ("quantization", "hnsw", "optimizers", "shards", "replication", "payload_indexes")
#: Suffixes of data files, and what reads them.
SUFFIXES = (".npy", ".hdf5", ".h5", ".parquet", ".jsonl")
#: Those whose vectors have a name in it.
WITH_COLUMNS = (".parquet", ".jsonl")


def collection_of(keys: CollectionKeys) -> CollectionSpec:
    """Return the collection that `keys` describe.

    Raises:
        ProblemError: two keys contradict each other.
    """
    if keys.use_existing and not keys.name:
        raise ProblemError(
            ("collection", "use_existing"),
            "collection.use_existing needs a collection.name, the one that exists",
        )
    if keys.write and not keys.use_existing:
        raise ProblemError(
            ("collection", "write"),
            "collection.write is for a collection that exists; say collection.use_existing "
            "(--use-existing), too, or leave it out",
        )
    read_only = keys.use_existing and not keys.write
    if read_only and "points" in keys.model_fields_set and keys.points:
        raise ProblemError(
            ("collection", "points"),
            "collection.points would be written to a collection that exists; leave it out, or say "
            "collection.write (--write)",
        )
    ignored = [name for name in _OF_CREATION if name in keys.model_fields_set]
    if keys.use_existing and ignored:
        raise ProblemError(
            ("collection", ignored[0]),
            f"collection.{ignored[0]} says how a collection is created, and has no effect on "
            "one that exists; leave it out",
        )
    vectors = {UNNAMED: VectorSpec(keys.dim, keys.distance, keys.multi)}
    if keys.vectors:
        _refuse_beside_vectors(keys)
        vectors = {
            name: VectorSpec(each.dim or keys.dim, each.distance or keys.distance, each.multi)
            for name, each in keys.vectors.items()
        }
    names = [*keys.vectors, *keys.sparse]
    for name in names:
        if not name or names.count(name) > 1:
            where = "sparse" if name in keys.sparse else "vectors"
            problem = "appears twice" if name else "must have at least one letter"
            raise ProblemError(
                ("collection", where), f"collection.{where}: the name {show(name)} {problem}"
            )
    return CollectionSpec(
        name=keys.name,
        use_existing=keys.use_existing,
        write=keys.write,
        points=0 if read_only else keys.points,
        vectors=vectors,
        sparse=tuple(keys.sparse),
        quantization="" if keys.quantization == "none" else keys.quantization,
        hnsw=keys.hnsw.model_dump(exclude_none=True),
        optimizers=keys.optimizers.model_dump(exclude_none=True),
        shards=keys.shards,
        replication=keys.replication,
        payload_indexes=dict(keys.payload_indexes),
        index_wait=keys.index_wait,
    )


def _refuse_beside_vectors(keys: CollectionKeys) -> None:
    lacking = {"multi"}
    lacking |= {name for name in ("dim", "distance") if _have(keys.vectors.values(), name)}
    for name in sorted(lacking & keys.model_fields_set):
        raise ProblemError(
            ("collection", name),
            f"collection.{name} has no effect here: each of collection.vectors has its own; leave "
            "it out",
        )


def _have(vectors: Iterable[VectorKeys], name: str) -> bool:
    return all(getattr(each, name) is not None for each in vectors)


def data_of(keys: DataKeys, collection: CollectionSpec, folder: Path) -> DataSpec:
    """Return where the data of `collection` come from.

    Args:
        keys: the keys of `[data]`.
        collection: what the data is for.
        folder: where a relative path begins.

    Raises:
        ProblemError: there is no such vector or file.
    """
    options = keys.model_dump(include={"column", "rows", "tenants"})
    if keys.vector is not None:
        _check_vector(keys.vector, list(collection.vectors), ("data", "vector"))
    options["vector"] = next(iter(collection.vectors)) if keys.vector is None else keys.vector
    if keys.file is None:
        for name in ("vector", "column", "rows"):
            if name in keys.model_fields_set:
                raise ProblemError(
                    ("data", name),
                    f"data.{name} says how a file is read; say data.file, too, or leave it out",
                )
        return DataSpec(None, keys.clusters, options)
    file = folder / keys.file
    if file.suffix not in SUFFIXES:
        raise ProblemError(
            ("data", "file"),
            f"data.file must be a file of kind {', '.join(SUFFIXES)}, not {show(keys.file)}",
        )
    if not file.is_file():
        raise ProblemError(("data", "file"), f"data.file: there is no file {file}")
    if "column" in keys.model_fields_set and file.suffix not in WITH_COLUMNS:
        raise ProblemError(
            ("data", "column"),
            f"data.column has no effect: a file of kind {file.suffix} has no columns; leave it out",
        )
    return DataSpec(file, keys.clusters, options)


def check_vectors(
    keys: operations.OperationKeys, collection: CollectionSpec, path: KeyPath
) -> None:
    """Refuse an operation at `path` whose vectors `collection` does not have.

    Raises:
        ProblemError: there is no such vector.
    """
    dense, sparse = list(collection.vectors), list(collection.sparse)
    if isinstance(keys, operations.HybridKeys):
        if not sparse:
            raise ProblemError(
                (*path, "kind"),
                "operations.kind hybrid needs a sparse vector; name one in collection.sparse",
            )
        _check_vector(keys.dense, dense, (*path, "dense"))
        _check_vector(keys.sparse, sparse, (*path, "sparse"))
    elif isinstance(keys, operations.QueryKeys):
        _check_vector(keys.vector, [*dense, *sparse], (*path, "vector"))


def _check_vector(name: str | None, known: Sequence[str], path: KeyPath) -> None:
    if name is None or name in known:
        return
    names = ", ".join(each for each in known if each != UNNAMED)
    choice = f"; choose from {names}" if names else ": its vectors have no names"
    raise ProblemError(path, f"{name_of(path)}: the collection has no vector {show(name)}{choice}")
