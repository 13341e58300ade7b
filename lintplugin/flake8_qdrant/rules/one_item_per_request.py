"""One point a request, in a loop.

## What it does
Flags an `upsert` of `AsyncQdrantClient` that is given a single point in each turn of a plain `for`
loop, and likewise every method that takes many and is given a list of one: `retrieve`, `delete`,
`update_vectors`. Loops that end early or pause are left alone, as are those that ask the client
for something else in between.

This is advice: it is off unless it is asked for with `--extend-select QDR4`.

## Why is this bad?
A thousand points are a thousand round trips, and for the server a thousand small writes. In
batches of a few hundred the same points are stored many times faster.

## Example
{example}

## Use instead
Collect the points, and send them in batches:

```python
points = [models.PointStruct(id=number, vector=v) for number, v in enumerate(vectors)]
for start in range(0, len(points), 256):
    await client.upsert("articles", points=points[start : start + 256])
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import keyword, positional
from flake8_qdrant.facts.placement import holds
from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.model.lifetimes.iteration import differs_by_turn, turning
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.rules.clients import all_of, is_async_client
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.values import SdkMethod
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each awaited call with one item of what could be many."""
    for site in context.sites:
        method = all_of(site, Kind.COROUTINE, Family.MAIN)
        batch = method.member.batch if method is not None else None
        if method is None or batch is None or batch.method != method.member.name:
            continue
        if not is_async_client(method) or not site.on_loop:
            continue
        if site.outcome.use is ValueUse.AWAITED and _one_a_turn(context, site, method):
            message = (
                f"`{method.label}` gets one item in each turn of the loop: "
                f"collect them, and call `{batch}` with many"
            )
            yield context.finding(site.call, RULE.code, message)


def _one_a_turn(context: RuleContext, site: Site, method: SdkMethod) -> bool:
    loop = turning(site.call)
    if loop is None or not differs_by_turn(context.source, site.call, loop):
        return False
    others = (one for one in context.sites if one.call != site.call and holds(loop, one.call))
    if any(all_of(one, Kind.COROUTINE, Family.MAIN) is not None for one in others):
        return False
    return _has_list_of_one(context, site.call, method)


def _has_list_of_one(context: RuleContext, call: Node, method: SdkMethod) -> bool:
    batch = method.member.batch
    named = keyword(call, batch.parameter) if batch is not None else None
    given = [named] if named is not None else positional(call)
    return any(_is_list_of_one(context, one) for one in given)


def _is_list_of_one(context: RuleContext, node: Node) -> bool:
    if node.kind == "identifier":
        scope = binding_scope(context.source.scope_of(node), node.text)
        bindings = scope.bindings[node.text] if scope is not None else []
        value = bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None
        return value is not None and value.kind == "list" and _is_list_of_one(context, value)
    items = [item for item in node.children if item.kind != "comment"]
    return node.kind == "list" and len(items) == 1 and items[0].kind != "list_splat"


RULE = Rule("QDR403", "one-item-per-request", "0.1.0", __doc__, check, advice=True)
