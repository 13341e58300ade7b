"""Recall: the queries find what an exact search finds, while writes go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.results import PathResult

#: An HNSW index with Qdrant's defaults stays above; a threshold of the workload can ask for more.
LEAST_RECALL = 0.90


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when the mean recall is below 0.9; silent where it was not measured."""
    recall = result.recall
    if recall is None:
        return
    name, limit = f"recall@{recall.k}", f"mean at least {LEAST_RECALL:g}"
    if recall.unreadable:
        evidence = (recall.unreadable,)
        yield CheckResult("recall", "not measured", limit, Verdict.WARNING, evidence)
        return
    if not recall.queries:
        evidence = ("no query was compared: the traffic was too short, or the answers were empty",)
        yield CheckResult("recall", "not measured", limit, Verdict.WARNING, evidence)
        return
    failed = recall.mean < LEAST_RECALL
    evidence = ("approximate queries miss points that an exact search finds",)
    yield CheckResult(
        name=name,
        figure=f"mean {recall.mean:.3f}, worst {recall.worst:.3f}, in {recall.queries:,} queries",
        limit=limit,
        verdict=Verdict.FAILED if failed else Verdict.PASSED,
        evidence=evidence if failed else (),
    )
