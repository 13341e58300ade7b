"""The report as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from locust_qdrant.report.contents import comparison

if TYPE_CHECKING:
    from locust_qdrant.report.contents import PathReport, Report

#: Raised whenever a key changes its meaning or goes away.
FORMAT_VERSION = 2


def render(report: Report) -> str:
    """Return `report` as JSON."""
    return json.dumps(as_data(report), indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """Return `report` as what JSON knows; times in seconds, sizes in bytes."""
    run = report.run
    return {
        "format": FORMAT_VERSION,
        "verdict": report.verdict.value,
        "warnings": report.warnings,
        "invalid": list(report.invalid),
        "interrupted": run.interrupted,
        "title": run.title,
        "server": run.server,
        "command": run.command,
        "started": run.started,
        "workload": dict(run.workload),
        "versions": dict(run.versions),
        "machine": dict(run.machine),
        "notes": list(run.notes),
        "paths": [_path_data(path) for path in report.paths],
        "comparison": [line._asdict() | {"ratio": line.ratio} for line in comparison(report.paths)],
    }


def _path_data(path: PathReport) -> dict[str, Any]:
    result, traffic = path.result, path.result.traffic
    parts = {
        "arrivals": traffic.arrivals,
        "ledger": result.audit,
        "recall": result.recall,
        "leftovers": result.leftovers,
    }
    return {
        "path": result.path,
        "seconds": path.counted.traffic.seconds,
        "cpu_seconds": traffic.cpu_seconds,
        "cpu_by_worker": {str(worker): cpu for worker, cpu in traffic.cpu_by_worker.items()},
        "connections_opened": traffic.connections_opened,
        "operations": [asdict(line) for line in path.figures],
        "phases": [
            asdict(phase) | {"seconds": seconds, "figures": asdict(line)}
            for phase, seconds, line in path.phases
        ],
        "loop_lag": None if path.counted.lag is None else path.counted.lag._asdict(),
        "answers": [asdict(each) for each in result.answers],
        **{name: None if part is None else asdict(part) for name, part in parts.items()},
        "breakdown": {
            "bands": [band._asdict() for band in path.breakdown.bands],
            "untold": list(path.breakdown.untold),
            "advice": path.breakdown.advice,
        },
        "checks": [asdict(check) for check in path.checks],
    }
