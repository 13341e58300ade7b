"""Answers: what the server returned is what it had to return."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locust_qdrant.metrics.results import Answers, PathResult

_NAME = "answers"
_LIMIT = "none wrong"
#: Share of the answers that may be short where an exact search finds the rest.
MOST_APPROXIMATE = 0.01


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when an answer was empty, short, invented or out of order; silent if none was seen."""
    if result.answers:
        yield assess(result.answers)


def assess(answers: Sequence[Answers]) -> CheckResult:
    """Return the verdict on what was seen of the answers, an entry for each operation."""
    seen = sum(each.seen for each in answers)
    wrong = [line for each in answers for line in _wrong(each)]
    if wrong:
        count = sum(sum(each.wrong.values()) for each in answers)
        figure = f"{count:,} of {seen:,} wrong"
        return CheckResult(_NAME, figure, _LIMIT, Verdict.FAILED, tuple(wrong))
    silent = [each.operation for each in answers if not each.telling]
    if silent or not answers:
        why = tuple(
            f"{name}: every answer was empty, and there was nothing that had to be found"
            for name in silent
        )
        return CheckResult(
            _NAME, f"{seen:,} seen, which show nothing", _LIMIT, Verdict.NOT_MEASURED, why
        )
    doubts = [line for each in answers for line in _doubts(each)]
    return CheckResult(
        name=_NAME,
        figure=f"{seen:,} seen, none wrong",
        limit=_LIMIT,
        verdict=Verdict.WARNING if doubts else Verdict.PASSED,
        evidence=tuple(doubts),
    )


def _wrong(answers: Answers) -> Iterator[str]:
    for what, count in Counter(answers.wrong).most_common():
        yield f"{count:,} of {answers.seen:,} answers of {answers.operation} {what}"
    if answers.examples:
        yield f"{answers.operation}, for example: {'; '.join(answers.examples)}"


def _doubts(answers: Answers) -> Iterator[str]:
    if answers.approximate > MOST_APPROXIMATE * answers.seen:
        yield (
            f"{answers.approximate:,} of {answers.seen:,} answers of {answers.operation} had fewer "
            "hits than an exact search: raise `hnsw_ef` or `m`, or index the fields of the filter"
        )
    if answers.unconfirmed:
        yield (
            f"{answers.unconfirmed:,} answers of {answers.operation} were short, and the server "
            "failed when it was asked again"
        )
