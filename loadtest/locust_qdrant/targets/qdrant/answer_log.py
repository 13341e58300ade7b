"""Every answer of the traffic is looked at: does it hold what it must, and nothing else?

A search through an index may miss points. So an answer that is short is asked for once more,
exactly, before it is called wrong; that request is no part of the traffic, and nobody records it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from locust_qdrant.client.exchange import Exchange, current
from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.metrics.results import Answers
from locust_qdrant.targets.qdrant.expectation import Flaw, exactly, examine, lists_of_hits

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.checks.interface import AnswerCheck
    from locust_qdrant.targets.qdrant import Request
    from locust_qdrant.targets.qdrant.expectation import Expected, Found, Hit


_MOST_EXAMPLES = 3
#: Seconds between two look-ups of ids in a collection that others write, too.
_LOOK_UP_SECONDS = 0.05
#: ValueError: an answer that is no JSON, or not of the form that it should have.
_NO_ANSWER = (*SERVER_FAILURES, ValueError)


class _Call(NamedTuple):
    """A call of a client: its method and keyword arguments."""

    method: str
    arguments: Mapping[str, Any]


class AnswerLog:
    """What was seen of the answers in one process; any thread may add.

    Args:
        is_own: tells whether this run wrote the point of an id.
        shared: whether the collection has points of others, too. Ids that are not of this run are
            looked up then, some of them, and are inventions if the server does not know them.
        checks: what else looks at each answer.
    """

    def __init__(
        self,
        is_own: Callable[[object], bool],
        *,
        shared: bool = False,
        checks: Sequence[AnswerCheck] = (),
    ) -> None:
        self._is_own = is_own
        self._shared = shared
        self._checks = checks
        self._lock = threading.Lock()
        self._counts: dict[str, _Counts] = {}
        self._looked_up = 0.0

    def take(self) -> list[Answers]:
        """Return what was seen since the last time, an entry for each operation."""
        with self._lock:
            counts, self._counts = self._counts, {}
        return [each.result(name) for name, each in sorted(counts.items())]

    async def look_async(
        self, operation: str, request: Request, answer: object, client: AsyncQdrantClient
    ) -> None:
        """Look at the answer to `request`, and ask again where only that tells."""
        steps = self._look(operation, request, answer)
        call = next(steps, None)
        while call is not None:
            with _unrecorded():
                call = _next(steps, await _ask_async(client, call))

    def look(self, operation: str, request: Request, answer: object, client: QdrantClient) -> None:
        """Do the same in a thread, with a client that blocks."""
        steps = self._look(operation, request, answer)
        call = next(steps, None)
        while call is not None:
            with _unrecorded():
                call = _next(steps, _ask(client, call))

    def _look(
        self, operation: str, request: Request, answer: object
    ) -> Generator[_Call, Any, None]:
        """Note what is seen in an answer; yields the calls that it takes to be sure."""
        lists = _lists(answer, request.expects)
        complaints = [check(operation, request.arguments, answer) for check in self._checks]
        if len(lists_of_hits(answer)) != len(request.expects):
            complaints.append(Flaw.MISCOUNTED.value)
        strangers = self._strangers(lists) if self._is_due() else set()
        try:
            missing = yield from _missing(request, strangers)
        except _NO_ANSWER:
            missing = set()
        first = self._examined(lists, request.expects, missing)
        doubted = [
            place
            for place, (found, expected) in enumerate(zip(first, request.expects, strict=True))
            if (found.flaw is Flaw.SHORT and expected.approximate)
            or (found.flaw is Flaw.INVENTED and self._shared)
        ]
        second: list[Found] | None = None
        if doubted:
            try:
                second = yield from self._asked_again(request)
            except _NO_ANSWER:
                second = None
        with self._lock:
            counts = self._counts.setdefault(operation, _Counts())
            for place, found in enumerate(first):
                if place not in doubted:
                    counts.add(found)
                elif second is None:
                    counts.add_unconfirmed(found)
                else:
                    counts.add_asked_again(found, second[place])
            for complaint in filter(None, complaints):
                counts.add_complaint(complaint)

    def _asked_again(self, request: Request) -> Generator[_Call, Any, list[Found]]:
        again = yield _Call(request.method, exactly(request.arguments))
        lists = _lists(again, request.expects)
        missing = yield from _missing(request, self._strangers(lists))
        return self._examined(lists, request.expects, missing)

    def _examined(
        self, lists: Sequence[Sequence[Hit]], expects: Sequence[Expected], missing: set[object]
    ) -> list[Found]:
        is_own = (lambda each: each not in missing) if self._shared else self._is_own
        return [
            examine(hits, expected, is_own) for hits, expected in zip(lists, expects, strict=True)
        ]

    def _strangers(self, lists: Iterable[Sequence[Hit]]) -> set[object]:
        if not self._shared:
            return set()
        return {hit.id for hits in lists for hit in hits if not self._is_own(hit.id)}

    def _is_due(self) -> bool:
        moment = time.monotonic()
        if not self._shared or moment < self._looked_up + _LOOK_UP_SECONDS:
            return False
        self._looked_up = moment
        return True


class _Counts:
    """What was seen of the answers of one operation."""

    def __init__(self) -> None:
        self._seen = self._telling = self._approximate = self._unconfirmed = 0
        self._wrong: Counter[str] = Counter()
        self._examples: list[str] = []

    def add(self, found: Found) -> None:
        self._seen += 1
        self._telling += found.is_evidence
        if found.flaw is None:
            return
        self._wrong[found.flaw.value] += 1
        example = _in_words(found)
        if len(self._examples) < _MOST_EXAMPLES and example not in self._examples:
            self._examples.append(example)

    def add_asked_again(self, found: Found, again: Found) -> None:
        """Add an answer that was asked for once more, exactly: that one counts."""
        self.add(again)
        self._approximate += found.flaw is Flaw.SHORT and again.flaw is None

    def add_unconfirmed(self, found: Found) -> None:
        """Add a doubtful answer that could not be asked for again."""
        self._seen += 1
        self._telling += found.is_evidence
        self._unconfirmed += 1

    def add_complaint(self, complaint: str) -> None:
        """Add what a check of the user's said."""
        self._wrong[complaint] += 1

    def result(self, operation: str) -> Answers:
        return Answers(
            operation=operation,
            seen=self._seen,
            telling=self._telling,
            approximate=self._approximate,
            unconfirmed=self._unconfirmed,
            wrong=dict(self._wrong),
            examples=tuple(self._examples),
        )


def merge(parts: Iterable[Answers]) -> list[Answers]:
    """Return what several processes, or several turns, saw, an entry for each operation."""
    whole: dict[str, Answers] = {}
    for part in parts:
        known = whole.get(part.operation, Answers(part.operation))
        whole[part.operation] = Answers(
            operation=part.operation,
            seen=known.seen + part.seen,
            telling=known.telling + part.telling,
            approximate=known.approximate + part.approximate,
            unconfirmed=known.unconfirmed + part.unconfirmed,
            wrong=dict(Counter(known.wrong) + Counter(part.wrong)),
            examples=(*known.examples, *part.examples)[:_MOST_EXAMPLES],
        )
    return [whole[name] for name in sorted(whole)]


def _in_words(found: Found) -> str:
    if found.flaw is Flaw.INVENTED and found.strangers:
        return f"point {found.strangers[0]!r}"
    if found.example is not None:
        return f"point {found.example!r}"
    return f"{found.hits:,} hits where at least {found.least:,} had to be found"


def _lists(answer: object, expects: Sequence[Expected]) -> list[Sequence[Hit]]:
    """Return a list of hits for each that is expected; one that did not come is empty."""
    lists = lists_of_hits(answer)[: len(expects)]
    return [*lists, *([()] * (len(expects) - len(lists)))]


def _missing(request: Request, points: set[object]) -> Generator[_Call, Any, set[object]]:
    """Return those of `points` that the server does not have."""
    if not points:
        return set()
    collection = request.arguments["collection_name"]
    arguments = {"collection_name": collection, "ids": list(points), "with_payload": False}
    there = yield _Call("retrieve", arguments)
    return points - {each.id for each in there}


async def _ask_async(client: AsyncQdrantClient, call: _Call) -> object:
    """Return what the server answers, or the error that came instead."""
    try:
        return await getattr(client, call.method)(**call.arguments)
    except _NO_ANSWER as error:
        return error


def _ask(client: QdrantClient, call: _Call) -> object:
    try:
        return getattr(client, call.method)(**call.arguments)
    except _NO_ANSWER as error:
        return error


def _next(steps: Generator[_Call, Any, None], outcome: object) -> _Call | None:
    """Hand over what came of a call, and return the next one; None at the end."""
    try:
        return steps.throw(outcome) if isinstance(outcome, Exception) else steps.send(outcome)
    except StopIteration:
        return None


@contextmanager
def _unrecorded() -> Iterator[None]:
    """Let calls be part of one that nobody records."""
    token = current.set(Exchange(""))
    try:
        yield
    finally:
        current.reset(token)
