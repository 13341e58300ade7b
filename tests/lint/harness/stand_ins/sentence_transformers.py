"""Stands in for the package of this name, which needs several gigabytes of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

DIMENSIONS = 384

# Called, on the caller's stack, for each computation.
computed: Callable[[], None] = lambda: None  # noqa: E731


class SentenceTransformer:
    """A model without weights: its vectors are ones of the right shape."""

    def __init__(self, model_name_or_path: str, **_: Any) -> None:
        self.model_name = model_name_or_path

    def encode(self, sentences: str | list[str], **_: Any) -> Any:
        """Return one vector, or one a sentence."""
        computed()
        shape = () if isinstance(sentences, str) else (len(sentences),)
        return np.ones((*shape, DIMENSIONS), dtype=np.float32)
