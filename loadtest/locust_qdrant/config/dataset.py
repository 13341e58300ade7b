"""Points and queries of a run: the same ones for the same seed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from locust_qdrant.config import vector_files
from locust_qdrant.config.model import UNNAMED
from locust_qdrant.config.synthetic import Clusters, Sparse
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from locust_qdrant.config.model import CollectionSpec, DataSpec, VectorSpec

_RUN_BITS = 64
_DIGITS = 12
_RUN_DIGITS = 16


class PointNames:
    """Gives every number the id of a point, a UUID.

    Args:
        run: a random number of up to 64 bits, the same in all processes of a run.
    """

    def __init__(self, run: int) -> None:
        digits = run_name(run)
        self._prefix = f"{digits[:8]}-{digits[8:12]}-{digits[12:]}-0000-"

    def name(self, number: int) -> str:
        """Return the id of the point of that number, from 0 to 2**48 - 1."""
        return f"{self._prefix}{number:012x}"

    def has(self, name: object) -> bool:
        """Tell whether this is the id of a point of this run."""
        return isinstance(name, str) and name.startswith(self._prefix)


def run_name(run: int) -> str:
    """Return the name of a run, 16 hexadecimal digits: the first half of the ids of its points."""
    return f"{run % 2**_RUN_BITS:016x}"


def run_of(point: str) -> str:
    """Return the name of the run that wrote the point with that id."""
    return point.replace("-", "")[:_RUN_DIGITS]


def number_of(name: str) -> int:
    """Return the number of the point with that id."""
    return int(name[-_DIGITS:], 16)


# Single precision, and a normalisation that two sides compute in different orders.
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5


def same_vector(written: Any, found: Any) -> bool:  # noqa: ANN401 - dense, multi or sparse
    """Tell whether `found` is `written`, up to what a server may do to it.

    With cosine similarity the server normalises dense vectors, each row of a multivector for
    itself, and it may order the terms of a sparse vector.

    Args:
        written: of shape (dim,) or (multi, dim), or a `Sparse`.
        found: the same, or for a sparse vector anything with `indices` and `values`.
    """
    if isinstance(written, Sparse):
        return _same_sparse(written, found)
    try:
        before, after = np.asarray(written, dtype=float), np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        return False
    if before.shape != after.shape:
        return False
    return _close(before, after) or _close(_normalised(before), after)


def _same_sparse(written: Sparse, found: Any) -> bool:  # noqa: ANN401 - a model of the client
    indices, values = getattr(found, "indices", None), getattr(found, "values", None)
    if indices is None or values is None or len(indices) != len(written.indices):
        return False
    ordered = sorted(zip(indices, values, strict=True))
    return [index for index, _ in ordered] == written.indices and _close(
        np.asarray(written.values), np.asarray([value for _, value in ordered])
    )


def _close(before: NDArray[np.float64], after: NDArray[np.float64]) -> bool:
    return bool(np.allclose(after, before, rtol=_RELATIVE, atol=_ABSOLUTE))


def _normalised(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: NDArray[np.float64] = vectors / np.where(lengths == 0, 1, lengths)
    return normalised


#: Fields that every payload gets; what a file has under these names is replaced.
VERSION, REVISION, GROUP, TENANT, RANK = "version", "revision", "group", "tenant", "rank"
#: Under which the payload of a point has the name of the run that wrote it.
RUN = "locust_qdrant_run"

# Making a vector while the clock runs would load the very loop that is measured, so they are made
# beforehand. 32 bytes a component: at most about 64 MB for the points of one collection.
_MOST_COMPONENTS = 2_000_000
_MOST_ROWS = 20_000
_QUERIES = 1000
_TERMS, _TERMS_OF_QUERY = 24, 6
# From one version of a point to the next; a prime, so that versions of neighbours do not meet soon.
_STEP = 7919
# The golden ratio: its multiples are spread evenly between 0 and 1, whichever part is looked at.
_GOLDEN = 0.6180339887498949

_POINTS, _QUERY_STREAM = 0, 1


class _Column(Protocol):
    """The vectors of one name."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def point(self, row: int) -> Any:  # noqa: ANN401 - dense, multi or sparse
        """Return the vector of a row."""

    def array(self, row: int) -> Any:  # noqa: ANN401 - as above
        """Return the vector of a row as an array; a sparse one as it is."""

    def query(self, number: int) -> Any:  # noqa: ANN401 - dense, multi or sparse
        """Return the query of a number."""


class _Pool:
    """Vectors that are in memory as the client takes them, and dense ones as an array besides."""

    def __init__(self, points: Any, queries: Any) -> None:  # noqa: ANN401 - as in the protocol
        self._arrays = points
        self._points = _as_list(points) if isinstance(points, np.ndarray) else points
        self._queries = _as_list(queries) if isinstance(queries, np.ndarray) else queries

    def __len__(self) -> int:
        return len(self._points)

    def point(self, row: int) -> Any:  # noqa: ANN401 - as in the protocol
        return self._points[row]

    def array(self, row: int) -> Any:  # noqa: ANN401 - as in the protocol
        return self._arrays[row]

    def query(self, number: int) -> Any:  # noqa: ANN401 - as in the protocol
        return self._queries[number % len(self._queries)]


class _Array:
    """Vectors of an array, perhaps on disk, turned into lists one by one."""

    def __init__(self, points: NDArray[np.float32], queries: NDArray[np.float32]) -> None:
        self._points = points
        self._queries = queries

    def __len__(self) -> int:
        return len(self._points)

    def point(self, row: int) -> list[float]:
        return _as_list(self._points[row])

    def array(self, row: int) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._points[row].astype(np.float32, copy=False)
        return vector

    def query(self, number: int) -> list[float]:
        return _as_list(self._queries[number % len(self._queries)])


class Dataset:
    """Vectors and payloads of points, each a function of the point, its version and the seed.

    Vectors are lists: dense ones of shape (dim,), multivectors of shape (multi, dim), sparse ones
    a pair of indices and values.

    Args:
        collection: which vectors there are.
        data: where they come from.
        seed: anything from 0 on.

    Raises:
        UsageError: the data file cannot be used for that collection.
    """

    def __init__(self, collection: CollectionSpec, data: DataSpec, seed: int) -> None:
        self._tenants: int = data.options.get("tenants", 100)
        self._payloads: Sequence[Mapping[str, Any]] = ()
        self._columns: dict[str, _Column] = {}
        self._sparse = frozenset(collection.sparse)
        count = _rows(collection)
        chance = np.random.default_rng([seed, _POINTS])
        self._labels: list[int] = chance.integers(data.clusters, size=count).tolist()
        sought = np.random.default_rng([seed, _QUERY_STREAM]).integers(data.clusters, size=_QUERIES)
        labels = np.asarray(self._labels, dtype=np.int64)
        for name in collection.sparse:
            clusters = Clusters(data.clusters, [seed, zlib.crc32(name.encode())])
            self._columns[name] = _Pool(
                clusters.sparse(labels, _TERMS, _POINTS),
                clusters.sparse(sought, _TERMS_OF_QUERY, _QUERY_STREAM),
            )
        for name, spec in collection.vectors.items():
            if data.file is not None and name == data.options.get("vector", UNNAMED):
                self._columns[name] = self._from_file(data, name, spec)
                continue
            clusters = Clusters(data.clusters, [seed, zlib.crc32(name.encode())])
            self._columns[name] = _Pool(
                _made_up(clusters, labels, spec, _POINTS),
                _made_up(clusters, sought, spec, _QUERY_STREAM),
            )

    def vectors(self, point: str, version: int) -> dict[str, Any]:
        """Return the vectors that `point` has in `version`, by name."""
        number = _place(point, version)
        return {name: each.point(number % len(each)) for name, each in self._columns.items()}

    def array(self, name: str, point: str, version: int) -> Any:  # noqa: ANN401 - dense, multi or sparse
        """Return the vector `name` that `point` has in `version`, an array; a sparse one as is."""
        column = self._columns[name]
        return column.array(_place(point, version) % len(column))

    def query(self, name: str, number: int) -> Any:  # noqa: ANN401 - dense, multi or sparse
        """Return the query of that number for the vector `name`, `UNNAMED` for the unnamed one."""
        return self._columns[name].query(number)

    def is_sparse(self, name: str) -> bool:
        """Tell whether the vector of that name is a sparse one."""
        return name in self._sparse

    def payload(self, point: str, version: int) -> dict[str, Any]:
        """Return the payload that an upsert of `version` gives `point`; no two are alike."""
        number, place = number_of(point), _place(point, version)
        group = self._labels[place % len(self._labels)]
        own = self._payloads[place % len(self._payloads)] if self._payloads else {}
        return {
            "text": f"Version {version} of document {number}, which is about subject {group}.",
            **own,
            VERSION: version,
            RUN: run_of(point),
            GROUP: group,
            TENANT: tenant_name(self.tenant_number(number)),
            RANK: self.rank(number),
        }

    def revision(self, version: int) -> dict[str, Any]:
        """Return the fields that a payload write of `version` sets."""
        return {REVISION: version}

    def version_of(self, payload: Mapping[str, Any]) -> tuple[int, int] | None:
        """Return the versions of the upsert and of the payload write (or 0) of a payload."""
        version, revision = payload.get(VERSION), payload.get(REVISION, 0)
        is_ours = isinstance(version, int) and isinstance(revision, int) and version >= 0
        return (version, revision) if is_ours else None  # type: ignore[return-value]

    def has_vectors(self, point: str, version: int, vectors: Mapping[str, Any]) -> bool:
        """Tell whether these are the vectors that `point` has in `version`."""
        expected = self.vectors(point, version)
        return all(
            name in vectors and same_vector(vector, vectors[name])
            for name, vector in expected.items()
        )

    def tenant_number(self, number: int) -> int:
        """Return the number of the tenant that the point of that number belongs to."""
        return number % self._tenants

    def rank(self, number: int) -> float:
        """Return the rank of the point of that number, from 0 to below 1, spread evenly."""
        return round(number * _GOLDEN % 1, 6)

    def group(self, number: int) -> int:
        """Return the group of the point of that number as it was filled, or of such a query."""
        return self._labels[number % len(self._labels)]

    def _from_file(self, data: DataSpec, name: str, spec: VectorSpec) -> _Column:
        assert data.file is not None  # noqa: S101 - the caller looked
        source = vector_files.read(
            data.file, data.options.get("column", "vector"), data.options.get("rows", 100_000)
        )
        queries = source.vectors if source.queries is None else source.queries
        found = source.vectors.shape[1]
        if found != spec.dim or spec.multi:
            wanted = "a multivector" if spec.multi else f"of {spec.dim} components"
            of = f" {name!r}" if name else ""
            raise UsageError(
                f"The data file {data.file} has vectors of {found} components, and the "
                f"collection's vector{of} is {wanted}: say dim = {found}."
            )
        self._payloads = source.payloads
        return _Array(source.vectors, queries)


def tenant_name(tenant: int) -> str:
    """Return the value of the field `tenant` for the tenant of that number."""
    return f"tenant-{tenant}"


def _rows(collection: CollectionSpec) -> int:
    components = sum(each.dim * max(1, each.multi) for each in collection.vectors.values())
    return max(1, min(_MOST_ROWS, _MOST_COMPONENTS // max(1, components)))


def _made_up(
    clusters: Clusters, labels: NDArray[np.int64], spec: VectorSpec, draw: int
) -> NDArray[np.float32]:
    each = max(1, spec.multi)
    vectors = clusters.dense(np.repeat(labels, each), spec.dim, draw)
    return vectors.reshape((len(labels), each, spec.dim) if spec.multi else vectors.shape)


def _place(point: str, version: int) -> int:
    return number_of(point) + version * _STEP


def _as_list(vectors: NDArray[np.float32]) -> list[Any]:
    values: list[Any] = vectors.astype(np.float32, copy=False).tolist()
    return values
