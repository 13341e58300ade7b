"""Checks of the user: functions that a workload names as `module:function`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from locust_qdrant.checks.interface import Check, CheckResult, Verdict
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from locust_qdrant.checks.interface import AnswerCheck
    from locust_qdrant.metrics.results import PathResult


def load(names: Iterable[str]) -> list[Check]:
    """Return the checks of these names, `module:function` each.

    Modules are looked for in the current folder, too. A check that raises fails the run.

    Raises:
        UsageError: there is no such module or function.
    """
    return [_UserCheck(name, cast("Check", _find(name))) for name in names]


def load_answer_checks(names: Iterable[str]) -> list[AnswerCheck]:
    """Return what looks at each answer, by these names, `module:function` each.

    One that raises says so of the answer that it looked at.

    Raises:
        UsageError: there is no such module or function.
    """
    return [_guarded(name, cast("AnswerCheck", _find(name))) for name in names]


def _guarded(name: str, check: AnswerCheck) -> AnswerCheck:
    def guarded(operation: str, arguments: Mapping[str, Any], answer: object) -> str | None:
        try:
            said = check(operation, arguments, answer)
        except Exception as error:  # noqa: BLE001 - the traffic goes on, and the report says it
            return f"made {name} raise {type(error).__name__}: {error}"
        return None if said is None else f"did not please {name}: {said}"

    return guarded


class _UserCheck:
    """A check of the user, whose own mistakes are a failure with evidence, not a crash."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._check = check

    def __call__(self, result: PathResult) -> list[CheckResult]:
        try:
            said = self._check(result)
            found = [said] if isinstance(said, CheckResult) else list(said)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run's report is not lost
            return [self._failure(f"it raised {type(error).__name__}: {error}")]
        strange = next((each for each in found if not isinstance(each, CheckResult)), None)
        if strange is not None:
            return [self._failure(f"it returned {strange!r}, which is no CheckResult")]
        return found

    def _failure(self, why: str) -> CheckResult:
        return CheckResult(self._name, "no result", "", Verdict.FAILED, (why,))


def _find(name: str) -> Callable[..., object]:
    module_name, _, function_name = name.partition(":")
    if not module_name or not function_name:
        raise UsageError(
            f"the check {name!r} is not of the form module:function, such as my_checks:check."
        )
    here = str(Path.cwd())
    if here not in sys.path:
        # Last, so that a file of the user's cannot stand in for a module of somebody else.
        sys.path.append(here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise UsageError(
            f"the check {name!r} cannot be loaded ({type(error).__name__}: {error}): start the "
            "command in the folder of its module, or install the module."
        ) from error
    check = getattr(module, function_name, None)
    if not callable(check):
        raise UsageError(f"the check {name!r}: {module_name} has no function {function_name!r}.")
    return cast("Callable[..., object]", check)
