"""The asynchronous requests of a program: who waited for whom, and how many were under way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .positions import positions

if TYPE_CHECKING:
    from types import FrameType

MANY = 10


@dataclass
class Exchange:
    """One request and its answer.

    Attributes:
        place: File and first line of the awaited call in the program; None for a task's own.
        frame: The call of the function that awaits it.
        points: How many points it stores.
        alone: Whether no other request was under way when it began.
        ended: Whether the answer has arrived.
    """

    place: tuple[str, int] | None
    frame: int
    points: int
    alone: bool
    ended: bool = False


@dataclass
class Traffic:
    """The requests of one run of one program."""

    own: frozenset[str]
    most_under_way: int = 0
    waited: set[tuple[str, int]] = field(default_factory=set)
    stored_one_by_one: set[tuple[str, int]] = field(default_factory=set)
    unawaited_writes: set[tuple[str, int]] = field(default_factory=set)
    _exchanges: list[Exchange] = field(default_factory=list)

    def begin(self, request: Any, body: bytes, frame: FrameType | None) -> Exchange:
        """Note a request that the stack from ``frame`` outwards sends."""
        while frame is not None and frame.f_code.co_filename not in self.own:
            frame = frame.f_back
        place = None
        if frame is not None:
            file = frame.f_code.co_filename
            place = file, positions(file).call(frame.f_lineno)
        under_way = sum(not exchange.ended for exchange in self._exchanges)
        exchange = Exchange(place, id(frame), _points(request, body), alone=not under_way)
        if place is not None and "wait=false" in str(request.url):
            self.unawaited_writes.add(place)
        if place is not None and exchange.alone:
            self._compare(exchange, place)
        self._exchanges.append(exchange)
        self.most_under_way = max(self.most_under_way, under_way + 1)
        return exchange

    def _compare(self, exchange: Exchange, place: tuple[str, int]) -> None:
        before = [other for other in self._exchanges if other.frame == exchange.frame]
        if before:
            self.waited.add(place)
        if exchange.points == 1 and any((o.place, o.points) == (place, 1) for o in before):
            self.stored_one_by_one.add(place)

    def supports(self, code: str, place: tuple[str, int]) -> bool:
        """Say whether what happened fits an advice; that it is good advice cannot be observed.

        Args:
            code: One of the QDR4xx.
            place: File and line that it is given for.

        Raises:
            LookupError: nothing here says yet what would fit a new code.
        """
        places = {
            "QDR401": self.waited,
            "QDR403": self.stored_one_by_one,
            "QDR404": self.unawaited_writes,
        }
        if code == "QDR402":
            return bool(self.crowding())
        if code not in places:
            raise LookupError(f"say in `Traffic.supports` what a run has to show for {code}")
        return place in places[code]

    def crowding(self) -> list[str]:
        """Return a complaint if many requests were under way at once."""
        crowded = self.most_under_way >= MANY
        return [f"{self.most_under_way} requests were under way at once"] if crowded else []


def _points(request: Any, body: bytes) -> int:
    if request.method == "PUT" and request.url.path.endswith("/points"):
        content = json.loads(body)
        return len(content.get("points") or content["batch"]["ids"])
    return 0
