"""What every report of a service test says in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.targets.http.heartbeat import INTERVAL

if TYPE_CHECKING:
    from locust_qdrant.targets.http.compare import SideRatio
    from locust_qdrant.targets.http.result import GroupResult

HEARTBEAT = f"heartbeat: an endpoint that does nothing, asked every {INTERVAL * 1000:g} ms"
LAG = "loop lag: how late the loop runs what is due"


def times(group: GroupResult) -> list[tuple[str, tuple[float, float, float]]]:
    """Return heartbeat and loop lag of a group, where measured: name, and p50, p99, max in s."""
    measured = ((HEARTBEAT, group.heartbeat), (LAG, group.lag))
    return [
        (name, (each.percentile(50), each.percentile(99), each.worst))
        for name, each in measured
        if each is not None and each.count
    ]


def ratio_words(ratio: SideRatio | None) -> str:
    """Return a ratio with its interval."""
    if ratio is None:
        return "-"
    if ratio.low is None or ratio.high is None:
        return f"{ratio.ratio:.2f}"
    return f"{ratio.ratio:.2f} [{ratio.low:.2f}, {ratio.high:.2f}]"
