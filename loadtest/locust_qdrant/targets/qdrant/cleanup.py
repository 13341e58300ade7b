"""What a run left on a server: found by the name of the run that its points carry, and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from qdrant_client import models

from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.client.patience import is_refusal, patiently
from locust_qdrant.config.dataset import RUN, run_of
from locust_qdrant.targets.qdrant.paging import deleted, id_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qdrant_client import QdrantClient

    T = TypeVar("T")

#: How the collections begin that a run makes for itself.
OWN_PREFIX = "locust_qdrant_"
_PAGE = 1000
#: Seconds for which a server may ask to wait before each request: it limits by the minute.
_MOST_SECONDS = 90.0


class Remains(NamedTuple):
    """What a run left in one collection.

    Attributes:
        collection: its name.
        points: number of points of that run in it.
        whole: whether a run made the collection, and no other points are in it.
    """

    collection: str
    points: int
    whole: bool

    def __str__(self) -> str:
        if self.whole:
            return f"the collection {self.collection!r}, {self.points:,} points"
        return f"{self.points:,} points in the collection {self.collection!r}"


def remains(client: QdrantClient, run: str, collections: Sequence[str] = ()) -> list[Remains]:
    """Return what a run left.

    Args:
        client: a client that works.
        run: name of the run.
        collections: where to look; everywhere, if there is none.

    Raises:
        ApiException, QdrantException, grpc.RpcError: the server does not tell.
    """
    names = collections or sorted(each.name for each in client.get_collections().collections)
    found = (_in_collection(client, run, name) for name in names)
    return [each for each in found if each.points]


def remove(client: QdrantClient, run: str, found: Remains) -> None:
    """Remove it.

    Raises:
        ApiException, QdrantException, grpc.RpcError: the server does not let us.
    """
    name = found.collection
    if found.whole:
        _patiently(lambda: client.delete_collection(name))
        return
    try:
        selector = models.FilterSelector(filter=_written_by(run))
        _patiently(lambda: client.delete(name, points_selector=selector))
    except SERVER_FAILURES as error:
        if not is_refusal(error):
            raise
        # Strict mode may allow no filter without an index.
        for page in id_pages(client, name, _PAGE, _patiently):
            ids = [each for each in page if run_of(str(each)) == run]
            for _ in deleted(client, name, ids, _patiently) if ids else ():
                pass


def _in_collection(client: QdrantClient, run: str, name: str) -> Remains:
    try:
        count = _patiently(lambda: client.count(name, count_filter=_written_by(run))).count
    except SERVER_FAILURES as error:
        if not is_refusal(error):
            raise
        pages = id_pages(client, name, _PAGE, _patiently)
        count = sum(run_of(str(each)) == run for page in pages for each in page)
    alone = name.startswith(OWN_PREFIX) and _patiently(lambda: client.count(name)).count == count
    return Remains(name, count, alone)


def _patiently(call: Callable[[], T]) -> T:
    return patiently(call, _MOST_SECONDS)


def _written_by(run: str) -> models.Filter:
    return models.Filter(must=[models.FieldCondition(key=RUN, match=models.MatchValue(value=run))])
