"""What an operation is called with, whichever frontend the request came through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Call:
    """One request.

    `collection` is a name or an alias, `target` what else the route names (a point's id, an
    indexed field, a vector name), `body` a model of `qdrant_client.models`. Without `wait`, a
    write is acknowledged when it is in the log; here that is also when it is applied. `parameters`
    is what else stood behind a route's `?`.
    """

    collection: str = ""
    body: Any = None
    target: str = ""
    wait: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
