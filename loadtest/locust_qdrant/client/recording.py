"""A record for every call of a client: the real client class, with each request timed."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections import deque
from collections.abc import Sized
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from qdrant_client import AsyncQdrantClient, QdrantClient
from qdrant_client.http import models

from locust_qdrant.client.exchange import (
    Exchange,
    FollowedExchange,
    LoopExchange,
    current,
    in_steps,
)
from locust_qdrant.client.failures import SERVER_FAILURES, describe, outcome_of
from locust_qdrant.client.turns import turns_of
from locust_qdrant.metrics.record import Outcome, Record, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
        give_up: seconds after which its caller leaves; zero for never.
        ready: when a user of a closed model was ready to make it, and waited for the event loop, in
            seconds since the epoch; None where nobody waits for one.
    """

    operation: str
    step: str = ""
    intended: float | None = None
    points: int = 0
    worker: int = 0
    give_up: float = 0.0
    ready: float | None = None

    def begin(self, made: float) -> float:
        """Return when a call that was made then began for its caller, who may have waited to."""
        return made if self.ready is None else min(made, self.ready)


#: Why the calls in this task or thread are made; None outside of a workload.
occasion: ContextVar[Occasion | None] = ContextVar("occasion", default=None)


class RecordedCall(NamedTuple):
    """A finished call: its record, the exception that it raised, and who made it."""

    record: Record
    error: BaseException | None
    caller: object | None


#: Finished calls, oldest first. Any thread may append, one reader takes from the left.
Calls = deque[RecordedCall]


def was_recorded(error: BaseException) -> bool:
    """Tell whether `error` came out of a recorded call, and so is counted already."""
    return getattr(error, "_in_records", False)


def is_failed_request(error: BaseException) -> bool:
    """Tell whether `error` is a failed request, which is counted, and no mistake of the caller.

    What the server answered may be no answer at all, such as the page of a proxy's login.
    """
    is_servers = isinstance(error, SERVER_FAILURES) or getattr(error, "_unreadable", False)
    return was_recorded(error) and is_servers


def recording_class(base: type[ClientT], calls: Calls, protocol: str) -> type[ClientT]:
    """Return a subclass of `base` whose every request appends to `calls`.

    Args:
        base: `AsyncQdrantClient` or `QdrantClient`.
        calls: where the finished calls go.
        protocol: what the client prefers; a call that fails before it sends anything carries it.
    """
    # What blocks on the loop occupies it until the end; in a thread, while it computes.
    clock = time.perf_counter if issubclass(base, AsyncQdrantClient) else time.thread_time
    members = {
        name: _recorded(method, _Watch(method, calls, protocol), clock)
        for name, method in _requests(base)
    }
    return cast("type[ClientT]", type(f"Recorded{base.__name__}", (base,), members))


def _requests(base: type[Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(base):
        method = inspect.getattr_static(base, name)
        if inspect.isfunction(method) and not name.startswith("_") and name not in WITHOUT_REQUEST:
            yield name, method


class _Watch:
    """Makes the records of one method of a client class. It is in every request's way: be quick."""

    def __init__(self, method: Callable[..., Any], calls: Calls, protocol: str) -> None:
        self._name = method.__name__
        self._occasion = Occasion(self._name)
        # Places among the positional arguments, which do not count `self`.
        parameters = list(inspect.signature(method).parameters)[1:]
        # The collection's name is the first parameter of every method that has one.
        self._names_collection = parameters[:1] == ["collection_name"]
        self._points_place = parameters.index("points") if "points" in parameters else None
        self._append = calls.append
        self.protocol = protocol

    def end(
        self,
        seen: Exchange,
        args: Sequence[object],
        kwargs: Mapping[str, object],
        answer: object,
        error: BaseException | None,
    ) -> None:
        """Append the record of a call that is over."""
        end = seen.end()
        why = occasion.get() or self._occasion
        collection = ""
        if self._names_collection:
            collection = str(args[0] if args else kwargs.get("collection_name", ""))
        made = at(seen.began)
        start = why.begin(made)
        points = why.points or points_returned(answer)
        if not points and self._points_place is not None:
            written = args[self._points_place :] or [kwargs.get("points")]
            points = points_written(written[0])
        record = Record(
            why.operation,
            collection,
            seen.protocol,
            start,
            at(end),
            _OK if error is None else self._outcome(error, why, end - seen.began),
            "" if error is None else describe(error),
            seen.response_bytes,
            why.intended,
            points,
            seen.server_seconds,
            seen.waited + made - start,
            seen.busy,
            seen.sends,
            why.step,
            why.worker,
            self._name,
            seen.stations(),
        )
        if error is not None:
            error._in_records = True  # type: ignore[attr-defined]  # noqa: SLF001 - a mark of ours
            # An answer came, and is no JSON, or has not the form that it should have.
            if isinstance(error, ValueError) and seen.response_bytes:
                error._unreadable = True  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        self._append(RecordedCall(record, error, caller.get()))

    @staticmethod
    def _outcome(error: BaseException, why: Occasion, seconds: float) -> Outcome:
        outcome = outcome_of(error)
        left = outcome is Outcome.CANCELLED and 0 < why.give_up <= seconds + _TIMER_SLACK
        return Outcome.GAVE_UP if left else outcome


_OK = Outcome.OK
#: What a timer may be early, in seconds: uvloop's are whole milliseconds.
_TIMER_SLACK = 0.002


def _recorded(
    method: Callable[..., Any], watch: _Watch, clock: Callable[[], float]
) -> Callable[..., Any]:
    """Return `method`, recorded; a call inside of another call is part of that one.

    Args:
        method: coroutine function or plain function.
        watch: what makes its records.
        clock: how long a plain function occupies its thread.
    """

    @functools.wraps(method)
    async def recorded_async(self: object, *args: object, **kwargs: object) -> object:
        if current.get() is not None:
            return await method(self, *args, **kwargs)
        turns = turns_of(asyncio.get_running_loop())
        follows = turns.follows()
        seen = LoopExchange(watch.protocol, turns) if follows else Exchange(watch.protocol)
        token = current.set(seen)
        answer, error = None, None
        try:
            call = method(self, *args, **kwargs)
            answer = await (in_steps(call, seen) if isinstance(seen, LoopExchange) else call)
        except BaseException as raised:
            error = raised
            raise
        finally:
            if follows:
                turns.leave()
            current.reset(token)
            watch.end(seen, args, kwargs, answer, error)
            error = None  # it has this frame, and the two would keep each other
        return answer

    @functools.wraps(method)
    def recorded(self: object, *args: object, **kwargs: object) -> object:
        if current.get() is not None:
            return method(self, *args, **kwargs)
        seen = FollowedExchange(watch.protocol, clock)
        token = current.set(seen)
        answer, error = None, None
        try:
            answer = method(self, *args, **kwargs)
        except BaseException as raised:
            error = raised
            raise
        finally:
            current.reset(token)
            watch.end(seen, args, kwargs, answer, error)
            error = None  # it has this frame, and the two would keep each other
        return answer

    return recorded_async if inspect.iscoroutinefunction(method) else recorded


def points_returned(answer: object) -> int:
    """Return the number of points, or hits, in what a method of the client returned."""
    if isinstance(answer, models.QueryResponse):
        return len(answer.points)
    if isinstance(answer, list) and answer:
        # All of one kind: points, answers of a batch, or something that is neither.
        if isinstance(answer[0], (models.Record, models.ScoredPoint)):
            return len(answer)
        return sum(map(points_returned, answer))
    if isinstance(answer, tuple) and answer:
        # A page of `scroll`, and where the next one begins.
        return points_returned(answer[0])
    if isinstance(answer, models.GroupsResult):
        return sum(len(group.hits) for group in answer.groups)
    return 0


def points_written(points: object) -> int:
    """Return the number of points in the argument `points` of a write.

    Zero where only the server can tell, as for a filter, or for a generator.
    """
    if isinstance(points, models.Batch):
        return len(points.ids)
    if isinstance(points, models.PointIdsList):
        return len(points.points)
    return len(points) if isinstance(points, Sized) else 0
