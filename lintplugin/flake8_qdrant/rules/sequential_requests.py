"""Requests sent one after the other that could go together.

## What it does
Flags an `await` of an `AsyncQdrantClient` method in a plain `for` loop or a comprehension, where no
turn needs the answer of another, and the second of two neighbouring calls of one method that do not
need each other. The message names the method that takes many at once, where the client has one.
Loops that end early, pause, handle errors or wait for something else are left alone.

This is advice: it is off unless it is asked for with `--extend-select QDR4`.

## Why is this bad?
Each request waits for the answer of the one before, so that a hundred searches of 5 ms take half a
second, most of it on the network. In one batch they take little more than one.

## Example
{example}

## Use instead
Send them in one request, in the same order:

```python
requests = [models.QueryRequest(query=vector) for vector in vectors]
answers = await client.query_batch_points("articles", requests=requests)
```

Where no batch method fits, let them wait together: `await asyncio.gather(...)`; bounded by an
`asyncio.Semaphore`, if there may be many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import arguments
from flake8_qdrant.facts.placement import COMPREHENSIONS
from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.model.lifetimes.iteration import differs_by_turn, names_in, turning
from flake8_qdrant.rules.clients import all_of, is_async_client
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.values import SdkMethod
    from flake8_qdrant.rules.context import RuleContext

_GATHER = "await them together with `asyncio.gather`"
_SEVERAL = ("expression_list", "list", "tuple")


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each awaited request that waits for another one in vain."""
    for site in context.sites:
        method = all_of(site, Kind.COROUTINE, Family.MAIN)
        if method is None or not is_async_client(method) or not site.on_loop:
            continue
        if site.outcome.use is not ValueUse.AWAITED:
            continue
        message = _in_a_loop(context, site, method) or _after_another(context, site, method)
        if message is not None:
            yield context.finding(site.call, RULE.code, message)


def _in_a_loop(context: RuleContext, site: Site, method: SdkMethod) -> str | None:
    loop = turning(site.call)
    if loop is None or _takes_many(method) or not differs_by_turn(context.source, site.call, loop):
        return None
    if not _is_the_only_await(loop) or loop.has("try_statement"):
        return None
    one_collection = _is_steady(context, site.call, loop)
    if method.member.batch is None or not one_collection:
        return None if _is_statement(site.call) else f"{_waits(method, 'turn')}: {_GATHER}"
    return f"{_waits(method, 'turn')}: send all in one `{method.member.batch}`"


def _waits(method: SdkMethod, of: str) -> str:
    return f"`{method.label}` waits for the answer of the {of} before, which it does not need"


def _takes_many(method: SdkMethod) -> bool:
    """Tell whether the method does for many what it does for one, or is a batch of another."""
    members = method.cls.members if method.cls is not None else {}
    batches = {one.batch.method for known in members.values() for one in known if one.batch}
    return method.member.name in batches


def _is_the_only_await(loop: Node) -> bool:
    awaits = loop.find_all("await")
    if len(list(awaits)) != 1:
        return False
    if loop.kind in COMPREHENSIONS:
        return True
    statements = (*loop.find_all("with_statement"), *loop.find_all("for_statement"))
    return not any(one.is_async for one in statements)


def _is_steady(context: RuleContext, call: Node, loop: Node) -> bool:
    """Tell whether the first argument, which names the collection, is the same in every turn."""
    given = arguments(call)
    return bool(given) and not differs_by_turn(context.source, given[0], loop)


def _is_statement(call: Node) -> bool:
    awaited = call.parent
    around = awaited.parent if awaited is not None else None
    return around is not None and around.kind == "expression_statement"


def _after_another(context: RuleContext, site: Site, method: SdkMethod) -> str | None:
    awaited = site.call.parent
    before = None if awaited is None else _neighbour(awaited)
    earlier = None if before is None else _same_method(context, before, site)
    if earlier is None or before is None or _needs(before, site.call):
        return None
    if method.member.batch is not None and not _takes_many(method):
        mine, other = arguments(site.call)[:1], arguments(earlier)[:1]
        if [one.text for one in mine] == [one.text for one in other]:
            return f"{_waits(method, 'call')}: send both in one `{method.member.batch}`"
    return f"{_waits(method, 'call')}: {_GATHER}"


def _neighbour(awaited: Node) -> Node | None:
    """Return what is evaluated just before: the other statement, or the other item."""
    around = awaited.parent
    if around is None:
        return None
    if around.kind in _SEVERAL:
        return next(awaited.before(), None)
    if around.kind != "assignment" or around.field("right") != awaited:
        return None
    statement = around.parent
    if statement is None or statement.kind != "expression_statement":
        return None
    return next(statement.before(), None)


def _same_method(context: RuleContext, before: Node, site: Site) -> Node | None:
    """Return the neighbour's call if it is an awaited one of the same method of the same object."""
    value = before
    if before.kind == "expression_statement":
        assignment = next(iter(before.children), None)
        if assignment is None or assignment.kind != "assignment":
            return None
        value = assignment.field("right") or before
    call = next(iter(value.children), None) if value.kind == "await" else None
    function = call.field("function") if call is not None and call.kind == "call" else None
    own = site.call.field("function")
    if call is None or function is None or own is None or function.text != own.text:
        return None
    return call if context.model.type_of(context.source, function) == site.called else None


def _needs(before: Node, call: Node) -> bool:
    """Tell whether a call reads what the statement before it binds."""
    assignment = next(iter(before.children), None)
    target = assignment.field("left") if assignment is not None else None
    bound = {name.text for name in names_in(target)} if target is not None else set()
    return any(name.text in bound for name in names_in(call))


RULE = Rule("QDR401", "sequential-requests", "0.1.0", __doc__, check, advice=True)
