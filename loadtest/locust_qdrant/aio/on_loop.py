"""A blocking client in coroutines: the mistake, made on purpose, so that it can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from qdrant_client import QdrantClient


class OnLoopClient:
    """Has the methods of an `AsyncQdrantClient`, and blocks the event loop in each of them.

    Args:
        client: whose methods are called.
    """

    def __init__(self, client: QdrantClient) -> None:
        self._blocking = client

    @property
    def _client(self) -> Any:  # noqa: ANN401 - as in the client, which does not say
        return self._blocking._client  # noqa: SLF001 - for whoever looks at the connections

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._blocking, name)

        async def call(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - passed through
            return method(*arguments, **keywords)

        return call
