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

ASKED = json.loads(Path(__file__).with_name("qdrant_answers.json").read_text(encoding="utf-8"))


def pairs(result: Any) -> list[Any]:
    return [[p["id"], p.get("order_value", p.get("score"))] for p in result["points"]]


def groups(result: Any) -> list[Any]:
    return [[g["id"], [[h["id"], h["score"]] for h in g["hits"]]] for g in result["groups"]]


VIEWS: dict[str, Any] = {
    "groups": groups,
    "ids": lambda result: [point["id"] for point in result["points"]],
    "params": lambda result: result["config"]["params"],
    "points": pairs,
    "result": lambda result: result,
    "status": lambda result: result["status"],
    "vectors": lambda result: [[point["id"], point.get("vector")] for point in result["points"]],
}


@pytest.fixture(scope="module")
def answers(server: EmbeddedServer) -> Iterator[list[tuple[int, Any]]]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield [answer(client, asked) for asked in ASKED]
        client.delete("/collections/minimal")


def answer(client: httpx.Client, asked: dict[str, Any]) -> tuple[int, Any]:
    for method, path, body in asked.get("before", ()):
        client.request(method, path, json=body)
    content = asked["raw"] if "raw" in asked else json.dumps(asked.get("body"))
    response = client.request(asked["method"], asked["path"], content=content)
    document = response.json()
    if response.status_code >= 400:
        return response.status_code, document["status"]["error"]
    return response.status_code, VIEWS[asked["view"]](document["result"])


@pytest.mark.parametrize("number", range(len(ASKED)), ids=[asked["title"] for asked in ASKED])
def test_the_answer_is_that_of_qdrant(answers: list[tuple[int, Any]], number: int) -> None:
    asked = ASKED[number]
    status, answer = answers[number]
    assert status == asked["status"]
    assert differs(answer, asked["answer"]) is None
