"""Work that blocks the event loop once a process, the first time that it is needed.

## What it does
Flags a blocking call in an `async def`, direct or through functions of the project, that runs once
a process: it stands behind a guard that nothing resets (`if self._filled`, `if _client is None`,
`try: return self._names`, ...), or a `functools.cache`, `lru_cache` or `cached_property` without
arguments keeps its result. What is built anew after something else has dropped it, such as a cache
that each write empties, blocks again and again: that is QDR101, QDR102, QDR501 or QDR503.

## Why is this bad?
The first request after each start holds the loop, and all requests that came in with it wait. It
happens once, so this is advice: where the work is short it may stay.

## Example
{example}

## Use instead
Do the work before the loop serves, for example in the lifespan of the application, or hand it to a
thread: `await asyncio.to_thread(self._fill)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.blocking_helper import report
from flake8_qdrant.rules.clients import is_async_client, is_in_local_mode
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that blocks the loop until something is built."""
    in_tests = context.model.project.layout.is_of_tests(context.source.name)
    for site in context.sites:
        blocking = site.blocking if site.on_loop and site.once else None
        if blocking is None:
            continue
        if blocking.method not in site.called:
            yield report(context, site, blocking, RULE.code)
            continue
        is_main = blocking.method.library.family is Family.MAIN
        if is_main and (site.outcome.use is ValueUse.AWAITED or is_async_client(blocking.method)):
            continue  # that is QDR203, or QDR103
        if not (in_tests and is_in_local_mode(context, site)):
            message = (
                f"`{blocking.method.label}` blocks the event loop once a process: "
                "call it before the loop serves, or hand it to `asyncio.to_thread`"
            )
            yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR107", "blocking-on-first-use", "0.1.0", __doc__, check, advice=True)
