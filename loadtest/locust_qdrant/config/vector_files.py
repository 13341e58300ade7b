"""Files of vectors and payloads: `.npy`, `.hdf5`, `.parquet` and `.jsonl`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

#: Names that ann-benchmarks gives to vectors of points and of queries.
_TRAIN, _TEST = "train", "test"


@dataclass(frozen=True)
class Source:
    """What a file holds.

    Attributes:
        vectors: those of points, of shape (rows, dim).
        queries: those of queries, of shape (queries, dim); None where the file has none.
        payloads: a payload for each row; empty where the file has none.
    """

    vectors: NDArray[np.float32]
    queries: NDArray[np.float32] | None = None
    payloads: Sequence[Mapping[str, Any]] = field(default=())


def read(file: Path, column: str, rows: int) -> Source:
    """Return what `file` holds.

    Args:
        file: its suffix says how it is read.
        column: where the vectors are in a `.parquet` or `.jsonl` file.
        rows: number of rows to read at most.

    Raises:
        UsageError: it cannot be read, holds no vectors, or a package for it is not installed.
    """
    try:
        source = _LOADERS[file.suffix](file, column, rows)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"The data file {file} cannot be read: {reason}.") from error
    if source.vectors.ndim != 2 or not source.vectors.size:  # noqa: PLR2004 - rows and columns
        raise UsageError(
            f"The data file {file} holds no vectors: they must be of shape (rows, dim), not "
            f"{source.vectors.shape}."
        )
    return source


def _npy(file: Path, _column: str, rows: int) -> Source:
    # Stays on disk: the operating system reads what is used.
    vectors = np.load(file, mmap_mode="r", allow_pickle=False)
    _check_numbers(vectors)
    return Source(vectors[:rows])


def _hdf5(file: Path, _column: str, rows: int) -> Source:
    h5py = _optional("h5py", file)
    with h5py.File(file, "r") as opened:
        if _TRAIN not in opened:
            raise ValueError(f"it has no data set {_TRAIN!r}, only {', '.join(opened) or 'none'}")
        vectors = np.asarray(opened[_TRAIN][:rows], dtype=np.float32)
        rows_of_test = opened.get(_TEST)
        queries = (
            None if rows_of_test is None else np.asarray(rows_of_test[:rows], dtype=np.float32)
        )
    return Source(vectors, queries)


def _parquet(file: Path, column: str, rows: int) -> Source:
    parquet = _optional("pyarrow.parquet", file)
    opened = parquet.ParquetFile(file)
    names = opened.schema_arrow.names
    if column not in names:
        raise ValueError(f"it has no column {column!r}; name one of {', '.join(names)} in column")
    lines: list[dict[str, Any]] = []
    for batch in opened.iter_batches(batch_size=min(rows, 10_000)):
        lines += batch.to_pylist()[: rows - len(lines)]
        if len(lines) >= rows:
            break
    return _from_lines(lines, column)


def _jsonl(file: Path, column: str, rows: int) -> Source:
    lines: list[dict[str, Any]] = []
    with file.open(encoding="utf-8") as opened:
        for number, line in enumerate(islice(opened, rows), start=1):
            try:
                value = json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {number} is no JSON: {error}") from error
            vector = value.get(column) if isinstance(value, dict) else None
            if not vector or isinstance(vector, str):
                raise ValueError(
                    f"line {number} has no list under {column!r}; name the key in column"
                )
            lines.append(value)
    return _from_lines(lines, column)


#: How a file is read, by its suffix.
_LOADERS: dict[str, Callable[[Path, str, int], Source]] = {
    ".npy": _npy,
    ".hdf5": _hdf5,
    ".h5": _hdf5,
    ".parquet": _parquet,
    ".jsonl": _jsonl,
}


def _from_lines(lines: list[dict[str, Any]], column: str) -> Source:
    vectors = np.asarray([line.pop(column) for line in lines], dtype=np.float32)
    # A file may keep the payload apart from the vector, as Qdrant does, or beside it.
    payloads = [
        line["payload"] if isinstance(line.get("payload"), dict) else line for line in lines
    ]
    return Source(vectors, None, [_plain(payload) for payload in payloads])


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return `payload` as JSON knows it: what it does not know becomes text."""
    plain: dict[str, Any] = json.loads(json.dumps(payload, default=str))
    return plain


def _check_numbers(vectors: NDArray[Any]) -> None:
    if vectors.dtype.kind not in "fiu":
        raise ValueError(f"its values are {vectors.dtype}, not numbers")


def _optional(module: str, file: Path) -> Any:  # noqa: ANN401 - neither package has annotations
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        raise UsageError(
            f"The data file {file} needs {package}, which is not installed: "
            f"run pip install {package}."
        ) from error
