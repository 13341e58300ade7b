"""A client in local mode, whose work is done on the event loop.

## What it does
Flags a call in an `async def`, outside of tests, of a client that was made with `path=` or
`:memory:`: an awaited one of `AsyncQdrantClient`, or one of `QdrantClient`. Where the client comes
from must be seen, and its path be written there.

## Why is this bad?
In local mode there is no server to wait for: numpy and sqlite do the search in the process itself,
and each `await` of `AsyncQdrantClient` runs all of it on the event loop before it gives way. One
query over 20,000 vectors of 256 numbers took 97 ms in which the loop did not turn once.

## Example
{example}

## Use instead
Connect to a server, which local mode stands in for, or keep the search off the loop: one thread,
and a `QdrantClient` that only it uses.

```python
client = AsyncQdrantClient(url="http://localhost:6333")
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.rules.clients import all_of, is_async_client, is_in_local_mode
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.values import SdkMethod
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that certainly searches on the loop; a lost coroutine searches nothing."""
    if context.model.project.layout.is_of_tests(context.source.name):
        return
    for site in context.sites:
        method = _working(site) if site.on_loop and not site.once else None
        if method is not None and is_in_local_mode(context, site):
            message = (
                f"`{method.label}` of a client in local mode does its work on the event loop, with "
                "numpy and sqlite: connect to a server, or use a `QdrantClient` in one thread"
            )
            yield context.finding(site.call, RULE.code, message)


def _working(site: Site) -> SdkMethod | None:
    """Return the method whose work is done where it is called, or awaited; to close is none."""
    method = all_of(site, Kind.COROUTINE, Family.MAIN)
    if method is not None:
        is_work = site.outcome.use is ValueUse.AWAITED and not _closes(method)
        return method if is_work else None
    method = all_of(site, Kind.BLOCKING, Family.MAIN)
    if method is None or method.member.lazy or is_async_client(method) or _closes(method):
        return None
    return method if site.outcome.use is not ValueUse.AWAITED else None


def _closes(method: SdkMethod) -> bool:
    return method.cls is not None and method.member.name == method.cls.close


RULE = Rule("QDR106", "local-mode-on-loop", "0.1.0", __doc__, check)
