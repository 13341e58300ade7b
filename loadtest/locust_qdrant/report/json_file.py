"""The report as data."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.errors import UsageError
from locust_qdrant.report.contents import comparison

if TYPE_CHECKING:
    from locust_qdrant.report.contents import PathReport, Report

#: Raised whenever a key changes its meaning or goes away.
FORMAT_VERSION = 1

_PACKAGES = ("flake8-qdrant", "qdrant-client", "locust", "httpx", "grpcio")


def check_writable(path: Path) -> None:
    """Make sure that a report can be written to `path` later; leaves nothing there.

    Raises:
        UsageError: it cannot.
    """
    if path.is_dir():
        raise UsageError(f"--json {str(path)!r} is a folder: give the name of a file.")
    try:
        if path.exists():
            with path.open("a"):
                return
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise UsageError(
            f"--json {str(path)!r} cannot be written ({error.strerror}): give another file."
        ) from error


def write_json(report: Report, settings: dict[str, Any], path: Path) -> None:
    """Write `report` to `path`, whole or not at all.

    Raises:
        UsageError: it cannot be written any more.
    """
    text = json.dumps(as_data(report, settings), indent=2) + "\n"
    try:
        _write(text, path)
    except OSError as error:
        raise UsageError(
            f"--json {str(path)!r} could not be written after the run ({error.strerror})."
        ) from error


def _write(text: str, path: Path) -> None:
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")  # a device or a pipe, which cannot be replaced
        return
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=path.name, delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    Path(file.name).chmod(0o666 & ~_umask())
    Path(file.name).replace(path)


def as_data(report: Report, settings: dict[str, Any]) -> dict[str, Any]:
    """Return `report` as what JSON knows; times in seconds, sizes in bytes."""
    return {
        "format": FORMAT_VERSION,
        "verdict": report.verdict.value,
        "warnings": report.warnings,
        "interrupted": report.interrupted,
        "title": report.title,
        "server": report.server,
        "settings": settings,
        "versions": {name: version(name) for name in _PACKAGES}
        | {"python": platform.python_version()},
        "notes": list(report.notes),
        "paths": [_path_data(path) for path in report.paths],
        "comparison": [line._asdict() | {"ratio": line.ratio} for line in comparison(report.paths)],
    }


def _path_data(path: PathReport) -> dict[str, Any]:
    result = path.result
    return {
        "path": result.path,
        "seconds": result.traffic.seconds,
        "cpu_seconds": result.traffic.cpu_seconds,
        "operations": [asdict(line) for line in path.figures],
        "loop_lag": None if result.lag is None else result.lag._asdict(),
        "read_back": None if result.audit is None else asdict(result.audit),
        "checks": [asdict(check) for check in path.checks],
    }


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
