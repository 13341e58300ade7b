"""The fixture `loop_probe`: a test fails when a line holds its event loop for too long."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, cast

import pytest

from .loop_probe import LoopProbe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_NAME = "loop_probe"
_LIMIT = 0.1
_MOST_LINES = 5


class LoopProbeFixture(LoopProbe):
    """A probe with a limit. In an `async def` test it runs by itself, around the test's body.

    Attributes:
        limit: for how long a line may hold the loop at a stretch, in seconds.
        watches_body: whether it runs by itself, and the body's end is where it checks.
    """

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit
        self.watches_body = False

    def check(self) -> None:
        """Fail the test if a line held the loop for longer than the limit."""
        held = [
            line for line in self.profile().lines if line.longest_milliseconds > self.limit * 1000
        ]
        if held:
            pytest.fail(
                f"The event loop was held for longer than {self.limit * 1000:g} ms:\n"
                + "\n".join(
                    f"  {line.file}:{line.line} in {line.function}: "
                    f"{line.longest_milliseconds:.0f} ms"
                    + (f", in {line.library_frame}" if line.library_frame else "")
                    for line in held[:_MOST_LINES]
                ),
                pytrace=False,
            )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "loop_probe(limit): seconds for which a line may hold the event loop, for the fixture "
        "loop_probe; 0.1 if not given",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Put the probe around the body of an asynchronous test that asks for it."""
    if (
        isinstance(item, pytest.Function)
        and _NAME in item.fixturenames
        and inspect.iscoroutinefunction(item.obj)
    ):
        item.obj = _watched(item, item.obj)


@pytest.fixture
def loop_probe(request: pytest.FixtureRequest) -> Iterator[LoopProbeFixture]:
    """Watch the test's event loop; fail the test when a line holds it for longer than a limit."""
    marker = request.node.get_closest_marker(_NAME)
    limit = marker.kwargs.get("limit", _LIMIT) if marker is not None else _LIMIT
    probe = LoopProbeFixture(limit)
    yield probe
    if not probe.watches_body:
        probe.check()


def _watched(
    item: pytest.Function, test: Callable[..., Awaitable[Any]]
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(test)
    async def watched(*args: object, **kwargs: object) -> None:
        probe = cast("LoopProbeFixture", item.funcargs[_NAME])
        probe.watches_body = True
        with probe:
            await test(*args, **kwargs)
        probe.check()

    return watched
