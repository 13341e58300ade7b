"""Tells when a client in local mode works: it has no request that could be seen."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Protocol

from qdrant_client.async_client_base import AsyncQdrantBase
from qdrant_client.client_base import QdrantBase
from qdrant_client.local.async_qdrant_local import AsyncQdrantLocal
from qdrant_client.local.qdrant_local import QdrantLocal

if TYPE_CHECKING:
    from collections.abc import Callable


class Witness(Protocol):
    """Who is told when a client works."""

    def searched(self) -> None:
        """Note the work, on the caller's stack."""


def watch_local_mode(current: Callable[[], Witness | None]) -> None:
    """Have each public method of the local clients tell that it begins.

    Args:
        current: Returns whom to tell, or None outside a run.
    """
    for owner, base in ((QdrantLocal, QdrantBase), (AsyncQdrantLocal, AsyncQdrantBase)):
        for name, method in inspect.getmembers(owner, inspect.isfunction):
            if not name.startswith("_") and name != "close" and hasattr(base, name):
                setattr(owner, name, _telling(method, current))


def _telling(method: Callable[..., Any], current: Callable[[], Witness | None]) -> Any:
    def tell() -> None:
        witness = current()
        if witness is not None:
            witness.searched()

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def asynchronous(*arguments: Any, **named: Any) -> Any:
            tell()
            return await method(*arguments, **named)

        return asynchronous

    @functools.wraps(method)
    def plain(*arguments: Any, **named: Any) -> Any:
        tell()
        return method(*arguments, **named)

    return plain
