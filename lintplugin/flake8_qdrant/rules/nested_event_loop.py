"""An event loop started where one runs already.

## What it does
Flags `asyncio.run`, `loop.run_until_complete`, `anyio.run` and the like in an `async def`, and a
call there of a plain function that certainly makes such a call. Code that first asks whether a
loop runs is left alone, as is a project that calls `nest_asyncio.apply()`; a notebook that calls it
speaks for itself alone.

## Why is this bad?
A thread has one running event loop. Starting another one there raises `RuntimeError: asyncio.run()
cannot be called from a running event loop`, and the coroutine that was handed over is never
awaited. Such helpers work in scripts and tests, and fail in the first service that uses them.

## Example
{example}

## Use instead
Await the coroutine: `answer = await search(vector)`. Where the caller must stay a plain function,
call it in a thread, which has no loop of its own: `await asyncio.to_thread(search_sync, vector)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.model.lifetimes.loop_entry import loops_are_patched, starts
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.lifetimes.loop_entry import Start
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that starts a loop on the thread of a running one."""
    for site in context.sites:
        if not (site.on_loop or site.in_cell) or site.call.kind != "call":
            continue
        start = starts(context.model, context.source, site.call)
        if start is not None and not loops_are_patched(context.model, context.source):
            yield _finding(context, site, start)


def _finding(context: RuleContext, site: Site, start: Start) -> Finding:
    runner = f"`{_label(start.runner.path)}`"
    if not start.steps:
        message = f"{runner} starts an event loop where one runs already: await the coroutine"
        return context.finding(site.call, RULE.code, message)
    steps = context.shown(start.steps)
    links = [*context.links(start.steps), runner]
    message = (
        f"starts an event loop where one runs already: {' -> '.join(links)}; "
        "await the coroutine here, or call the function in a thread with `asyncio.to_thread`"
    )
    return context.finding(site.call, RULE.code, message, steps)


def _label(path: str) -> str:
    """Name a function with its module, a method with its class."""
    before, _, name = path.rpartition(".")
    package, _, owner = before.rpartition(".")
    if not package:
        return path
    return f"{owner}.{name}" if owner[:1].isupper() else name


RULE = Rule("QDR301", "nested-event-loop", "0.1.0", __doc__, check)
