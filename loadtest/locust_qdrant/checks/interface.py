"""What every check is: a function from the result of a path to a figure, a limit and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from locust_qdrant.metrics.results import PathResult


class Verdict(str, Enum):
    """The outcome of a check."""

    PASSED = "passed"
    #: Worth knowing; it does not fail the run.
    WARNING = "warning"
    #: The load generator had no capacity left: the figures tell of it as much as of the server. It
    #: is said before any of them, and the run is invalid unless something fails it.
    INVALID = "invalid"
    #: There is no evidence either way. It fails the run where the check is required.
    NOT_MEASURED = "not measured"
    FAILED = "failed"
    #: Of a whole run that was cut short and in which nothing had failed until then.
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Attributes:
        name: name of the check.
        figure: what was measured, in words.
        limit: what is allowed, in words; empty where the check has no limit.
        verdict: the outcome.
        evidence: lines that show why, for a verdict that is not `passed`.
        required: whether the run cannot do without it.
    """

    name: str
    figure: str
    limit: str
    verdict: Verdict
    evidence: tuple[str, ...] = ()
    required: bool = False

    @property
    def sentence(self) -> str:
        """What was found and what to do, for where there is no table of checks."""
        return f"{self.name}: {self.figure}; {'; '.join(self.evidence)}"

    @property
    def fails(self) -> bool:
        """Whether it fails the run."""
        return self.verdict is Verdict.FAILED or (
            self.required and self.verdict is Verdict.NOT_MEASURED
        )


#: Who installed a wheel has no `docs/`.
_DOCS = "https://github.com/flake8-qdrant/flake8-qdrant/blob/main/docs"
#: The page that explains the known patterns, with a heading for each.
PAGE = f"{_DOCS}/why-is-my-async-client-slow.md"
#: The page for a newcomer, with a sentence on each check.
WHAT_NOW = f"{_DOCS}/invalid-or-failed.md"


def pattern(
    name: str, figure: str, why: str, remedy: str, heading: str, verdict: Verdict = Verdict.WARNING
) -> CheckResult:
    """Return the result for a pattern that is known and was recognised.

    Args:
        name: of the pattern.
        figure: what was measured, in words.
        why: what happens, in one sentence with the figure.
        remedy: what to do, one line.
        heading: its place on the page, as in an address.
        verdict: of the check.
    """
    evidence = (why, f"remedy: {remedy}", f"see {PAGE}#{heading}")
    return CheckResult(name, figure, "", verdict, evidence)


#: A check says one thing, or several of the same kind, or nothing where it does not apply. It gets
#: the part of a path that counts; requests of a warm-up are in `traffic.left_out`.
Check = Callable[[PathResult], CheckResult | Iterable[CheckResult]]

#: Looks at one answer of the server: gets the operation's name, the keyword arguments of the call
#: and what it returned, and returns what is wrong with it, in a few words, or None.
AnswerCheck = Callable[[str, Mapping[str, Any], Any], str | None]
