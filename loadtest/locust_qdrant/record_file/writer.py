"""Writing the record file, while a run goes on."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from locust_qdrant.errors import UsageError
from locust_qdrant.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

    from locust_qdrant.results import Lateness, PathResult, Run, Traffic

#: Raised whenever a field changes its meaning or goes away.
FORMAT_VERSION = 1

_RECORD = TypeAdapter(Record)
#: Ticks on one line: long lines are hard to look at.
_TICKS_A_LINE = 500


class RecordWriter:
    """Writes a run as it happens. All calls come from one thread; each leaves whole lines.

    Args:
        path: the file; one that exists is replaced.

    Raises:
        UsageError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._open()

    def begin(self, run: Run) -> None:
        """Write what is known before the traffic: everything of `run` but its paths."""
        self._write(
            kind="run",
            format=FORMAT_VERSION,
            title=run.title,
            server=run.server,
            command=run.command,
            started=run.started,
            versions=dict(run.versions),
            machine=dict(run.machine),
            workload=dict(run.workload),
        )
        self._file.flush()

    def add(self, path: str, records: Sequence[Record]) -> None:
        """Write the requests of a path that have ended since the last call."""
        beginning = f'{{"kind":"request","path":{json.dumps(path)},'
        self._file.writelines(
            f"{beginning}{_RECORD.dump_json(record, exclude_defaults=True).decode()[1:]}\n"
            for record in records
        )
        self._file.flush()

    def finish(self, run: Run) -> None:
        """Write what is known after the traffic, and close the file. Its requests are there."""
        for path in run.paths:
            for kind in ("lag", "heartbeat"):
                ticks = _ticks(path.traffic)[kind]
                for start in range(0, len(ticks), _TICKS_A_LINE):
                    self._write_ticks(kind, path.path, ticks[start : start + _TICKS_A_LINE])
            self._write(kind="path", **_path_as_data(path))
        self._write(kind="end", notes=list(run.notes))
        self._file.close()

    def close(self) -> None:
        """Close a file that was not finished; again, nothing happens."""
        self._file.close()

    def _open(self) -> TextIO:
        try:
            if self._path.suffix == ".gz":
                return cast("TextIO", gzip.open(self._path, "wt", encoding="utf-8"))
            return self._path.open("w", encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"--record {str(self._path)!r} cannot be written ({error.strerror}): give another "
                "file."
            ) from error

    def _write_ticks(self, kind: str, path: str, ticks: Sequence[Lateness]) -> None:
        self._write(
            kind=kind,
            path=path,
            at=[round(tick.at, 4) for tick in ticks],
            seconds=[round(tick.seconds, 6) for tick in ticks],
        )

    def _write(self, **line: object) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")


def _ticks(traffic: Traffic) -> Mapping[str, Sequence[Lateness]]:
    return {"lag": traffic.lag_over_time, "heartbeat": traffic.heartbeat}


def _path_as_data(result: PathResult) -> dict[str, Any]:
    traffic = result.traffic
    parts = {
        "arrivals": traffic.arrivals,
        "audit": result.audit,
        "recall": result.recall,
        "leftovers": result.leftovers,
    }
    return {
        "path": result.path,
        "expected": list(result.expected),
        "seconds": traffic.seconds,
        "cpu_seconds": traffic.cpu_seconds,
        "cpu_by_worker": {str(worker): cpu for worker, cpu in traffic.cpu_by_worker.items()},
        "connections_opened": traffic.connections_opened,
        "task_errors": list(traffic.task_errors),
        "interrupted": traffic.interrupted,
        "has_loop": result.lag is not None,
        "phases": [asdict(phase) for phase in traffic.phases],
        "thresholds": [asdict(threshold) for threshold in result.thresholds],
        **{name: None if part is None else asdict(part) for name, part in parts.items()},
    }
