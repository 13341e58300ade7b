"""One asynchronous client used in several event loops.

## What it does
Flags a call of `asyncio.run` or its kind whose coroutine uses an `AsyncQdrantClient` that an
earlier event loop has used: the second of two runs in the same code or in functions side by side, a
run in a loop, and a run in a function that a framework calls again and again (a Celery task, a
Flask view), where the client is held in a variable, attribute or cache that outlives the run. Flask
runs each `async def` view in a loop of its own, so there the use of the client itself is flagged.

## Why is this bad?
The client's open connections belong to the event loop in which they were made. `asyncio.run`
closes that loop, and the next run takes a connection of a loop that is gone: `RuntimeError: Event
loop is closed`, or with gRPC a call that never ends. Against a server on this machine it works, as
no connection is kept open there; against a remote one it fails now and then.

## Example
{example}

## Use instead
Run everything in one event loop, or build the client in the coroutine that uses it:

```python
async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    try:
        await set_up(client)
        await fill(client)
    finally:
        await client.close()

asyncio.run(main())
```

A task queue may also keep one event loop a process, and give it the coroutines with
`asyncio.run_coroutine_threadsafe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.lifetimes.loop_affinity import reuses
from flake8_qdrant.model.lifetimes.loop_entry import loops_are_patched
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.lifetimes.loop_affinity import Reuse
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each runner's call in which a client meets a second event loop."""
    start_none = {site.call.start for site in context.sites if site.in_cell}  # as QDR301 says
    if start_none and loops_are_patched(context.model, context.source):
        start_none = set()
    for reuse in reuses(context.model, context.source):
        is_main = reuse.held.cls.library.family is Family.MAIN
        if is_main and reuse.run.site.call.start not in start_none:
            yield context.finding(reuse.run.site.call, RULE.code, _message(context, reuse))


def _message(context: RuleContext, reuse: Reuse) -> str:
    client = f"`{reuse.held.place.label}` (`{reuse.held.cls.name.rpartition('.')[2]}`)"
    if reuse.first is not None:
        site = reuse.first.site
        file = "" if site.source is context.source else f"{site.source.path.name}:"
        return (
            f"{client} belongs to the event loop of {file or 'line '}"
            f"{site.call.line}, and is used in another one here: "
            "run both in one event loop, or build a client in each"
        )
    again = "turn of the loop" if reuse.again is None else f"call of `{reuse.again.name}`"
    return (
        f"{client} belongs to the event loop of the first {again}, and each has one of its own: "
        "build the client in the coroutine, or run all in one event loop"
    )


RULE = Rule("QDR302", "client-in-several-loops", "0.1.0", __doc__, check)
