"""A blocking call of another client library in `async def`.

## What it does
Flags calls of the synchronous OpenAI and Cohere clients (and of libraries that you declare, see the
configuration) that run on the thread of the event loop, directly or through helper functions.

## Why is this bad?
As for QDR101: the loop stands still until the answer is there, and a language model takes seconds
where a vector database takes milliseconds. Making the Qdrant calls asynchronous gains nothing while
the embedding call beside them blocks.

## Example
{example}

## Use instead
Await the same method of the asynchronous client: `AsyncOpenAI`, `cohere.AsyncClient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import is_waited_for, remedy, waits_for
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that blocks the loop in a client beside Qdrant's."""
    for site in context.sites:
        blocking = site.blocking if site.on_loop and not site.once else None
        if blocking is None or blocking.method.library.family is not Family.BESIDE:
            continue
        if is_waited_for(blocking, Family.BESIDE):
            yield context.finding(site.call, RULE.code, waits_for(blocking.method))
            continue
        if blocking.method not in site.called:
            continue
        message = f"`{blocking.method.label}` blocks the event loop: {remedy(blocking.method)}"
        if site.outcome.use is ValueUse.AWAITED:
            message += "; and the `await` fails, as it returns no awaitable"
        yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR501", "blocking-sdk-call", "0.1.0", __doc__, check)
