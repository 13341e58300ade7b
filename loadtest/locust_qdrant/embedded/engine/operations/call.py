"""What an operation is called with, whichever frontend the request came through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request.

    `collection` is a name or an alias, `target` what else the route names (a point's id, an
    indexed field, a vector name), `body` a model of `qdrant_client.models`. Without `wait`, a
    write is acknowledged when it is in the log; here that is also when it is applied.
    """

    collection: str = ""
    body: Any = None
    target: str = ""
    wait: bool = False
