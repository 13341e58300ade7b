"""The report of a service test as data: times in seconds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from locust_qdrant.checks import overall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.checks.interface import CheckResult
    from locust_qdrant.targets.http.blame import BlamedLine
    from locust_qdrant.targets.http.result import GroupResult, ServiceResult
    from locust_qdrant.targets.http.tally import EndpointTally, Latencies

#: Raised whenever a key changes its meaning or goes away.
FORMAT_VERSION = 1


def as_text(data: object) -> str:
    """Return `data` as JSON, readable and ending with a line break."""
    return json.dumps(data, indent=2) + "\n"


def as_data(result: ServiceResult, checks: Sequence[CheckResult]) -> dict[str, Any]:
    """Return the report as what JSON knows."""
    return {
        "format": FORMAT_VERSION,
        "verdict": overall(checks).value,
        "interrupted": result.interrupted,
        "title": result.title,
        "service": result.service,
        "qdrant": result.qdrant,
        "started": result.started,
        "versions": dict(result.versions),
        "machine": dict(result.machine),
        "load": asdict(result.load),
        "notes": list(result.notes),
        "groups": [_group(group) for group in result.groups],
        "side_by_side": [
            {
                "group": side.group.name,
                "throughput": side.throughput and side.throughput._asdict(),
                "heartbeat_p99": side.heartbeat and side.heartbeat._asdict(),
            }
            for side in result.sides
        ],
        "checks": [asdict(check) for check in checks],
    }


def _group(group: GroupResult) -> dict[str, Any]:
    arrivals = [asdict(each.turn.arrivals) for each in group.rounds if each.turn.arrivals]
    return {
        "name": group.name,
        "seconds": group.seconds,
        "endpoints": [
            {"name": name, **_tally(tally, group.rate(tally))}
            for name, tally in group.tallies.items()
        ],
        "total": _tally(group.total, group.rate(group.total)),
        "arrivals": {key: sum(each[key] for each in arrivals) for key in arrivals[0]}
        if arrivals
        else None,
        "rates": group.rates,
        "heartbeat": group.heartbeat and _latencies(group.heartbeat),
        "heartbeats_lost": sum(each.turn.heartbeats_lost for each in group.rounds),
        "heartbeat_p99s": group.heartbeat_p99s,
        "loop_lag": group.lag and _latencies(group.lag),
        "held_share": None if group.probed_seconds is None else group.held_share,
        "starved_share": None if group.probed_seconds is None else group.starved_share,
        "blame": [_blame(line) for line in group.lines],
    }


def _tally(tally: EndpointTally, rate: float) -> dict[str, Any]:
    return {
        "requests": tally.requests,
        "failures": tally.failures,
        "rate": rate,
        "statuses": {str(status): tally.statuses[status] for status in sorted(tally.statuses)},
        "broken": dict(tally.broken),
        "examples": {str(status): body for status, body in sorted(tally.examples.items())},
        "latency": _latencies(tally.latencies),
        "service_time": _latencies(tally.service_times),
    }


def _latencies(latencies: Latencies) -> dict[str, float]:
    return {
        "count": latencies.count,
        "mean": latencies.mean,
        **{f"p{percent}": latencies.percentile(percent) for percent in (50, 95, 99)},
        "max": latencies.worst,
    }


def _blame(line: BlamedLine) -> dict[str, Any]:
    return {**asdict(line), "waits": line.waits}
