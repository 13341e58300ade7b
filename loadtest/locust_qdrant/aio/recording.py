"""A record for every call of a client: the real client class, with each request timed."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections import deque
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from locust_qdrant.aio import exchange
from locust_qdrant.aio.failures import describe
from locust_qdrant.records import Outcome, Record, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qdrant_client import AsyncQdrantClient, QdrantClient

    ClientT = TypeVar("ClientT", AsyncQdrantClient, QdrantClient)

#: Public methods that send nothing to the server.
WITHOUT_REQUEST = frozenset({"close", "get_embedding_size"})

#: Whoever makes the calls in this task or thread; it comes back with each of their records.
caller: ContextVar[object | None] = ContextVar("caller", default=None)


class Occasion(NamedTuple):
    """Why a call is made, when a workload makes it.

    Attributes:
        operation: the workload's name for it.
        step: name of the stage of the run.
        intended: when it was meant to be made, in seconds since the epoch; None in a closed model.
        points: number of points that it writes.
        worker: number of this process.
    """

    operation: str
    step: str = ""
    intended: float | None = None
    points: int = 0
    worker: int = 0


#: Why the calls in this task or thread are made; None outside of a workload.
occasion: ContextVar[Occasion | None] = ContextVar("occasion", default=None)


class Call(NamedTuple):
    """A finished call: its record, the exception that it raised, and who made it."""

    record: Record
    error: BaseException | None
    caller: object | None


#: Finished calls, oldest first. Any thread may append, one reader takes from the left.
Calls = deque[Call]


def was_recorded(error: BaseException) -> bool:
    """Tell whether `error` came out of a recorded call, and so is counted already."""
    return getattr(error, "_in_records", False)


def recording_class(base: type[ClientT], calls: Calls, protocol: str) -> type[ClientT]:
    """Return a subclass of `base` whose every request appends to `calls`.

    Args:
        base: `AsyncQdrantClient` or `QdrantClient`.
        calls: where the finished calls go.
        protocol: what the client prefers; a call that fails before it sends anything carries it.
    """
    members = {name: _recorded(method, calls, protocol) for name, method in _requests(base)}
    return cast("type[ClientT]", type(f"Recorded{base.__name__}", (base,), members))


def _requests(base: type[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(base):
        method = inspect.getattr_static(base, name)
        if inspect.isfunction(method) and not name.startswith("_") and name not in WITHOUT_REQUEST:
            yield name, method


class _Watch:
    """Times one call. A call that the client makes inside another one is part of that one."""

    def __init__(self, method: Callable[..., Any], collection: str, calls: Calls) -> None:
        self._method = method.__name__
        self._collection = collection
        self._calls = calls

    def begin(self, protocol: str) -> None:
        self._exchange = exchange.Exchange(protocol)
        self._token = exchange.current.set(self._exchange)
        self._start = now()

    def end(self, error: BaseException | None = None) -> None:
        end = now()
        exchange.current.reset(self._token)
        why = occasion.get() or Occasion(self._method)
        record = Record(
            operation=why.operation,
            collection=self._collection,
            protocol=self._exchange.protocol,
            start=self._start,
            end=end,
            outcome=_outcome(error),
            error="" if error is None else describe(error),
            response_bytes=self._exchange.response_bytes,
            intended=why.intended,
            points=why.points,
            step=why.step,
            worker=why.worker,
            method=self._method,
        )
        if error is not None:
            error._in_records = True  # type: ignore[attr-defined]  # noqa: SLF001 - a mark of ours
        self._calls.append(Call(record, error, caller.get()))


def _recorded(method: Callable[..., Any], calls: Calls, protocol: str) -> Callable[..., Any]:
    names_collection = "collection_name" in inspect.signature(method).parameters

    def watch(args: tuple[object, ...], kwargs: dict[str, object]) -> _Watch:
        collection = ""
        if names_collection:
            # The collection's name is the first parameter of every method that has one.
            collection = str(args[0] if args else kwargs.get("collection_name", ""))
        return _Watch(method, collection, calls)

    @functools.wraps(method)
    async def recorded_async(self: object, *args: object, **kwargs: object) -> object:
        if exchange.current.get() is not None:
            return await method(self, *args, **kwargs)
        watched = watch(args, kwargs)
        watched.begin(protocol)
        try:
            answer = await method(self, *args, **kwargs)
        except BaseException as error:
            watched.end(error)
            raise
        watched.end()
        return answer

    @functools.wraps(method)
    def recorded(self: object, *args: object, **kwargs: object) -> object:
        if exchange.current.get() is not None:
            return method(self, *args, **kwargs)
        watched = watch(args, kwargs)
        watched.begin(protocol)
        try:
            answer = method(self, *args, **kwargs)
        except BaseException as error:
            watched.end(error)
            raise
        watched.end()
        return answer

    return recorded_async if inspect.iscoroutinefunction(method) else recorded


def _outcome(error: BaseException | None) -> Outcome:
    if error is None:
        return Outcome.OK
    if isinstance(error, asyncio.CancelledError):
        return Outcome.CANCELLED
    return Outcome.ERROR
