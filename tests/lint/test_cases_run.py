"""Every case does, when it runs with the real client libraries, exactly what its comments claim."""

import importlib.metadata

import pytest
from harness import Case, all_cases, differences, record
from packaging.version import Version

# Before that, both clients' constructors made a blocking request of their own.
CLIENT_OF_THE_CASES = Version("1.17.1")

pytestmark = pytest.mark.skipif(
    Version(importlib.metadata.version("qdrant-client")) < CLIENT_OF_THE_CASES,
    reason=f"the cases tell the truth of qdrant-client {CLIENT_OF_THE_CASES} and later",
)


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: case.id)
def test_a_case_does_what_its_comments_claim(case: Case) -> None:
    if not case.runs_here:
        pytest.skip(f"needs Python {'.'.join(map(str, case.requires))}")
    found = differences(case, record(case))
    assert not found, "\n".join(found)
