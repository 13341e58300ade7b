"""A blocking call of another client library in `async def`, through a helper function.

## What it does
Flags a call in an `async def` of a plain function, method or constructor of the project that, at
once or through further functions, makes a blocking OpenAI or Cohere call (or one of a library that
you declare). The message names every step, with file and line. QDR501 flags the direct calls.

## Why is this bad?
As for QDR102: the line that blocks and the line that must change are in different functions, and
each looks right.

## Example
{example}

## Use instead
Make the helper a coroutine function on the asynchronous client and await it, or hand the helper to
a thread: `await asyncio.to_thread(embedder.embed, text)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.libraries.model import Family
from flake8_qdrant.rules.blocking_helper import through_helpers
from flake8_qdrant.rules.context import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.rules.context import RuleContext


def check(context: RuleContext) -> Iterator[Finding]:
    """Give each call that blocks the loop in another library, through functions of the project."""
    return through_helpers(context, Family.BESIDE, RULE.code)


RULE = Rule("QDR503", "blocking-sdk-helper", "0.1.0", __doc__, check)
