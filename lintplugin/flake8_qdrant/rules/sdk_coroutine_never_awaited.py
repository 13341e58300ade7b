"""A coroutine of another client library that is never awaited.

## What it does
Flags calls of coroutine methods of the asynchronous OpenAI and Cohere clients (and of libraries
that you declare) whose coroutine is thrown away, or used as if it were the result.

## Why is this bad?
As for QDR201 and QDR202: the request is never sent, and the value is not the answer.

## Example
{example}

## Use instead
Write `await` before the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.model.effects.value_use import Fate
from flake8_qdrant.rules.clients import lost_coroutine
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(view: RuleContext) -> Iterator[Finding]:
    """Give each lost coroutine of a client beside Qdrant's."""
    for site in view.sites:
        lost = lost_coroutine(view, site, Family.BESIDE)
        if lost is None:
            continue
        name, (fate, how) = lost.name, lost.outcome
        if fate is Fate.DROPPED:
            message = f"{name} {lost.missing}: write `await` before the call itself"
            if not lost.by_thread:
                message = f"{name} {lost.missing}: write `await` before it"
            yield view.finding(site.call, RULE.code, message)
        elif fate is Fate.USED:
            message = f"{name} is a coroutine, not the result, and {how}: await the call first"
            yield view.finding(site.call, RULE.code, message)


RULE = Rule("QDR502", "sdk-coroutine-never-awaited", "0.1.0", __doc__, check)
