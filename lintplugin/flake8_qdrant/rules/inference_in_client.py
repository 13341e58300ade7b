"""Embeddings computed inside an asynchronous client, on the event loop.

## What it does
Flags a call of `AsyncQdrantClient` that is given text or images to embed (`models.Document`,
`models.Image`, `models.InferenceObject`, also inside points, queries and lists), and the methods
that always embed, such as the former `client.add`. A client that was constructed with
`cloud_inference=True` leaves the embedding to the server; where any client of the project may be
constructed so and it cannot be told which one is used, nothing is flagged.

## Why is this bad?
Without cloud inference the client runs fastembed itself before it sends the request, in the
thread of the event loop: some 10 to 100 ms a text, for the first call also the download of the
model. The `await` before the call does not help, as there is nothing to wait for.

## Example
{example}

## Use instead
Embed in a thread, and hand the client vectors:

```python
vector = await asyncio.to_thread(lambda: next(model.query_embed(text)))
answer = await client.query_points("articles", query=vector.tolist())
```

or let the server do it: `AsyncQdrantClient(url=..., cloud_inference=True)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import arguments, keyword
from flake8_qdrant.libraries.model import Embeds, Family, Kind
from flake8_qdrant.model.effects.inputs import held_input
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.model.lifetimes.allocation_sites import constructions, origins
from flake8_qdrant.rules.clients import all_of, is_async_client
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.libraries.model import Inference
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.model.values import SdkMethod
    from flake8_qdrant.rules.context import RuleContext

_LOST = (ValueUse.DROPPED, ValueUse.USED)


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that certainly embeds on the loop; a lost coroutine embeds nothing."""
    for site in context.sites:
        method = all_of(site, Kind.COROUTINE, Family.MAIN)
        if method is None or method.cls is None or method.member.embeds is None:
            continue
        if not is_async_client(method) or not site.on_loop or site.outcome.use in _LOST:
            continue
        message = _message(context, site, method)
        if message is not None:
            yield context.finding(site.call, RULE.code, message)


def _message(context: RuleContext, site: Site, method: SdkMethod) -> str | None:
    if method.member.embeds is Embeds.ALWAYS:
        return f"`{method.label}` embeds on the event loop: embed in a thread, and pass vectors"
    inference = context.model.tables.inference(method.cls.name) if method.cls is not None else None
    if inference is None:
        return None
    held = held_input(context.model, inference, context.source, site.call)
    if held is None or not _embeds_itself(context, site, method, inference):
        return None
    message = f"`{method.label}` embeds the `{held}` on the event loop: embed it in a thread"
    return f"{message}, or construct the client with `{inference.unless}=True`"


def _embeds_itself(
    context: RuleContext, site: Site, method: SdkMethod, inference: Inference
) -> bool:
    """Tell whether the client was certainly not told to leave embedding to the server."""
    if not inference.unless:
        return True
    function = site.call.field("function")
    receiver = function.field("object") if function is not None else None
    found = None if receiver is None else origins(context.model, context.source, receiver)
    if not found and method.cls is not None:
        known = constructions(context.model, method.cls)
        found = None if known is None else set(known)
    return bool(found) and all(_leaves_off(origin.call, inference.unless) for origin in found or ())


def _leaves_off(constructor: Node, option: str) -> bool:
    """Tell whether a constructor call certainly leaves an option false."""
    if any(argument.kind.endswith("_splat") for argument in arguments(constructor)):
        return False
    given = keyword(constructor, option)
    return given is None or given.kind == "false"


RULE = Rule("QDR105", "inference-in-client", "0.1.0", __doc__, check)
