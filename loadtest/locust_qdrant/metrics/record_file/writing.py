"""Write the record file of a run while it goes on."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO, cast

from locust_qdrant.metrics.record_file.lines import FORMAT_VERSION, as_object, requests_text
from locust_qdrant.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Lateness, PathResult, Run

# A flush costs a compressed file some of its size; a file that was cut off lacks this much.
_FLUSH_SECONDS = 1.0
# The fastest: the traffic shares a processor core with the compression.
_GZIP_LEVEL = 1


class RecordWriter:
    """Streams the records of a run into a file; for one thread.

    The file comes into being with the first records, and replaces one of the same name.

    Args:
        path: where to; compressed if the name ends in `.gz`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._header: Run | None = None
        self._written: dict[str, int] = {}
        self._flushed = 0.0

    def begin(self, header: Run) -> None:
        """Note what is known before the traffic; paths and notes are not looked at."""
        self._header = header

    def add(self, path: str, records: Sequence[Record]) -> None:
        """Write new records of the path of that name.

        Raises:
            OSError: the file cannot be written.
        """
        self._write(requests_text(path, records))
        self._written[path] = self._written.get(path, 0) + len(records)

    def finish(self, run: Run) -> None:
        """Write all that is known in the end, and close the file.

        The records of a path are written here if none of them was added before; else all of them
        must have been.

        Raises:
            OSError: the file cannot be written.
        """
        if self._header is None:
            self._header = run
        for path in run.paths:
            if path.path not in self._written:
                self.add(path.path, path.traffic.records)
            self._write(map(_text, _lines_of(path)))
        self._write([_text({"kind": "end", "notes": list(run.notes)})])
        self.close()

    def close(self) -> None:
        """Close the file; without `finish`, it then reads as a run that was interrupted."""
        if self._file is not None:
            self._file.close()

    def _write(self, lines: Iterable[str]) -> None:
        if self._file is None:
            self._file = _open(self._path)
            if self._header is None:
                raise RuntimeError("RecordWriter.begin comes first.")
            header = as_object(replace(self._header, notes=()))
            self._file.write(redact(_text({"kind": "run", "format": FORMAT_VERSION} | header)))
        self._file.writelines(map(redact, lines))
        if time.monotonic() - self._flushed >= _FLUSH_SECONDS:
            self._flushed = time.monotonic()
            self._file.flush()


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast("TextIO", gzip.open(path, "wt", compresslevel=_GZIP_LEVEL, encoding="utf-8"))
    return path.open("w", encoding="utf-8")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _text(line: dict[str, Any]) -> str:
    return _encode(line) + "\n"


def _lines_of(path: PathResult) -> Iterator[dict[str, Any]]:
    traffic = path.traffic
    for kind, samples in (("tick", traffic.lag_over_time), ("beat", traffic.heartbeat)):
        for sample in samples:
            yield {"kind": kind, "path": path.path} | as_object(sample)
    for phase in traffic.phases:
        yield {"kind": "phase", "path": path.path} | as_object(phase)
    yield {"kind": "path", "requests": traffic.requests.count} | _result(path)


def _result(path: PathResult) -> dict[str, Any]:
    """Return the line of `path`; its lags are in it only if the ticks do not hold the same."""
    traffic = as_object(path.traffic)
    if _same(path.traffic.lag, path.traffic.lag_over_time):
        del traffic["lag"]
    return as_object(path) | {"traffic": traffic}


def _same(lags: Sequence[float], ticks: Sequence[Lateness]) -> bool:
    return sorted(lags) == sorted(tick.seconds for tick in ticks)
