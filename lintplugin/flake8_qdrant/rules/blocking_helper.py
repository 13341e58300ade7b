"""A blocking client call in `async def`, through a helper function.

## What it does
Flags a call in an `async def` of a plain function, method or constructor of the project that, at
once or through further functions, makes a blocking `QdrantClient` call. The message names every
step, with file and line.

## Why is this bad?
As for QDR101: the loop stands still until the server has answered. Here the line that blocks and
the line that must change are in different functions, often in different files, and each looks
right.

## Example
{example}

## Use instead
Make the helper a coroutine function on `AsyncQdrantClient` and await it, or hand the helper to a
thread: `await asyncio.to_thread(store.find, vector)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.rules.clients import is_waited_for
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.blocking_path import BlockingPath
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that blocks the loop through functions of the project."""
    return through_helpers(context, Family.MAIN, RULE.code)


def through_helpers(context: RuleContext, family: Family, code: str) -> Iterator[Finding]:
    """Give each call that blocks the loop, through functions, in a library of that family."""
    for site in context.sites:
        blocking = site.blocking if site.on_loop and not site.once else None
        if blocking is None or blocking.method in site.called or is_waited_for(blocking, family):
            continue
        if blocking.method.library.family is family:
            yield report(context, site, blocking, code)


def report(context: RuleContext, site: Site, blocking: BlockingPath, code: str) -> Finding:
    """Return the finding for a call that blocks through the steps of a chain."""
    start = _written(site.call)
    steps = context.shown(blocking.steps)
    entry = [] if site.entry_point is None else [site.entry_point]
    links = [*entry, start, *context.links(blocking.steps), f"`{blocking.method.label}`"]
    if blocking.method.library.family is not Family.MAIN:
        links[-1] += f" ({blocking.method.library.label})"
    what = "blocks the event loop once a process" if blocking.once else "blocks the event loop"
    example = ", for example" if blocking.is_example else ""
    return context.finding(site.call, code, f"{what}{example}: {' -> '.join(links)}", steps)


def _written(node: Node) -> str:
    """Name a call as it is written, without its arguments; a property as it is read."""
    function = node.field("function")
    text = node.text if function is None else f"{function.text}()"
    return "the call" if "\n" in text else f"`{text}`"


RULE = Rule("QDR102", "blocking-helper", "0.1.0", __doc__, check)
