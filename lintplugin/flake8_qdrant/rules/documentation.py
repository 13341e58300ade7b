"""The documentation of rules, for the terminal, the website and code scanning alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_qdrant.rules.context import Rule

EXAMPLES: Final = Path(__file__).with_name("examples")
"""One program a rule, named by its code: a test case that is run, and whose mistake is seen."""
_PAGES: Final = "https://github.com/flake8-qdrant/flake8-qdrant/blob/main/docs/rules"
_PLACEHOLDER: Final = "{example}"


def page_address(code: str) -> str:
    """Return where the page of a rule can be read in a browser."""
    return f"{_PAGES}/{code}.md"


def document(rule: Rule) -> str:
    """Return a rule's documentation as Markdown."""
    state = "Off by default: advice, on with" if rule.advice else "On by default, off with"
    option = "extend-select" if rule.advice else "ignore"
    switch = f'{state} `{option} = ["{rule.code}"]`.'
    body = rule.documentation.strip()
    if _PLACEHOLDER in body:
        body = body.replace(_PLACEHOLDER, example(rule))
    return f"# {rule.code} {rule.name}\n\n{body}\n\nSince version {rule.since}. {switch}\n"


def example(rule: Rule) -> str:
    """Return the rule's example as a block of code, the mistakes marked by comments."""
    code = (EXAMPLES / f"{rule.code}.txt").read_text("utf-8").strip()
    return f"```python\n{code}\n```"


def table(rules: Iterable[Rule]) -> str:
    """Return one line a rule: code, name, summary; advice is marked by a star."""
    rows = [
        (f"{rule.code}{'*' * rule.advice}", rule.name, rule.summary)
        for rule in sorted(rules, key=lambda rule: rule.code)
    ]
    code, name = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [f"{row[0]:{code}}  {row[1]:{name}}  {row[2]}" for row in rows]
    if any(row[0].endswith("*") for row in rows):
        lines += ["", "* advice: off unless it is selected"]
    return "\n".join(lines) + "\n"
