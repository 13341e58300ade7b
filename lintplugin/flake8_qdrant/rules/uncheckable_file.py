"""A file that cannot be checked.

## What it does
Reports a file that cannot be read, is not in the encoding it declares, is no text, is too large,
has a syntax error, or is no notebook although its name says so. Every other file is still checked;
so is the rest of a file with a syntax error.

Only files that matter are parsed: those that name a client library, are tied to one by imports,
or are named on the command line.

## Why is this bad?
What cannot be read cannot be vouched for.

## Example
```python
async def search(
```

## Use instead
Mend the file, or leave it out with `exclude`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give the file's syntax error, if it has one."""
    error = context.source.syntax_error
    if error is not None:
        yield context.at(error.line, error.column, RULE.code, f"syntax error: {error.message}")


RULE = Rule("QDR000", "uncheckable-file", "0.1.0", __doc__, check)
