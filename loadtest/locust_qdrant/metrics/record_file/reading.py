"""Read the record file of a run, also of one that was cut off."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from locust_qdrant.config.model import Threshold
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.record_file.lines import (
    FORMAT_VERSION,
    LineError,
    from_object,
    record_of,
)
from locust_qdrant.metrics.results import Lateness, PathResult, Phase, Run, Traffic
from locust_qdrant.probe.loop_lag import LagSummary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from locust_qdrant.metrics.record import Record

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_CHUNK_BYTES = 1 << 20

_CUT_OFF = (
    "The record file ends before the run did: this is what it holds. What is known only at the end "
    "of a run is missing: the loop's lag, the heartbeat, recall, the ledger and what was left open."
)


def read(path: Path) -> Run:
    """Return the run that the record file `path` holds.

    A file that was cut off, with half a last line or without an `end`, reads as a run that was
    interrupted; a note says so.

    Raises:
        UsageError: there is no such file, it is no record file, or one of another version.
    """
    contents = _Contents()
    number = 0
    try:
        for line in _lines(path):
            number += 1
            contents.take(_object(line))
    except LineError as error:
        raise UsageError(f"{path}, line {number}: {error}.") from error
    except zlib.error as error:
        raise UsageError(
            f"{path}: the compressed data are damaged after line {number} ({error})."
        ) from error
    except OSError as error:
        raise UsageError(
            f"the record file {str(path)!r} cannot be read ({error.strerror or error}): give one "
            "that `locust-qdrant run --record` wrote."
        ) from error
    if contents.header is None:
        raise UsageError(
            f"{path} is empty or no record file: give one that `locust-qdrant run --record` wrote."
        )
    try:
        return contents.run(contents.header)
    except LineError as error:
        raise UsageError(f"{path}, line 1: {error}.") from error


@dataclass
class _PathContents:
    """What the lines of one path hold."""

    records: list[Record] = field(default_factory=list)
    ticks: list[Lateness] = field(default_factory=list)
    beats: list[Lateness] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    result: dict[str, Any] | None = None
    place: float = math.inf


@dataclass
class _Contents:
    """What the lines so far hold."""

    header: Run | None = None
    paths: dict[str, _PathContents] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ended: bool = False

    def take(self, line: dict[str, Any]) -> None:
        """Take in one line.

        Raises:
            LineError: it is not as it has to be.
        """
        if self.ended:
            raise LineError("nothing may follow the end")
        kind = line.pop("kind", None)
        if self.header is None:
            self.header = _header(kind, line)
        elif kind == "end":
            self.notes = tuple(line.pop("notes", ()))
            self.ended = True
            _nothing_left(line)
        elif kind == "path":
            # Built at once, so that an error names this line, and again when all is known.
            _built(line)
            path = self._of(line.get("path"))
            path.result, path.place = (
                line,
                sum(each.place < math.inf for each in self.paths.values()),
            )
        else:
            path = self._of(line.pop("path", None))
            if kind == "request":
                path.records.append(record_of(line))
            elif kind == "tick":
                path.ticks.append(from_object(Lateness, line))
            elif kind == "beat":
                path.beats.append(from_object(Lateness, line))
            elif kind == "phase":
                path.phases.append(from_object(Phase, line))
            else:
                raise LineError(f"there is no line of kind {kind!r} in format {FORMAT_VERSION}")

    def run(self, header: Run) -> Run:
        """Return what was read as a run."""
        # Results come in the run's order, requests as they happened; the sort keeps that of others.
        ordered = sorted(self.paths.items(), key=lambda item: item[1].place)
        paths = [_path_result(name, path, header) for name, path in ordered]
        notes = [*self.notes, *_missing(self.paths.values())]
        if not self.ended:
            notes.append(_CUT_OFF)
            paths = [
                replace(path, traffic=replace(path.traffic, interrupted=True)) for path in paths
            ]
        return replace(header, paths=tuple(paths), notes=tuple(notes))

    def _of(self, name: object) -> _PathContents:
        if not isinstance(name, str):
            raise LineError("the key 'path' is missing")
        return self.paths.setdefault(name, _PathContents())


def _header(kind: object, line: dict[str, Any]) -> Run:
    if kind != "run":
        raise LineError(
            "a record file begins with a line of kind 'run': give one that `locust-qdrant run "
            "--record` wrote"
        )
    version = line.pop("format", None)
    if version != FORMAT_VERSION:
        raise LineError(
            f"the file has format {version}, and this version of locust-qdrant reads format "
            f"{FORMAT_VERSION}: use the version that wrote it"
        )
    return from_object(Run, line, paths=())


def _built(line: Mapping[str, Any]) -> PathResult:
    rest = dict(line)
    rest.pop("requests", None)
    traffic = rest.pop("traffic", None)
    if not isinstance(traffic, dict):
        raise LineError("the key 'traffic' is missing")
    lag = {"lag": ()} if "lag" not in traffic else {}
    return from_object(PathResult, rest, traffic=from_object(Traffic, traffic, records=(), **lag))


def _path_result(name: str, path: _PathContents, header: Run) -> PathResult:
    if path.result is None:
        return _unfinished(name, path, header.workload)
    result = _built(path.result)
    traffic = replace(
        result.traffic,
        records=tuple(path.records),
        lag_over_time=tuple(path.ticks),
        heartbeat=tuple(path.beats),
        phases=tuple(path.phases),
    )
    if "lag" not in path.result["traffic"]:
        traffic = replace(traffic, lag=tuple(tick.seconds for tick in path.ticks))
    return replace(result, traffic=traffic)


def _unfinished(name: str, path: _PathContents, workload: Mapping[str, Any]) -> PathResult:
    """Return what a path without a result can tell: its requests, and what was asked for."""
    start = min((record.start for record in path.records), default=0.0)
    end = max((record.end for record in path.records), default=0.0)
    lags = tuple(tick.seconds for tick in path.ticks)
    lag: LagSummary | None = summarise(list(lags)) if lags else None
    return PathResult(
        path=name,
        expected=tuple(str(each.get("name")) for each in _listed(workload, "operations")),
        traffic=Traffic(
            records=tuple(path.records),
            seconds=end - start,
            lag=lags,
            cpu_seconds=0.0,
            phases=tuple(path.phases or _phases(path.records, workload)),
            lag_over_time=tuple(path.ticks),
            heartbeat=tuple(path.beats),
        ),
        lag=lag,
        audit=None,
        thresholds=tuple(from_object(Threshold, each) for each in _listed(workload, "thresholds")),
    )


def _phases(records: list[Record], workload: Mapping[str, Any]) -> Iterator[Phase]:
    """Yield the stages of the workload that have records, as long as these tell."""
    load = workload.get("load")
    for stage in _listed(load if isinstance(load, dict) else {}, "stages"):
        name = str(stage.get("name"))
        times = [(record.start, record.end) for record in records if record.step == name]
        if times:
            yield Phase(
                name=name,
                start=min(start for start, _ in times),
                end=max(end for _, end in times),
                measured=bool(stage.get("measured", True)),
            )


def _listed(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects under `key`, and nothing where there are none."""
    found = data.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _missing(paths: Iterable[_PathContents]) -> Iterator[str]:
    for path in paths:
        if path.result is None:
            continue
        promised = path.result.get("requests", len(path.records))
        if promised != len(path.records):
            yield (
                f"The record file holds {len(path.records):,} of {promised:,} requests of the "
                f"{path.result['path']} path."
            )


def _nothing_left(line: Mapping[str, Any]) -> None:
    for name in line:
        raise LineError(f"unknown key {name!r}")


def _lines(path: Path) -> Iterator[bytes]:
    """Yield each line; what is left of a last one that was cut off is left out."""
    rest = b""
    for chunk in _chunks(path):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    # An object of JSON that was cut off is none.
    if rest.endswith(b"}"):
        try:
            json.loads(rest)
        except ValueError:
            return
        yield rest


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise LineError(
            "this is no JSON: give a file that `locust-qdrant run --record` wrote"
        ) from error
    if not isinstance(value, dict):
        raise LineError("this is no object of JSON")
    return value


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the contents, decompressed where they are; the end of them may be missing."""
    with path.open("rb") as file:
        compressed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        # Not `gzip`: it keeps what it has from a reader when the rest of it was cut off.
        decompress = zlib.decompressobj(_GZIP_WINDOW).decompress if compressed else bytes
        while chunk := file.read(_CHUNK_BYTES):
            yield decompress(chunk)
