"""Requests with the answers of a Qdrant 1.18.2: the embedded engine gives the same.

`qdrant_answers.json` was recorded from a server. Its requests follow one another: what one changes
the next ones find.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from embedded_oracle import differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.embedded import EmbeddedServer

REQUESTS = json.loads(Path(__file__).with_name("qdrant_answers.json").read_text(encoding="utf-8"))


# A server has several, the embedded engine one.
SEGMENTS = frozenset({"segments_count"})


def pairs(document: Any) -> list[Any]:
    points = document["result"]["points"]
    return [[p["id"], p.get("order_value", p.get("score"))] for p in points]


def groups(document: Any) -> list[Any]:
    found = document["result"]["groups"]
    return [[g["id"], [[h["id"], h["score"]] for h in g["hits"]]] for g in found]


VIEWS: dict[str, Any] = {
    "code": lambda _: None,
    "error": lambda document: document["status"]["error"],
    "result": lambda document: document["result"],
    "config": lambda document: document["result"]["config"],
    "groups": groups,
    "ids": lambda document: [point["id"] for point in document["result"]["points"]],
    "info": lambda document: {k: v for k, v in document["result"].items() if k not in SEGMENTS},
    "params": lambda document: document["result"]["config"]["params"],
    "points": pairs,
    "schema": lambda document: document["result"]["payload_schema"],
    "status": lambda document: document["result"]["status"],
    "vectors": lambda document: [
        [point["id"], point.get("vector")] for point in document["result"]["points"]
    ],
}


@pytest.fixture(scope="module")
def answers(server: EmbeddedServer) -> Iterator[list[tuple[int, Any]]]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield [answer(client, request) for request in REQUESTS]
        client.delete("/collections/minimal")


def answer(client: httpx.Client, request: dict[str, Any]) -> tuple[int, Any]:
    for method, path, body in request.get("before", ()):
        client.request(method, path, json=body)
    content = request["raw"] if "raw" in request else json.dumps(request.get("body"))
    response = client.request(request["method"], request["path"], content=content)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "number", range(len(REQUESTS)), ids=[request["title"] for request in REQUESTS]
)
def test_the_answer_is_that_of_qdrant(answers: list[tuple[int, Any]], number: int) -> None:
    request = REQUESTS[number]
    status, document = answers[number]
    assert status == request["status"], document
    assert differs(VIEWS[request["view"]](document), request.get("answer")) is None
