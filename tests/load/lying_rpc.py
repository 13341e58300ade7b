"""A gRPC proxy that leaves nothing in the answers to queries, once it is told to."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import grpc
from qdrant_client import grpc as qdrant

if TYPE_CHECKING:
    from typing_extensions import Self

_ANSWERS: dict[str, Any] = {
    "/qdrant.Points/Query": qdrant.QueryResponse,
    "/qdrant.Points/QueryBatch": qdrant.QueryBatchResponse,
}


class LyingRpc(grpc.GenericRpcHandler):
    """Passes calls on as bytes.

    Args:
        port: of the server, on this machine.

    Attributes:
        lies: whether queries find nothing.
        metadata: names of all metadata that calls came with.
    """

    def __init__(self, port: int) -> None:
        self.lies = False
        self.metadata: set[str] = set()
        self.port = 0
        self._target = f"127.0.0.1:{port}"
        self._channel: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def service(self, details: Any) -> Any:
        self.metadata.update(name for name, _ in details.invocation_metadata)

        async def passed_on(request: bytes, context: Any) -> bytes:
            try:
                answer = await self._channel.unary_unary(details.method)(request)
            except grpc.aio.AioRpcError as error:
                await context.abort(error.code(), error.details())
            if self.lies and details.method in _ANSWERS:
                return _emptied(_ANSWERS[details.method].FromString(answer))
            return bytes(answer)

        return grpc.unary_unary_rpc_method_handler(passed_on)

    async def _start(self) -> None:
        self._channel = grpc.aio.insecure_channel(self._target)
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((self,))
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()

    async def _stop(self) -> None:
        await self._server.stop(None)
        await self._channel.close()


def _emptied(answer: Any) -> bytes:
    batch = isinstance(answer, qdrant.QueryBatchResponse)
    for each in answer.result if batch else [answer]:
        del (each if batch else answer).result[:]
    return bytes(answer.SerializeToString())
