"""Reading a record file back, also one of a run that was cut off."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from locust_qdrant.errors import UsageError
from locust_qdrant.ledger import Audit
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.record_file.writer import FORMAT_VERSION
from locust_qdrant.records import Record
from locust_qdrant.results import (
    Arrivals,
    Lateness,
    Leftovers,
    PathResult,
    Phase,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.workload.model import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

T = TypeVar("T")

_RECORD = TypeAdapter(Record)
_RECORD_KEYS = {each.name for each in fields(Record)}
_PATH_PARTS: dict[str, type[Any]] = {
    "arrivals": Arrivals,
    "audit": Audit,
    "recall": Recall,
    "leftovers": Leftovers,
}


@dataclass
class _Collected:
    """What the lines said, sorted by path."""

    header: dict[str, Any] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    ticks: dict[tuple[str, str], list[Lateness]] = field(default_factory=lambda: defaultdict(list))
    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] | None = None


def read(path: Path) -> Run:
    """Return the run that a file holds; one that was cut off counts as interrupted.

    Raises:
        UsageError: it cannot be read, is no such file, or has a line that is not as it should be.
    """
    collected = _Collected()
    for number, line in _lines(path):
        try:
            _take(json.loads(line), collected)
        except _LineError as error:  # noqa: PERF203 - the line that is wrong has to be named
            raise UsageError(f"{path}, line {number}: {error}.") from error
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(
                f"{path}, line {number} is no line of a record file: {error!r}."
            ) from error
    if not collected.header:
        raise UsageError(f"{path} is empty: it was made by no run.")
    return _run(collected)


class _LineError(Exception):
    """A line is wrong; the message says how."""


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbers and texts of all whole lines."""
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                if line.endswith("\n"):
                    yield number, line
    except EOFError:
        # A packed file that was cut off ends in the middle of a block.
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no record file: it is no text.") from error


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def _take(line: dict[str, Any], into: _Collected) -> None:
    if not isinstance(line, dict):
        raise _LineError("a line has to be an object")
    kind = line.pop("kind", None)
    if not into.header and kind != "run":
        raise _LineError("this is no record file: it does not begin with a line of the kind 'run'")
    if kind == "run":
        _take_header(line, into)
    elif kind == "request":
        into.records[line.pop("path")].append(_record(line))
    elif kind in {"lag", "heartbeat"}:
        into.ticks[line["path"], kind] += map(Lateness, line["at"], line["seconds"])
    elif kind == "path":
        into.paths[line["path"]] = line
    elif kind == "end":
        into.notes = line["notes"]
    else:
        raise _LineError(f"there is no kind {kind!r}; this version knows those of format 1")


def _take_header(line: dict[str, Any], into: _Collected) -> None:
    version = line.pop("format", None)
    if version != FORMAT_VERSION:
        raise _LineError(
            f"its format is {version!r}, and this version reads format {FORMAT_VERSION}: use the "
            "version of locust-qdrant that wrote it"
        )
    known = {each.name for each in fields(Run)} - {"paths", "notes"}
    _refuse_unknown(line, known)
    into.header = line


def _record(line: dict[str, Any]) -> Record:
    _refuse_unknown(line, _RECORD_KEYS)
    try:
        return _RECORD.validate_python(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise _LineError(f"{key}: {first['msg']}") from error


def _refuse_unknown(line: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(line) - known)
    if unknown:
        raise _LineError(f"unknown key {unknown[0]!r}; allowed are {', '.join(sorted(known))}")


def _run(collected: _Collected) -> Run:
    names = [*collected.paths, *(set(collected.records) - set(collected.paths))]
    return Run(
        **collected.header,
        paths=[_path(name, collected) for name in names],
        notes=collected.notes
        if collected.notes is not None
        else ["The file was cut off: this is what had been recorded until then."],
    )


def _path(name: str, collected: _Collected) -> PathResult:
    records = collected.records.get(name, [])
    said = collected.paths.get(name, {})
    lag = collected.ticks.get((name, "lag"), [])
    parts = {key: _part(part, said.get(key)) for key, part in _PATH_PARTS.items()}
    begin = min((each.start for each in records), default=0.0)
    end = max((each.end for each in records), default=0.0)
    traffic = Traffic(
        records=records,
        seconds=said.get("seconds", end - begin),
        lag=[tick.seconds for tick in lag],
        cpu_seconds=said.get("cpu_seconds", 0.0),
        task_errors=said.get("task_errors", ()),
        interrupted=said.get("interrupted", True),
        phases=[_made(Phase, each) for each in said.get("phases", ())],
        arrivals=parts["arrivals"],
        lag_over_time=lag,
        heartbeat=collected.ticks.get((name, "heartbeat"), []),
        cpu_by_worker={int(key): cpu for key, cpu in said.get("cpu_by_worker", {}).items()},
        connections_opened=said.get("connections_opened"),
    )
    return PathResult(
        path=name,
        expected=tuple(said.get("expected", sorted({each.operation for each in records}))),
        traffic=traffic,
        lag=summarise(list(traffic.lag)) if said.get("has_loop") else None,
        audit=parts["audit"],
        recall=parts["recall"],
        leftovers=parts["leftovers"],
        thresholds=tuple(_made(Threshold, each) for each in said.get("thresholds", ())),
    )


def _part(part: type[T], said: dict[str, Any] | None) -> T | None:
    return None if said is None else _made(part, said)


def _made(part: type[T], said: dict[str, Any]) -> T:
    lists = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    return part(**{**said, **lists})
