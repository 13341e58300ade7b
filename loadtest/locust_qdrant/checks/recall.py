"""Recall: the queries find what an exact search finds, while writes go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult, Recall

#: An HNSW index with Qdrant's defaults stays above; a threshold of the workload can ask for more.
LEAST_RECALL = 0.90


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when the mean recall is below 0.9; silent where it was not measured."""
    recall = result.recall
    if recall is None:
        return
    limit = f"mean at least {LEAST_RECALL:g}"
    if not recall.queries:
        nothing = "no query was compared: the traffic was too short, or the answers were empty"
        evidence = (recall.unreadable or nothing,)
        yield CheckResult("recall", "not measured", limit, Verdict.NOT_MEASURED, evidence)
        return
    failed = recall.mean < LEAST_RECALL
    what_now = (
        "no index is to blame, so the answers themselves are wrong, or rescore quantised vectors"
        if recall.indexed == 0
        else "raise `hnsw_ef` or `m`, rescore quantised vectors, or look for lost points"
    )
    why = (
        f"queries miss {1 - recall.mean:.0%} of the {recall.k} nearest points that an exact search "
        f"finds: {what_now}"
    )
    yield CheckResult(
        name=f"recall@{recall.k}",
        figure=_figure(recall),
        limit=limit,
        verdict=Verdict.FAILED if failed else Verdict.PASSED,
        evidence=(why,) if failed else (),
    )


def _figure(recall: Recall) -> str:
    figure = f"mean {recall.mean:.3f}, worst {recall.worst:.3f}, in {recall.queries:,} queries"
    if recall.failed:
        figure += f", {recall.failed:,} more failed"
    if recall.indexed == 0:
        return f"{figure}; every search was exact, since nothing was indexed"
    return figure
