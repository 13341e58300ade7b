"""Strict mode: what a collection's owner allows its clients, as limits and rates.

The limits are Qdrant's, by their names in `StrictModeConfig`, and so are the sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.strict_mode.costs import COSTS
from locust_qdrant.embedded.engine.strict_mode.limits import RULES
from locust_qdrant.embedded.engine.strict_mode.requests import check_limit

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.collection import Collection


def check(collection: Collection | None, body: Any, timeout: int | None) -> None:
    """Check a request against the strict mode of its collection.

    Raises:
        RequestError: 400 for what is not allowed, with what to do instead; 429 beyond a rate.
    """
    if collection is None:
        return  # the operation itself will say so
    config = collection.entry.request.strict_mode_config
    if config is None or not config.enabled:
        return
    check_limit(timeout, config.max_timeout, "timeout")
    kind = type(body).__name__
    if kind in RULES:
        RULES[kind](body, config, collection)
    if kind in COSTS:
        what, cost = COSTS[kind]
        rate = config.read_rate_limit if what == "Read" else config.write_rate_limit
        if rate is not None:
            collection.bucket(what, rate).spend(cost(body, collection), what)
