"""As many requests at once as there are items.

## What it does
Flags `asyncio.gather` and its kind over a comprehension (or a list that a loop fills) of calls of
`AsyncQdrantClient`, or of the project's coroutine functions that make such calls without entering
an `async with`, where the number of items is not bounded: neither a literal, nor `range` of a
number, nor a slice or a chunk.

This is advice: it is off unless it is asked for with `--extend-select QDR4`.

## Why is this bad?
Ten thousand items are ten thousand requests in the same moment. The client has 100 connections to
a remote server; the others wait for one, and fail when they have waited for the timeout of 5
seconds. All their bodies and answers are in memory together, and writing them holds the event
loop.

## Example
{example}

## Use instead
Send one batch (`query_batch_points`, `upsert` with many points), or let a semaphore bound how many
are under way:

```python
slots = asyncio.Semaphore(20)

async def find(vector: list[float]) -> QueryResponse:
    async with slots:
        return await client.query_points("articles", query=vector)

answers = await asyncio.gather(*(find(vector) for vector in vectors))
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.lifetimes.fan_out import crowd_of
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that awaits an unbounded number of requests together."""
    for site in context.sites:
        crowd = crowd_of(context.model, context.source, site.call) if site.on_loop else None
        if crowd is None or crowd.library.family is not Family.MAIN:
            continue
        batch = crowd.member.batch
        instead = f"send them in one `{batch}`, or " if batch is not None else ""
        message = (
            f"sends one `{crowd.label}` an item, all at once and however many there are: "
            f"{instead}bound them with an `asyncio.Semaphore`"
        )
        yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR402", "unbounded-gather", "0.1.0", __doc__, check, advice=True)
