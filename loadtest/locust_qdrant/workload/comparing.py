"""Is the vector that came back the one that was written?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from locust_qdrant.workload.synthetic import Sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
