"""The gRPC frontend: passes messages on unread, under the names that they came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

from locust_qdrant.embedded.frames import CallKind
from locust_qdrant.embedded.frontends.access import refusal
from locust_qdrant.embedded.frontends.link import EngineGoneError
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from locust_qdrant.embedded.frontends.link import EngineLink

# What Qdrant, too, answers without an API key.
_OPEN_METHODS = frozenset({"/qdrant.Qdrant/HealthCheck"})
# The protocol by which load balancers and Kubernetes ask, and its answer: status SERVING.
_HEALTH = "/grpc.health.v1.Health/Check"
_SERVING = b"\x08\x01"
_OPTIONS = (
    # Two servers on one port would each get some of the connections.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # A client may keep an idle connection alive, as with Qdrant; gRPC's own server hangs up on it.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_ping_strikes", 0),
)
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no annotations
    """Finds the same function for every method: it passes the message on."""

    def __init__(self, link: EngineLink, api_key: str | None) -> None:
        self._link = link
        self._api_key = api_key

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method: str = details.method

        async def forward(message: bytes, context: grpc.aio.ServicerContext) -> bytes:
            if method == _HEALTH:
                return _SERVING
            if self._api_key is not None and method not in _OPEN_METHODS:
                metadata = dict(context.invocation_metadata() or ())
                reason = refusal(self._api_key, metadata.get)
                if reason is not None:
                    await context.abort(grpc.StatusCode.UNAUTHENTICATED, reason)
            try:
                answer = await self._link.call(CallKind.GRPC, method.encode(), message)
            except EngineGoneError:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "the engine process has ended")
            if answer.code != grpc.StatusCode.OK.value[0]:
                await context.abort(_CODES[answer.code], answer.head.decode())
            return answer.body

        return grpc.unary_unary_rpc_method_handler(forward)


def grpc_server(
    link: EngineLink, api_key: str | None, bind: str, port: int
) -> tuple[grpc.aio.Server, int]:
    """Return a server that is not started yet, and the port that it is bound to.

    Raises:
        UsageError: the port is taken.
    """
    # As Qdrant does for every client that knows gzip, which all of gRPC's own do.
    server = grpc.aio.server(options=_OPTIONS, compression=grpc.Compression.Gzip)
    server.add_generic_rpc_handlers((_Handler(link, api_key),))
    host = f"[{bind}]" if ":" in bind else bind
    try:
        bound = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError:
        bound = 0
    if bound == 0:
        raise UsageError(
            f"cannot listen on {bind} port {port} for gRPC: choose another with --grpc-port"
        )
    return server, bound
