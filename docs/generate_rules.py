"""Writes the page of each rule, their index and the README's table, from the rules themselves.

Run `python docs/generate_rules.py` after a rule or its example has changed; tests hold the pages
against the rules.

The example of a rule is one of its test cases, copied beside the rule so that an installed linter
has it. The shortest case is taken unless another has been copied.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.rules import RULES
from flake8_qdrant.rules.documentation import EXAMPLES, document

if TYPE_CHECKING:
    from flake8_qdrant.rules.context import Rule

REPOSITORY = Path(__file__).resolve().parents[1]
CASES = REPOSITORY / "tests" / "lint" / "cases"
PAGES = REPOSITORY / "docs" / "rules"
README = REPOSITORY / "README.md"
BEGIN, END = "<!-- rules: begin -->\n", "<!-- rules: end -->"
_CLAIM = re.compile(r"# error: (QDR\d{3})$", re.MULTILINE)
_INDEX = """\
# Rules

{rows}

A star marks advice: it is off until you select it, for example with `extend-select = ["QDR4"]`.
`flake8-qdrant rule QDR101` shows a page in the terminal.
"""


def main() -> None:
    """Write the examples, the pages and the table."""
    for rule in RULES:
        if "{example}" in rule.documentation:
            write(EXAMPLES / f"{rule.code}.txt", chosen_example(rule))
    for name, text in pages().items():
        write(PAGES / name, text)
    write(README, renewed(README.read_text("utf-8")))


def write(path: Path, text: str) -> None:
    """Write a file, and the folder that it lies in."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by its file's name."""
    rules = sorted(RULES, key=lambda rule: rule.code)
    rows = ["| code | name | finds |", "| --- | --- | --- |"]
    rows += [
        f"| [{rule.code}]({rule.code}.md){'*' * rule.advice} | {rule.name} | {rule.summary} |"
        for rule in rules
    ]
    written = {f"{rule.code}.md": document(rule) for rule in rules}
    return {"index.md": _INDEX.format(rows="\n".join(rows)), **written}


def renewed(readme: str) -> str:
    """Return the README with the table of all rules in its place."""
    rows = ["| code | name | what it finds | since |", "| --- | --- | --- | --- |"]
    for rule in sorted(RULES, key=lambda rule: rule.code):
        advice = "; advice, off unless selected" if rule.advice else ""
        code = f"[{rule.code}](docs/rules/{rule.code}.md)"
        rows.append(f"| {code} | {rule.name} | {rule.summary}{advice} | {rule.since} |")
    before, _, rest = readme.partition(BEGIN)
    return before + BEGIN + "\n".join(rows) + "\n" + END + rest.partition(END)[2]


def chosen_example(rule: Rule) -> str:
    """Return the case that was copied before if it is still one, else the shortest.

    Raises:
        LookupError: no case shows this mistake and no other in a single file.
    """
    cases = list(single_cases(rule))
    if not cases:
        raise LookupError(f"{CASES / rule.code.lower()} has no case of one file for {rule.code}")
    present = EXAMPLES / f"{rule.code}.txt"
    if present.exists() and present.read_text("utf-8") in cases:
        return present.read_text("utf-8")
    return min(cases, key=lambda text: (text.count("\n"), text))


def single_cases(rule: Rule) -> list[str]:
    """Return the rule's cases of one file in which it is the only one that finds anything."""
    texts = [path.read_text("utf-8") for path in (CASES / rule.code.lower()).glob("*.py")]
    return [text for text in texts if set(_CLAIM.findall(text)) == {rule.code}]


if __name__ == "__main__":
    main()
