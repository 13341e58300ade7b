"""The report as data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from locust_qdrant.report.contents import comparison

if TYPE_CHECKING:
    from locust_qdrant.report.contents import PathReport, Report

#: Raised whenever a key changes its meaning or goes away; zero may change at any time.
FORMAT_VERSION = 0


def render(report: Report) -> str:
    """Return `report` as JSON."""
    return json.dumps(as_data(report), indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """Return `report` as what JSON knows; times in seconds, sizes in bytes."""
    run = report.run
    return {
        "format": FORMAT_VERSION,
        "kind": "run",
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
        "side_by_side": [
            side._asdict()
            | {
                name: ratio and ratio._asdict()
                for name, ratio in (
                    ("throughput", side.throughput),
                    ("heartbeat_ratio", side.heartbeat_ratio),
                )
            }
            for side in report.sides
        ],
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
        "operations": [asdict(line) | {"unbounded": list(line.unbounded)} for line in path.figures],
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
            "one_in": path.breakdown.one_in,
        },
        "service": _service_data(path),
        "checks": [asdict(check) for check in path.checks],
    }


def _service_data(path: PathReport) -> dict[str, Any] | None:
    seen = path.result.service
    if seen is None:
        return None
    probed = bool(seen.probed_seconds)
    return {
        "probed_seconds": seen.probed_seconds,
        "held_share": seen.held_share if probed else None,
        "starved_share": seen.starved_share if probed else None,
        "loop_lag": {"p50": seen.lag_p50, "p99": seen.lag_p99, "max": seen.lag_max},
        "heartbeat": path.heartbeat and asdict(path.heartbeat),
        "statuses": {
            name: {str(status): count for status, count in sorted(counts.items())}
            for name, counts in sorted(_statuses(path).items())
        },
        "blame": [asdict(line) | {"waits": line.waits} for line in seen.lines],
        "died": list(seen.died),
    }


def _statuses(path: PathReport) -> dict[str, Counter[int]]:
    """Return the number of answers by status code, of each endpoint."""
    seen = path.counted.traffic.requests.measured.statuses
    return {name: Counter() for name in path.result.expected} | dict(seen)
