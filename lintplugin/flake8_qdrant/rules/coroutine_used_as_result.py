"""A coroutine of the asynchronous client used as if it were the result.

## What it does
Flags a call of a coroutine method of `AsyncQdrantClient` whose value is used without `await`: an
attribute, an index, a loop over it, a truth test, a comparison, arithmetic, an f-string, `len()`.

## Why is this bad?
The value is a coroutine object, not the answer. Reading `.points` or looping over it raises; a
truth test does not: a coroutine is always true, so `if client.collection_exists(name):` always
takes the branch. And the request is never sent.

## Example
{example}

## Use instead
Await the call first: `if await client.collection_exists(name):`, `(await
client.scroll(name))[0]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import lost_coroutine
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each coroutine that is used in place of its result."""
    for site in context.sites:
        lost = lost_coroutine(context, site, Family.MAIN)
        if lost is None or lost.by_thread or not site.in_coroutine_function:
            continue
        if lost.outcome.use is ValueUse.USED:
            message = (
                f"{lost.name} is a coroutine, not the result, and {lost.outcome.how}: "
                "await the call first"
            )
            yield context.finding(site.call, RULE.code, message, context.shown(lost.steps))


RULE = Rule("QDR202", "coroutine-used-as-result", "0.1.0", __doc__, check)
