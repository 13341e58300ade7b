"""A client built for every request, or in every turn of a loop.

## What it does
Flags a client that a request handler (FastAPI, Starlette, Quart, Flask, Sanic, Litestar, aiohttp,
an MCP tool) or one of its dependencies builds each time it runs, itself, by a factory that caches
nothing or in the constructor of an object, and one that a loop in an `async def` builds in every
turn. A client that
depends on what the request or the turn brings is left alone, as is one that is stored, that opens
local files or memory, or that a loop builds anew because it tries again.

## Why is this bad?
Setting up a client costs 30 to 50 ms of computing, on the event loop, and each has connections of
its own: every request pays for a new TCP and TLS handshake, and under load the sockets run out.
One client serves any number of concurrent requests.

## Example
{example}

## Use instead
Build the client once, when the application starts, and close it when it stops:

```python
@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, AsyncQdrantClient]]:
    client = AsyncQdrantClient(url=settings.qdrant_url)
    yield {"qdrant": client}  # a handler reads `request.state.qdrant`
    await client.close()
```

A cached factory (`functools.cache`) does as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.lifetimes.building import built_anew
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.lifetimes.building import Anew
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each constructor call that runs again and again."""
    for site in context.sites:
        anew = found_at(context, site)
        if anew is not None:
            yield context.finding(site.call, RULE.code, _message(site, anew))


def found_at(context: RuleContext, site: Site) -> Anew | None:
    """Tell whether the rule has a finding at a call."""
    anew = built_anew(context.model, context.source, site.call)
    if anew is None or anew.cls.library.family is not Family.MAIN:
        return None
    return None if anew.loop is not None and not site.on_loop else anew


def _message(site: Site, anew: Anew) -> str:
    own = f"builds its own `{anew.cls.name.rpartition('.')[2]}`"
    if anew.handler is None:
        return f"every turn of the loop {own}: build one before it"
    here = " here" if anew.handler is not site.scope.frame() else ""
    return (
        f"every request that runs `{anew.handler.name}` {own}{here}: "
        "build one when the application starts, and share it"
    )


RULE = Rule("QDR303", "client-built-anew", "0.1.0", __doc__, check)
