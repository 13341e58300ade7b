"""Which checks a run cannot do without: one that is not measured fails it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.config.operations import READING, SEARCHING, WRITING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: All that can be required, in the order in which a reader wants to know.
REQUIRED = (
    "errors",
    "throughput",
    "connections",
    "answers",
    "recall",
    "ledger",
    "arrivals",
    "loop free",
)


def required(workload: Mapping[str, Any], path: str) -> frozenset[str]:
    """Return the names of the checks that a run cannot do without.

    Args:
        workload: what was asked for, as data; an empty one requires nothing.
        path: `async` or `sync`.
    """
    kinds = {str(each.get("kind")) for each in workload.get("operations", ())}
    if not kinds:
        return frozenset()
    applies = {
        "answers": bool(kinds & READING),
        "recall": bool(kinds & SEARCHING),
        "ledger": bool(kinds & WRITING),
        "arrivals": bool(workload.get("load", {}).get("open")),
        "loop free": path == "async",
    }
    return frozenset(name for name in REQUIRED if applies.get(name, True))


def with_required(results: Sequence[CheckResult], names: frozenset[str]) -> list[CheckResult]:
    """Return `results` with the required ones marked, and one for each that said nothing."""
    marked = [
        replace(each, required=True) if each.name.partition("@")[0] in names else each
        for each in results
    ]
    said = {each.name.partition("@")[0] for each in results}
    silent = [
        CheckResult(name, "not measured", "", Verdict.NOT_MEASURED, required=True)
        for name in REQUIRED
        if name in names - said
    ]
    return [*marked, *silent]
