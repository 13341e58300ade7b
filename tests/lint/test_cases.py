"""The linter says of every case what its comments claim, through each of its doors."""

from pathlib import Path

import pytest
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings, codes_on
from harness import Case, Mark, all_cases

CASES = list(all_cases())


def found_by_engine(case: Case, order: int = 1) -> set[Mark]:
    """Return what is found with the codes that are on by default, and the case's own."""
    on = codes_on((), (case.rule,), ())
    files = [str(file) for file in case.files]
    checker = open_project(str(case.root), files, Settings())
    return {
        Mark(
            Path(finding.path).resolve().relative_to(case.root).as_posix(),
            finding.line,
            finding.code,
        )
        for file in files[::order]
        for finding in checker.check(file)
        if finding.code in on
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_findings_are_those_that_the_comments_claim(case: Case) -> None:
    assert found_by_engine(case) == set(case.expected)
