"""A blocking client call in `async def`.

## What it does
Flags a call of a `QdrantClient` method that does network I/O, where the call runs on the thread
of the event loop: in an `async def`, in a comprehension or class body inside one. A call that may
be of either client and that nobody awaits blocks with the one and is lost with the other.

## Why is this bad?
The call holds the thread until the server has answered. In that time the event loop runs nothing
else: no other request, no health check, no timeout. One slow query stops the service for
everybody, and no test with a single user shows it.

## Example
{example}

## Use instead
Await the same method of `AsyncQdrantClient`:

```python
client = AsyncQdrantClient(url="http://localhost:6333")

async def search(vector: list[float]) -> list[ScoredPoint]:
    answer = await client.query_points("articles", query=vector)
    return answer.points
```

Where the client must stay synchronous, hand the call to a thread: `await
asyncio.to_thread(client.query_points, "articles", query=vector)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import (
    all_of,
    is_async_client,
    is_in_local_mode,
    is_waited_for,
    remedy,
    waits_for,
)
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call of a synchronous client that blocks the loop; an awaited one is QDR203."""
    for site in context.sites:
        blocking = site.blocking if site.on_loop and not site.once else None
        if blocking is not None and is_waited_for(blocking, Family.MAIN):
            yield context.finding(site.call, RULE.code, waits_for(blocking.method))
            continue
        both = site.either if site.on_loop else None
        if both is not None and both.blocking.library.family is Family.MAIN:
            message = (
                f"`{both.blocking.label}` blocks the event loop, and with the other client "
                f"`{both.coroutine.label}(...)` is never awaited: decide on one, and await it"
            )
            yield context.finding(site.call, RULE.code, message)
            continue
        method = all_of(site, Kind.BLOCKING, Family.MAIN)
        if method is None or is_async_client(method) or method.member.lazy:
            continue
        if not site.on_loop or site.once or site.outcome.use is ValueUse.AWAITED:
            continue
        if not is_in_local_mode(context, site):  # that is QDR106, and no mistake in a test
            message = f"`{method.label}` blocks the event loop: {remedy(method)}"
            yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR101", "blocking-call", "0.1.0", __doc__, check)
