"""`await` on a client call that returns no awaitable.

## What it does
Flags `await` on a method of the synchronous `QdrantClient`, on a plain method of the asynchronous
one, on a constructor, and on a plain function or an attribute of your own that gives a client.

## Why is this bad?
The call is made, and blocks the event loop if it does I/O; then `await` raises `TypeError: object
... can't be used in 'await' expression`. With a client that a test replaces by an `AsyncMock` the
mistake stays unseen until production.

## Example
{example}

## Use instead
Use `AsyncQdrantClient` where the code awaits; drop the `await` where the method does no I/O.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.model.types.offloading import is_client
from flake8_qdrant.model.values import Function, Sdk, SdkClass, present
from flake8_qdrant.rules.clients import first, is_async_client, remedy
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.rules.context import RuleContext

_NAMES: Final = ("attribute", "identifier")
_NOT_AWAITABLE: Final = (Kind.BLOCKING, Kind.QUIET, Kind.CPU)


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each awaited call whose value cannot be awaited."""
    for site in context.sites:
        if site.outcome.use is not ValueUse.AWAITED:
            continue
        message = _method(site) or _constructor(site) or _getter(context, site)
        if message is not None:
            yield context.finding(site.call, RULE.code, message)
    for awaited in context.source.tree.find_all("await"):
        held = next(iter(awaited.children), None)
        name = None if held is None or held.kind not in _NAMES else _client(context, held)
        if held is not None and name is not None:
            message = f"`await` on a `{name}`, which is no awaitable: drop the `await`"
            yield context.finding(held, RULE.code, message)


def _method(site: Site) -> str | None:
    methods = [m for m in site.sdk_methods if m.library.family is Family.MAIN]
    if not methods or any(method.member.kind not in _NOT_AWAITABLE for method in methods):
        return None
    method = first(methods)
    if method.member.kind is not Kind.BLOCKING:
        return f"`await` on `{method.label}`, which returns no awaitable: drop the `await`"
    if is_async_client(method):
        return None
    return (
        f"`await` on `{method.label}`, which blocks the event loop and returns no awaitable: "
        f"{remedy(method)}"
    )


def _getter(context: RuleContext, site: Site) -> str | None:
    """Say so of a plain function of the project that gives a client at once."""
    if not site.called or not all(isinstance(value, Function) for value in site.called):
        return None
    name = _client(context, site.call)
    if name is None:
        return None
    return f"`await` on a plain function, which gives a `{name}` at once: drop the `await`"


def _client(context: RuleContext, node: Node) -> str | None:
    """Name the class of the client that an expression certainly is."""
    made = present(context.model.type_of(context.source, node))
    clients = [value.cls for value in made if isinstance(value, Sdk) and is_client(value)]
    if not clients or len(clients) != len(made):
        return None
    if any(cls.colour is None or cls.library.family is not Family.MAIN for cls in clients):
        return None
    return min(cls.name for cls in clients).rpartition(".")[2]


def _constructor(site: Site) -> str | None:
    classes = [value.cls for value in site.called if isinstance(value, SdkClass)]
    if not classes or len(classes) != len(site.called):
        return None
    if any(cls.library.family is not Family.MAIN for cls in classes):
        return None
    name = min(cls.name for cls in classes).rpartition(".")[2]
    return f"`await` on the constructor of `{name}`, which gives a client at once: drop the `await`"


RULE = Rule("QDR203", "await-without-awaitable", "0.1.0", __doc__, check)
