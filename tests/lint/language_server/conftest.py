"""Sessions with the server: one that most tests share, and one of its own for whoever needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import editor as sessions
import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pulling(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[sessions.Editor]:
    """Start an editor that asks for diagnostics, in a folder without anything."""
    session = await sessions.start(tmp_path_factory.mktemp("empty"))
    yield session
    await sessions.stop(session)


@pytest.fixture
def editor(pulling: sessions.Editor, project: Callable[..., Path]) -> sessions.Editor:
    """Give the editor that asks for diagnostics; `enter` a project with it."""
    return pulling


@pytest_asyncio.fixture(loop_scope="session")
async def start() -> AsyncIterator[Callable[..., Awaitable[sessions.Editor]]]:
    """Start an editor with wishes of its own; it is stopped at the end."""
    started = []

    async def begin(*arguments: Any, **more: Any) -> sessions.Editor:
        started.append(await sessions.start(*arguments, **more))
        return started[-1]

    yield begin
    for session in started:
        await sessions.stop(session)
