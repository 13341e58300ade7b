"""Recall while the traffic runs: the workload's own queries, beside an exact search for the same.

Not part of the traffic: a client of its own, which nobody records, asks about twice a second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qdrant_client import models

from locust_qdrant.client.factory import async_client
from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.metrics.results import Recall

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence

    from qdrant_client import AsyncQdrantClient

    from locust_qdrant.client.factory import ClientSettings

INTERVAL = 0.5

#: Seconds between two looks whether it is time to ask.
_WAIT = 0.02

#: The state of the collection is asked for once in so many comparisons.
_LOOK_EVERY = 4

#: What a query of the traffic is called in a batch, where the names differ.
_RENAMED = {"query_filter": "filter", "search_params": "params"}
#: What the answer carries besides the ids has nothing to do with recall.
_CARGO = frozenset({"collection_name", "with_payload", "with_vectors", "timeout", "consistency"})


class RecallProbe:
    """Asks pairs of queries, one as the traffic does and one exactly, and compares the ids.

    Both travel in one request, so that as few writes as possible come between them.

    Args:
        queries: keyword arguments of `query_points`, one query after the other.
    """

    def __init__(self, queries: Iterator[Mapping[str, Any]]) -> None:
        self._queries = queries
        self._client: AsyncQdrantClient | None = None
        self._shares: list[float] = []
        self._k = 0
        self._unreadable = ""
        self._failed = 0
        self._indexed: int | None = None
        self._statuses: set[str] = set()

    async def open(self, settings: ClientSettings) -> None:
        """Make the client, which holds up the loop for a while."""
        self._client = async_client(settings.plumbing(), deque(maxlen=0))

    async def run(self, counts: Callable[[], bool]) -> None:
        """Ask until cancelled; `open` comes before.

        Args:
            counts: whether what happens now counts; in a warm-up, nothing is asked.
        """
        if self._client is None:
            raise RuntimeError("RecallProbe.run comes after RecallProbe.open.")
        try:
            for number, query in enumerate(self._queries):
                while not counts():  # noqa: ASYNC110 - it is the time that is waited for
                    await asyncio.sleep(_WAIT)
                look = number % _LOOK_EVERY == 0
                await _to_its_end(self._ask(self._client, query, look=look))
                await asyncio.sleep(INTERVAL)
        finally:
            await self._client.close()

    def result(self) -> Recall:
        """Return what was found so far; safe from any thread."""
        found = summarise(list(self._shares), self._k, self._unreadable)
        statuses = tuple(sorted(self._statuses))
        return replace(found, indexed=self._indexed, failed=self._failed, statuses=statuses)

    async def _ask(
        self, client: AsyncQdrantClient, query: Mapping[str, Any], *, look: bool
    ) -> None:
        # One that fails says nothing of the others.
        try:
            await self._compare(client, query)
            if look:
                info = await client.get_collection(query["collection_name"])
                self._indexed = info.indexed_vectors_count
                self._statuses.add(info.status.value)
        # ValueError: an answer that is no JSON, or has not the form that it should have.
        except (*SERVER_FAILURES, ValueError) as error:
            self._failed += 1
            self._unreadable = f"comparing with an exact search failed: {describe(error)}"

    async def _compare(self, client: AsyncQdrantClient, query: Mapping[str, Any]) -> None:
        pair = [as_request(query), as_request(query, exact=True)]
        found, exact = await client.query_batch_points(query["collection_name"], requests=pair)
        self._k = max(self._k, int(pair[0].limit or 0))
        share = share_found(
            [point.id for point in found.points], [point.id for point in exact.points]
        )
        if share is not None:
            self._shares.append(share)


async def _to_its_end(asking: Coroutine[Any, Any, None]) -> None:
    """Await a comparison that began while the traffic ran, even when the traffic ends meanwhile."""
    task = asyncio.ensure_future(asking)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        # The client's own timeout bounds it.
        await task
        raise


def can_be_exact(query: Mapping[str, Any]) -> bool:
    """Tell whether an exact search says what `query` should find: one search, not a fusion."""
    nearest = query.get("query")
    fuses = isinstance(nearest, (models.FusionQuery, models.RrfQuery, models.FormulaQuery))
    return nearest is not None and not fuses and not query.get("prefetch")


def as_request(query: Mapping[str, Any], *, exact: bool = False) -> models.QueryRequest:
    """Return the keyword arguments of `query_points` as a query of a batch, ids only."""
    fields = {
        _RENAMED.get(name, name): value for name, value in query.items() if name not in _CARGO
    }
    if exact:
        fields["params"] = models.SearchParams(exact=True)
    return models.QueryRequest(**fields, with_payload=False, with_vector=False)


def share_found(found: Iterable[object], exact: Iterable[object]) -> float | None:
    """Return the share of `exact` that is in `found`, 0 to 1; None for an empty `exact`."""
    wanted = set(exact)
    return len(wanted & set(found)) / len(wanted) if wanted else None


def summarise(shares: Sequence[float], k: int, unreadable: str) -> Recall:
    """Return the recall of queries with these shares."""
    if not shares:
        return Recall(0, k, 0.0, 0.0, unreadable)
    return Recall(len(shares), k, sum(shares) / len(shares), min(shares), unreadable)


def merge(parts: Sequence[Recall]) -> Recall | None:
    """Return the recall of several stretches as one, each query with the same weight."""
    if not parts:
        return None
    queries = sum(part.queries for part in parts)
    return Recall(
        queries=queries,
        k=max(part.k for part in parts),
        mean=sum(part.mean * part.queries for part in parts) / queries if queries else 0.0,
        worst=min((part.worst for part in parts if part.queries), default=0.0),
        unreadable=next((part.unreadable for part in parts if part.unreadable), ""),
        indexed=max((part.indexed for part in parts if part.indexed is not None), default=None),
        failed=sum(part.failed for part in parts),
        statuses=tuple(sorted({each for part in parts for each in part.statuses})),
    )
