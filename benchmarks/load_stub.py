"""A server of constant latency, REST and gRPC, for `benchmarks/load.py`: it computes nothing.

    python benchmarks/load_stub.py MILLISECONDS

Prints its two ports. Each request waits from its arrival for as long as was asked, and is answered
as a query for ten points, or as an upsert. On every line of its input it prints the p50 and p99 of
what it imposed since the last one, in milliseconds, from a request's arrival to its answer.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from typing import cast

import grpc
import uvloop
from hdrh.histogram import HdrHistogram
from qdrant_client import grpc as proto

HITS = 10
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "


class Imposed:
    """How long answers really took, in microseconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begin()

    def _begin(self) -> None:
        self._histogram = HdrHistogram(1, 60_000_000, 3)

    def note(self, arrived: float) -> None:
        """Note that what arrived at a time, by `time.perf_counter`, was answered."""
        self._histogram.record_value(max(1, round((time.perf_counter() - arrived) * 1e6)))

    def left(self, arrived: float) -> float:
        """Return the seconds until the answer is due."""
        return max(0.0, arrived + self.seconds - time.perf_counter())

    def report(self) -> str:
        """Return p50 and p99 in milliseconds, and begin anew."""
        at = self._histogram.get_percentile_to_value_dict([50, 99])
        self._begin()
        return f"{at.get(50, 0) / 1000} {at.get(99, 0) / 1000}"


def _rest_answers() -> tuple[bytes, bytes]:
    points = [
        {"id": i, "version": 1, "score": 0.5, "payload": {"group": i, "text": "x" * 50}}
        for i in range(HITS)
    ]
    query = {"result": {"points": points}, "status": "ok", "time": 0.001}
    upsert = {"result": {"operation_id": 1, "status": "completed"}, "status": "ok", "time": 0.001}
    query_body, upsert_body = json.dumps(query).encode(), json.dumps(upsert).encode()
    return (
        _HEAD + str(len(query_body)).encode() + b"\r\n\r\n" + query_body,
        _HEAD + str(len(upsert_body)).encode() + b"\r\n\r\n" + upsert_body,
    )


class Rest(asyncio.Protocol):
    """One connection; a client has one request under way on it."""

    QUERY, UPSERT = _rest_answers()

    def __init__(self, imposed: Imposed) -> None:
        self._imposed = imposed
        self._data = b""
        self._arrived = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where the answers go."""
        # uvloop's transports are not derived from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer in time, when the request is complete."""
        if not self._data:
            self._arrived = time.perf_counter()
        self._data += data
        head, found, body = self._data.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        answer = self.UPSERT if head.startswith(b"PUT") else self.QUERY
        self._data = b""
        loop = asyncio.get_running_loop()
        loop.call_later(self._imposed.left(self._arrived), self._answer, answer, self._arrived)

    def _answer(self, answer: bytes, arrived: float) -> None:
        self._imposed.note(arrived)
        self._transport.write(answer)


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


class Grpc(grpc.GenericRpcHandler):
    """The two calls, without reading what they say."""

    def __init__(self, imposed: Imposed) -> None:
        self._imposed = imposed
        payload = {
            "group": proto.Value(integer_value=1),
            "text": proto.Value(string_value="x" * 50),
        }
        points = [
            proto.ScoredPoint(id=proto.PointId(num=i), payload=payload, score=0.5, version=1)
            for i in range(HITS)
        ]
        result = proto.UpdateResult(operation_id=1, status=proto.UpdateStatus.Completed)
        upsert = proto.PointsOperationResponse(result=result, time=0.001)
        self._answers = {
            "/qdrant.Points/Query": proto.QueryResponse(result=points, time=0.001),
            "/qdrant.Points/Upsert": upsert,
        }

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """Return what answers a call."""
        message = self._answers.get(details.method)
        if message is None:
            return None
        answer = message.SerializeToString()

        async def respond(_request: bytes, _context: object) -> bytes:
            arrived = time.perf_counter()
            await asyncio.sleep(self._imposed.left(arrived))
            self._imposed.note(arrived)
            return answer

        return grpc.unary_unary_rpc_method_handler(respond)


async def main() -> None:
    """Serve until the input ends."""
    imposed = Imposed(float(sys.argv[1]) / 1000)
    loop = asyncio.get_running_loop()
    rest = await loop.create_server(lambda: Rest(imposed), "127.0.0.1", 0, backlog=1024)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Grpc(imposed),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # A collection of garbage would be a latency that nobody asked for.
    gc.collect()
    gc.freeze()
    print(rest.sockets[0].getsockname()[1], port, flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(imposed.report(), flush=True)
    await server.stop(None)


if __name__ == "__main__":
    uvloop.run(main())
