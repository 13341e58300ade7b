"""CPU-bound embedding on the event loop.

## What it does
Flags calls that compute embeddings on the calling thread (`TextEmbedding.embed` of fastembed once
it is iterated, `SentenceTransformer.encode`) where that thread is the event loop's, directly or
through helper functions.

## Why is this bad?
Embedding one text takes tens of milliseconds of pure computing, a batch takes seconds. `async def`
does not help: nothing in it can be interrupted, and every other request waits.

## Example
{example}

## Use instead
Hand the computing to a thread, where the numeric libraries release the interpreter lock:
`vector = await asyncio.to_thread(model.encode, text)`. Under load, a pool of processes or an
embedding service of its own is better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.rules.blocking_helper import report
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that computes on the loop's thread."""
    for site in context.sites:
        blocking = site.blocking if site.on_loop and not site.once else None
        if blocking is None or blocking.method.library.family is not Family.CPU:
            continue
        if blocking.method not in site.called:
            yield report(context, site, blocking, RULE.code)
            continue
        message = (
            f"`{blocking.method.label}` computes on the event loop, which stands still meanwhile: "
            "hand the call to a thread with `asyncio.to_thread`"
        )
        yield context.finding(site.call, RULE.code, message)


RULE = Rule("QDR104", "cpu-bound-embedding", "0.1.0", __doc__, check)
