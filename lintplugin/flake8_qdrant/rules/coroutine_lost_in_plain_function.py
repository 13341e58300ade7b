"""A coroutine of the asynchronous client dropped or used in a plain function.

## What it does
Flags a call of a coroutine method of `AsyncQdrantClient` in a plain `def`, a lambda or a script's
top level, where the coroutine is thrown away or used as if it were the result. So is a call that
may be of either client.

## Why is this bad?
The request is never sent. Unlike in an `async def`, `await` cannot be added here: the function
itself has the wrong colour, which is why the mistake often comes from a change of the client alone.

## Example
{example}

## Use instead
Make the function a coroutine function and await it from its callers:

```python
async def forget(ids: list[int]) -> None:
    await client.delete("articles", points_selector=ids)
```

Where the callers must stay plain, use `QdrantClient`.
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
    """Give each coroutine that is lost where `await` cannot be written."""
    for site in context.sites:
        if site.in_coroutine_function:
            continue
        both = site.either
        if both is not None and site.outcome.use is not ValueUse.RETURNED:
            if both.coroutine.library.family is Family.MAIN:
                message = (
                    f"`{both.coroutine.label}(...)` is never awaited in a plain function, and with "
                    f"the other client `{both.blocking.label}` blocks its caller: decide on one"
                )
                yield context.finding(site.call, RULE.code, message)
            continue
        lost = lost_coroutine(context, site, Family.MAIN)
        if lost is None or lost.outcome.use not in (ValueUse.DROPPED, ValueUse.USED):
            continue
        where = "at the top level" if site.at_top_level else "in a plain function"
        message = f"{lost.name} is never awaited {where}, so nothing happens: use an `async def`"
        if lost.by_thread:
            message = f"{lost.name} {lost.missing}: use an `async def`, and await the call itself"
        yield context.finding(site.call, RULE.code, message, context.shown(lost.steps))


RULE = Rule("QDR204", "coroutine-lost-in-plain-function", "0.1.0", __doc__, check)
