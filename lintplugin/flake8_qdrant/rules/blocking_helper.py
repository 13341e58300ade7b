"""A blocking client call in `async def`, through a helper function.

## What it does
Flags a call in an `async def` of a plain function, method or constructor of the project that, at
once or through further functions, makes a blocking `QdrantClient` call. The message names every
step, with file and line.

## Why is this bad?
As for QDR101: the loop stands still until the server has answered. Here the line that blocks and
the line that must change are in different functions, often in different files, and each looks
right.

## Example
{example}

## Use instead
Make the helper a coroutine function on `AsyncQdrantClient` and await it, or hand the helper to a
thread: `await asyncio.to_thread(store.find, vector)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.finding import Step
from flake8_qdrant.rules.view import Rule
from flake8_qdrant.sdk.model import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.inference.blocking import Harm
    from flake8_qdrant.inference.sites import Site
    from flake8_qdrant.rules.view import View


def check(view: View) -> Iterator[Finding]:
    """Give each call that blocks the loop through functions of the project."""
    for site in view.sites:
        if not site.on_loop or site.harm is None or not site.harm.steps:
            continue
        if site.harm.method.library.family is Family.MAIN:
            yield report(view, site, site.harm, RULE.code)


def report(view: View, site: Site, harm: Harm, code: str) -> Finding:
    """Return the finding for a call that blocks through the steps of a chain."""
    called = site.call.field("function")
    start = called.text() if called is not None and "\n" not in called.text() else "the call"
    steps = tuple(Step(s.function, view.display(s.path), s.line) for s in harm.steps)
    links = [f"`{start}()`" if start != "the call" else start]
    links += [f"`{s.function}` ({s.path.rpartition('/')[2]}:{s.line})" for s in steps]
    links.append(f"`{harm.method.label}`")
    return view.finding(site.call, code, "blocks the event loop: " + " -> ".join(links), steps)


RULE = Rule("QDR102", "blocking-helper", "0.1.0", __doc__, check)
