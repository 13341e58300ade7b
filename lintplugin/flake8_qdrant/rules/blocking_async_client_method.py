"""A blocking plain method of the asynchronous client on the loop.

## What it does
Flags calls of methods of `AsyncQdrantClient` that are plain functions and do network I/O on the
calling thread: `upload_points` and `upload_collection`.

## Why is this bad?
The client's name promises that it does not block, and these two do: they send every batch with a
synchronous uploader, and sleep when the server limits the rate. They return None, so the `await`
that nearly everybody writes before them raises a `TypeError` after the upload has blocked the
loop.

## Example
{example}

## Use instead
Await `upsert` in batches:

```python
for batch in batched(points, 256):
    await client.upsert("articles", points=batch)
```

or upload with a `QdrantClient` in a thread: `await asyncio.to_thread(sync_client.upload_points,
...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import all_of, is_async_client
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each blocking call of an asynchronous client, awaited or not."""
    for site in context.sites:
        method = all_of(site, Kind.BLOCKING, Family.MAIN)
        if method is None or not is_async_client(method) or not site.on_loop:
            continue
        message = (
            f"`{method.label}` blocks the event loop: it is no coroutine function; "
            "await `upsert` in batches, or upload with a `QdrantClient` in a thread"
        )
        if site.outcome.use is ValueUse.AWAITED:
            message += "; and the `await` fails, as it returns None"
        yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR103", "blocking-async-client-method", "0.1.0", __doc__, check)
