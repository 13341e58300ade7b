"""Checks of the user's own: loaded from where the command runs, and asked as the others are."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from locust_qdrant import checks
from locust_qdrant.checks import Verdict
from locust_qdrant.errors import UsageError
from path_results import (
    GOOD,
    SLOW_START,
    request,
    with_traffic,
)

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "reports.md"


class TestChecksOfTheUser:
    """`checks = ["module:function"]` in a workload: loaded from where the command runs."""

    @pytest.fixture
    def mine(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", [*sys.path])

        def make(body: str) -> list[checks.Check]:
            name = f"my_checks_{abs(hash(body))}"
            (tmp_path / f"{name}.py").write_text(
                f"from locust_qdrant.checks import CheckResult, Verdict\n\n{body}\n"
            )
            return checks.load([f"{name}:check"])

        return make

    def test_it_stands_beside_ours(self, mine):
        found = mine(
            "def check(result):\n"
            "    slow = [each for each in result.traffic.records if each.latency > 1]\n"
            "    verdict = Verdict.FAILED if slow else Verdict.PASSED\n"
            "    return CheckResult('no slow ones', f'{len(slow)} slow', 'none', verdict)"
        )
        for records, verdict in (([request()], Verdict.PASSED), (SLOW_START, Verdict.FAILED)):
            *_, last = checks.evaluate(with_traffic(records=records), found)
            assert (last.name, last.verdict) == ("no slow ones", verdict)

    def test_the_documented_one_works(self, tmp_path, monkeypatch):
        text = DOCUMENTATION.read_text()
        code = text.partition("# my_checks.py\n")[2].partition("```")[0]
        (tmp_path / "my_checks.py").write_text(code)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", [*sys.path])
        found = checks.load(["my_checks:small_answers"])
        for size, verdict in ((10, Verdict.PASSED), (2_000_000, Verdict.FAILED)):
            large = replace(request(), response_bytes=size)
            *_, last = checks.evaluate(with_traffic(records=[large]), found)
            assert (last.name, last.verdict) == ("small answers", verdict)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("def check(result): return result.colour", "it raised AttributeError"),
            ("def check(result): return 'fine'", "it returned 'f', which is no CheckResult"),
            ("def check(result): return None", "it raised TypeError"),
        ],
    )
    def test_one_that_is_wrong_fails_with_the_reason(self, mine, body, words):
        *_, last = checks.evaluate(GOOD, mine(body))
        assert last.verdict is Verdict.FAILED
        assert words in last.evidence[0]

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("my_checks", "not of the form module:function"),
            (":check", "not of the form module:function"),
            ("no_such_module:check", "cannot be loaded (ModuleNotFoundError"),
            ("json:no_such_function", "json has no function 'no_such_function'"),
        ],
    )
    def test_one_that_cannot_be_loaded_is_told_in_one_sentence(self, name, words):
        with pytest.raises(UsageError) as caught:
            checks.load([name])
        assert words in str(caught.value)
