"""A coroutine of another client library that is never awaited.

## What it does
Flags calls of coroutine methods of the asynchronous OpenAI and Cohere clients (and of libraries
that you declare) whose coroutine is thrown away, or used as if it were the result; and `await` on
one that is no coroutine function, such as those that open a stream.

## Why is this bad?
As for QDR201 and QDR202: the request is never sent, and the value is not the answer.

## Example
{example}

## Use instead
Write `await` before the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.effects.value_use import ValueUse
from flake8_qdrant.model.values import Sdk, present
from flake8_qdrant.rules.clients import first, lost_coroutine
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.libraries.model import ClassInfo
    from flake8_qdrant.model.effects.sites import Site
    from flake8_qdrant.rules.context import RuleContext


_NOT_AWAITABLE: Final = (Kind.QUIET, Kind.ASYNC_ITERATOR)


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each lost coroutine of a client beside Qdrant's."""
    for site in context.sites:
        message = _awaited_in_vain(context, site)
        if message is not None:
            yield context.finding(site.call, RULE.code, message)
            continue
        lost = lost_coroutine(context, site, Family.BESIDE)
        if lost is None:
            continue
        name, (use_of, how) = lost.name, lost.outcome
        if use_of is ValueUse.DROPPED:
            message = f"{name} {lost.missing}: write `await` before the call itself"
            if not lost.by_thread:
                message = f"{name} {lost.missing}: write `await` before it"
            yield context.finding(site.call, RULE.code, message)
        elif use_of is ValueUse.USED:
            message = f"{name} is a coroutine, not the result, and {how}: await the call first"
            yield context.finding(site.call, RULE.code, message)


def _awaited_in_vain(context: RuleContext, site: Site) -> str | None:
    """Say why the `await` of a call fails that is no coroutine, such as that of a stream."""
    if not site.sdk_methods or site.outcome.use is not ValueUse.AWAITED:
        return None
    method = first(site.sdk_methods)
    if method.library.family is not Family.BESIDE:
        return None
    if any(one.member.kind not in _NOT_AWAITABLE for one in site.sdk_methods):
        return None
    remedy = "drop the `await`"
    made = present(context.model.type_of(context.source, site.call))
    if method.member.kind is Kind.ASYNC_ITERATOR:
        remedy = "run through it with `async for`"
    elif any(isinstance(one, Sdk) and _is_manager(one.cls) for one in made):
        remedy = "enter it with `async with`, without the `await`"
    return f"`await` on `{method.label}`, which returns no awaitable: {remedy}"


def _is_manager(cls: ClassInfo) -> bool:
    """Tell whether an object is there to be entered, and is no client itself."""
    return cls.is_async_context_manager and cls.close is None


RULE = Rule("QDR502", "sdk-coroutine-never-awaited", "0.1.0", __doc__, check)
