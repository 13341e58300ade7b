"""A coroutine of the asynchronous client that is never awaited.

## What it does
Flags a call of a coroutine method of `AsyncQdrantClient` in an `async def` whose result is thrown
away: as a statement of its own, in a variable that nobody reads, in a list that nobody keeps,
behind `and`, in a conditional expression. The same of a coroutine function of your own that does
such a call when it is awaited; the message names the steps to it.

## Why is this bad?
Calling a coroutine method sends nothing. Without `await` the points are not written, and the
program goes on as if they were. Python's only sign is a `RuntimeWarning` when the object is
collected.

## Example
{example}

## Use instead
Write `await` before the call; to run several at once, `await asyncio.gather(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.effects.requests import runs_per_request
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import lost_coroutine
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each dropped coroutine; one that a plain function drops is QDR204."""
    for site in context.sites:
        lost = lost_coroutine(context, site, Family.MAIN)
        if lost is None or not site.in_coroutine_function:
            continue
        if lost.by_thread and lost.outcome.use in (ValueUse.DROPPED, ValueUse.USED):
            message = f"{lost.name} {lost.missing}: await the call itself, without the thread"
            yield context.finding(site.call, RULE.code, message, context.shown(lost.steps))
        elif lost.outcome.use is ValueUse.DROPPED:
            message = f"{lost.name} {lost.missing}: write `await` before it"
            yield context.finding(site.call, RULE.code, message, context.shown(lost.steps))
        elif lost.outcome.use is ValueUse.RETURNED and runs_per_request(
            context.model, site.scope.frame()
        ):
            message = f"{lost.name} is returned to the framework, which does not await it: await it"
            yield context.finding(site.call, RULE.code, message, context.shown(lost.steps))


RULE = Rule("QDR201", "coroutine-never-awaited", "0.1.0", __doc__, check)
