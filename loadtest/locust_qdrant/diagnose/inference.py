"""`models.Document` makes the client compute embeddings itself, on the event loop."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.diagnose.bench import hold
from locust_qdrant.diagnose.problem import NOTICEABLE_SECONDS, Diagnosis, in_rounds

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from qdrant_client import AsyncQdrantClient

    from locust_qdrant.diagnose.bench import Bench

_WORDS = 100
_MEANING = f"loop held by a query with a text of {_WORDS} words"
_TEXT = " ".join(f"word{number}" for number in range(_WORDS))


class Inference:
    """fastembed inside the client."""

    name = "inference"
    title = "the client computes embeddings on the loop"
    remedy = "embed in `asyncio.to_thread(...)` and send the vector, or use cloud inference"
    rule = "QDR105"
    versions = "qdrant-client from 1.11 on"
    heading = ""

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare a query that the client embeds with one whose vector was made in a thread."""
        try:
            from fastembed import TextEmbedding  # noqa: PLC0415 - optional, and slow to import
        except ImportError:
            return _unknown("fastembed is not installed: pip install fastembed")
        name, options = bench.model, _options(bench)
        try:
            model = await asyncio.to_thread(lambda: TextEmbedding(name, **options))
        except Exception as error:  # noqa: BLE001 - whatever a download or a model file may raise
            return _unknown(
                f"the model {name} is not here ({type(error).__name__}): let fastembed download it "
                f"once, with TextEmbedding({name!r}), or give its folder with "
                "--embedding-model-path"
            )
        document = models.Document(text=_TEXT, model=name, options=options)
        dim = TextEmbedding.get_embedding_size(name)
        async with bench.collection(dim, points=10) as (collection, client):

            async def inside() -> float:
                return (await hold(_asking_with(client, collection, document))).longest * 1000

            async def in_thread() -> float:
                return (await hold(_embedding_first(client, collection, model))).longest * 1000

            # Loading the client's own copy of the model is not what is measured.
            await inside()
            comparison = await in_rounds(bench.rounds, "ms", inside, in_thread)
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_SECONDS * 1000,
            meaning=_MEANING,
            comparison=comparison,
            details=(f"model {name}",),
        )


def _options(bench: Bench) -> dict[str, Any]:
    folder = bench.model_folder
    # A download takes minutes, and without a network its attempts do.
    return {"local_files_only": True} if folder is None else {"specific_model_path": str(folder)}


def _unknown(reason: str) -> Diagnosis:
    return Diagnosis(None, _MEANING, None, (reason,))


async def _asking_with(client: AsyncQdrantClient, name: str, document: models.Document) -> None:
    # The client embeds here, which is what is measured.
    await client.query_points(name, document)  # noqa: QDR105


async def _embedding_first(client: AsyncQdrantClient, name: str, model: TextEmbedding) -> None:
    vector = await asyncio.to_thread(lambda: next(iter(model.embed([_TEXT]))).tolist())
    await client.query_points(name, vector)
