"""Texts as vectors: BM25, the one model that Qdrant, and the engine, computes by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import qdrant_edge as edge
from qdrant_client.http import models

from locust_qdrant.embedded.engine.problems import not_served
from locust_qdrant.embedded.engine.to_engine.indexes import convert_bm25

if TYPE_CHECKING:
    from typing import Any

_BM25 = "qdrant/bm25"


def embed(document: Any, *, query: bool) -> edge.SparseVector:
    """Return the sparse vector of a text, as what is searched for or as what is stored.

    Raises:
        RequestError: 501 for any other model, and for what is no text.
        ValueError: the settings of the model are wrong.
    """
    kind = type(document).__name__
    if kind != "Document" or document.model.lower() != _BM25:
        raise not_served(f"inference (`{getattr(document, 'model', kind)}` instead of a vector)")
    options = document.options
    given = (
        options if isinstance(options, models.Bm25Config) else models.Bm25Config(**options or {})
    )
    model = _model(given.model_dump_json(exclude_none=True))
    return model.embed_query(document.text) if query else model.embed_document(document.text)


@lru_cache(maxsize=16)
def _model(config: str) -> edge.Bm25:
    return edge.Bm25(convert_bm25(models.Bm25Config.model_validate_json(config)))
