"""What the embedding and language model services beside Qdrant would answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_VECTOR = [0.1, 0.2, 0.3, 0.4]
_USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def _chat_completion(body: dict[str, Any]) -> dict[str, Any] | str:
    answer = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    if body.get("stream"):
        piece = {"index": 0, "delta": {"role": "assistant", "content": "Dune"}}
        chunk = answer | {"object": "chat.completion.chunk", "choices": [piece]}
        return f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    message = {"role": "assistant", "content": "Dune", "refusal": None}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    return answer | {"object": "chat.completion", "choices": [choice], "usage": _USAGE}


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors = [
        {"object": "embedding", "index": index, "embedding": _VECTOR} for index in range(len(texts))
    ]
    return {"object": "list", "model": body["model"], "data": vectors, "usage": _USAGE}


def _response(body: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "output_text", "text": "Dune", "annotations": []}
    message = {"id": "msg-1", "type": "message", "role": "assistant", "status": "completed"}
    return {
        "id": "resp-1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": body["model"],
        "output": [message | {"content": [text]}],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


def _cohere_embed(body: dict[str, Any]) -> dict[str, Any]:
    vectors = [_VECTOR for _ in body["texts"]]
    return {
        "id": "embed-1",
        "response_type": "embeddings_by_type",
        "embeddings": {"float": vectors},
        "texts": body["texts"],
    }


def _cohere_embed_v1(body: dict[str, Any]) -> dict[str, Any]:
    vectors = [_VECTOR for _ in body["texts"]]
    return {
        "id": "embed-1",
        "response_type": "embeddings_floats",
        "embeddings": vectors,
        "texts": body["texts"],
    }


def _cohere_rerank(body: dict[str, Any]) -> dict[str, Any]:
    scores = [{"index": index, "relevance_score": 0.9} for index in range(len(body["documents"]))]
    return {"id": "rerank-1", "results": scores}


def _cohere_chat(_: dict[str, Any]) -> dict[str, Any]:
    content = [{"type": "text", "text": "Dune"}]
    message = {"role": "assistant", "content": content}
    return {"id": "chat-1", "finish_reason": "COMPLETE", "message": message}


# By how the path of the POST ends: Azure puts the same routes elsewhere.
BESIDE: dict[str, Callable[[dict[str, Any]], dict[str, Any] | str]] = {
    "/chat/completions": _chat_completion,
    "/embeddings": _embeddings,
    "/v1/responses": _response,
    "/v1/embed": _cohere_embed_v1,
    "/v1/rerank": _cohere_rerank,
    "/v2/embed": _cohere_embed,
    "/v2/rerank": _cohere_rerank,
    "/v2/chat": _cohere_chat,
}
