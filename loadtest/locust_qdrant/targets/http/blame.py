"""What the probe in a service saw: how late the loop was, and which lines held it."""

from __future__ import annotations

import linecache
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from locust_qdrant.probe.profile import HeldLine
from locust_qdrant.probe.waiting import stands_in_a_wait

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from locust_qdrant.probe.profile import LoopLagFigures, Profile
    from locust_qdrant.targets.http.tally import Latencies


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
class Held:
    """What the probe saw in a span of time.

    Attributes:
        seconds: how long it looked.
        starved: for how many of them the loop's thread was ready and got no processor; zero where
            nobody tells.
        lag: how late the loop was; None where that is not known for this span.
        lines: the lines that held the loop, that with the longest time first.
    """

    seconds: float
    starved: float
    lag: Latencies | None
    lines: tuple[BlamedLine, ...]


def merge_lines(spans: Sequence[Held]) -> list[BlamedLine]:
    """Return the lines of several spans, each once, that with the longest time first."""
    merged: dict[tuple[str, int, str], BlamedLine] = {}
    for line in (line for span in spans for line in span.lines):
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


def difference(after: Held, before: Held) -> Held:
    """Return what was seen between two looks at one probe.

    The longest hold of a line is known only where it grew; elsewhere the time of the span is an
    upper bound.
    """
    known = {(line.file, line.line, line.function): line for line in before.lines}
    lines = []
    for line in after.lines:
        old = known.get((line.file, line.line, line.function))
        if old is None:
            lines.append(line)
        elif line.samples > old.samples:
            seconds = line.seconds - old.seconds
            longest = line.longest if line.longest > old.longest else min(old.longest, seconds)
            lines.append(
                replace(line, samples=line.samples - old.samples, seconds=seconds, longest=longest)
            )
    return Held(after.seconds - before.seconds, after.starved - before.starved, None, tuple(lines))


def lines_of(profile: Profile, root: Path) -> tuple[BlamedLine, ...]:
    """Return the lines of a profile of the project at `root`."""
    return tuple(
        BlamedLine(
            file=line.file,
            line=line.line,
            function=line.function,
            samples=line.samples,
            seconds=line.milliseconds / 1000,
            longest=line.longest_milliseconds / 1000,
            library=line.library_frame,
            stack=line.stack,
            source=linecache.getline(str(root / line.file), line.line).strip(),
        )
        for line in profile.lines
    )


def as_profile(spans: Sequence[Held], last: Profile, lag: LoopLagFigures) -> Profile:
    """Return several spans as one profile; `lines_of` reads it.

    Args:
        spans: what was seen, a span after the other.
        last: the profile of one of them, for what is the same in all.
        lag: how late the loop was in all of them.
    """
    return replace(
        last,
        seconds=sum(span.seconds for span in spans),
        starved=sum(span.starved for span in spans) * 1000,
        lag=lag,
        lines=tuple(
            HeldLine(
                file=line.file,
                line=line.line,
                function=line.function,
                samples=line.samples,
                milliseconds=line.seconds * 1000,
                longest_milliseconds=line.longest * 1000,
                library_frame=line.library,
                stack=line.stack,
            )
            for line in merge_lines(spans)
        ),
    )
