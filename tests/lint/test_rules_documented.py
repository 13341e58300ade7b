"""Every rule is explained, by an example that really runs, in the terminal and on the website."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import document, example
from harness import all_cases

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ["## What it does", "## Why is this bad?", "## Example", "## Use instead"]
CASES = list(all_cases())
WITH_CASES = [rule for rule in RULES if rule.code != "QDR000"]
"""QDR000 is about files that are no program; see test_uncheckable.py."""


def generator():
    spec = importlib.util.spec_from_file_location("generate_rules", ROOT / "docs/generate_rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_why_and_what_instead(rule):
    text = document(rule)
    places = [text.index(f"\n{section}\n") for section in SECTIONS]
    assert places == sorted(places)
    assert text.startswith(f"# {rule.code} {rule.name}\n\n{rule.summary}")
    assert "{example}" not in text
    assert f"Since version {rule.since}." in text


def test_codes_and_names_are_given_once():
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", WITH_CASES, ids=lambda rule: rule.code)
def test_a_rule_has_cases_with_the_mistake_and_without(rule):
    own = [case for case in CASES if case.rule == rule.code]
    assert any(mark.code == rule.code for case in own for mark in case.expected)
    assert any(not case.expected for case in own)


@pytest.mark.parametrize("rule", WITH_CASES, ids=lambda rule: rule.code)
def test_the_example_is_a_case_that_runs(rule):
    texts = {case.entry.read_text("utf-8").strip() for case in CASES if case.rule == rule.code}
    code = example(rule).removeprefix("```python\n").removesuffix("\n```")
    assert code in texts, "run: python docs/generate_rules.py"
    assert f"# error: {rule.code}" in code


def test_the_pages_are_those_of_the_rules():
    pages = generator().pages()
    folder = ROOT / "docs/rules"
    written = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    assert written == pages, "run: python docs/generate_rules.py"


def test_the_readme_lists_the_rules():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme == generator().renewed(readme), "run: python docs/generate_rules.py"
    assert all(f"docs/rules/{rule.code}.md" in readme for rule in RULES)


def test_the_terminal_lists_the_rules_in_order(command):
    lines = command("rules").lines
    listed = [line.split()[0] for line in lines if line.startswith("QDR")]
    assert [code.rstrip("*") for code in listed] == sorted(rule.code for rule in RULES)
    assert {code.rstrip("*") for code in listed if code.endswith("*")} == {
        rule.code for rule in RULES if rule.advice
    }


@pytest.mark.parametrize("name", ["QDR101", "qdr101", "blocking-call"])
def test_the_terminal_explains_a_rule_by_code_or_name(command, name):
    ran = command("rule", name)
    assert ran.code == 0
    assert ran.out.startswith("# QDR101 blocking-call\n")


def test_an_unknown_rule_is_refused_in_one_line(command):
    ran = command("rule", "QDR999")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("flake8-qdrant: QDR999: no such rule; there are QDR000, QDR101")
    assert len(ran.err.splitlines()) == 1
