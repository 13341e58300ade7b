"""An asynchronous client that its function builds, uses and never closes.

## What it does
Flags an `AsyncQdrantClient` in an `async def` that is called there, and is neither closed nor
returned, stored or handed to somebody who may close it. A function that a script hands to
`asyncio.run` is left alone, since the process ends with it; so is a client for local files or
memory. What QDR303 flags is not flagged twice.

## Why is this bad?
`AsyncQdrantClient` has no finalizer: when the last name for it is gone, its connections stay open
until the server or the process ends. Each call of the function leaks some, until the limit of open
files is reached. (The synchronous `QdrantClient` closes itself.)

## Example
{example}

## Use instead
Close it, whatever happens in between:

```python
client = AsyncQdrantClient(url="http://localhost:6333")
try:
    await client.get_collections()
finally:
    await client.close()
```

or take a client that lives as long as the application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Colour, Family
from flake8_qdrant.model.lifetimes.allocation_sites import constructed
from flake8_qdrant.model.lifetimes.escape import Use, uses
from flake8_qdrant.model.lifetimes.loop_entry import is_run_by_a_script
from flake8_qdrant.model.types.local_mode import is_local
from flake8_qdrant.rules.client_built_anew import found_at
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.libraries.model import ClassInfo
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each construction of a client that nobody closes."""
    for site in context.sites:
        cls = _needs_closing(context, site)
        if cls is None or found_at(context, site) is not None:
            continue
        done = {used.use for used in uses(context.model, context.source, site.call, cls.close)}
        if Use.CALLED not in done or not done <= {Use.CALLED, Use.LOOKED_AT}:
            continue
        if is_run_by_a_script(context.model, site.scope.frame()):
            continue
        name = cls.name.rpartition(".")[2]
        message = (
            f"this `{name}` is never closed, so its connections stay open: "
            f"await its `{cls.close}()` in a `finally`, or use a client that is shared"
        )
        yield context.finding(site.call, RULE.code, message)


def _needs_closing(context: RuleContext, site: Site) -> ClassInfo | None:
    if not site.in_coroutine_function or site.call.kind != "call":
        return None
    cls = constructed(context.model, context.source, site.call)
    if cls is None or cls.library.family is not Family.MAIN or cls.colour is not Colour.ASYNC:
        return None
    return None if cls.close is None or cls.finalizer or is_local(cls, site.call) else cls


RULE = Rule("QDR304", "client-never-closed", "0.1.0", __doc__, check)
