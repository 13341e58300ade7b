"""What was seen inside a service under test: how late its loop was, and which lines held it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant.probe.frames import stands_in_a_wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class BlamedLine:
    """A line of the user's own code that held the loop.

    Attributes:
        file: relative to the project's root.
        line: number of the line, from 1.
        function: the function that it stands in.
        samples: how often the loop was seen held by it.
        seconds: for how long altogether.
        longest: for how long at a stretch, in seconds.
        library: the frame of a library under it, in words; empty if there is none.
        stack: the whole stack that was seen for the longest time, outermost frame first.
        source: the text of the line; empty where it cannot be read.
    """

    file: str
    line: int
    function: str
    samples: int
    seconds: float
    longest: float
    library: str
    stack: tuple[str, ...]
    source: str

    @property
    def waits(self) -> bool:
        """Whether it waited for something, such as an answer; else it computed."""
        return stands_in_a_wait(self.stack)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class ServiceSeen:
    """What was seen inside a service while the traffic of one path ran.

    Attributes:
        most_held: largest share of the time, 0 to 1, in which lines may hold the loop.
        longest_hold: seconds for which one line may hold the loop at a stretch.
        probed_seconds: for how long a probe looked; zero where there was none.
        starved: for how many of them the loop's thread was ready and got no processor; zero where
            nobody tells.
        lag_p50: half of what was due on the loop was no later, in seconds.
        lag_p99: 99 % of what was due was no later.
        lag_max: the latest.
        lines: the lines that held the loop, that with the longest time first.
        died: how the service ended while it was tested, with its last words; empty if it lived.
    """

    most_held: float
    longest_hold: float
    probed_seconds: float = 0.0
    starved: float = 0.0
    lag_p50: float = 0.0
    lag_p99: float = 0.0
    lag_max: float = 0.0
    lines: Sequence[BlamedLine] = ()
    died: Sequence[str] = ()

    @property
    def held_share(self) -> float:
        """Share of the time, 0 to 1, in which lines held the loop."""
        held = sum(line.seconds for line in self.lines)
        return held / self.probed_seconds if self.probed_seconds else 0.0

    @property
    def starved_share(self) -> float:
        """Share of the time, 0 to 1, in which the loop's thread was ready and got no processor."""
        return self.starved / self.probed_seconds if self.probed_seconds else 0.0


def merge_lines(lines: Iterable[BlamedLine]) -> list[BlamedLine]:
    """Return lines of several spans of time, each once, that with the longest time first."""
    merged: dict[tuple[str, int, str], BlamedLine] = {}
    for line in lines:
        key = (line.file, line.line, line.function)
        before = merged.get(key)
        if before is None:
            merged[key] = line
            continue
        typical = line if line.seconds > before.seconds else before
        merged[key] = BlamedLine(
            *key,
            samples=before.samples + line.samples,
            seconds=before.seconds + line.seconds,
            longest=max(before.longest, line.longest),
            library=typical.library,
            stack=typical.stack,
            source=line.source,
        )
    return sorted(merged.values(), key=lambda line: -line.seconds)
