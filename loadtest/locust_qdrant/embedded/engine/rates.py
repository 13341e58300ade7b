"""Rates of strict mode: token buckets, full at first and refilled evenly over a minute."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from locust_qdrant.embedded.engine.problems import RequestError

_TOO_MANY = 429


@dataclass
class TokenBucket:
    """What is left of a rate. `per_minute` is also how much can be spent at once."""

    per_minute: int
    tokens: float = field(init=False)
    _looked: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens, self._looked = float(self.per_minute), time.monotonic()

    def spend(self, cost: int, what: str) -> None:
        """Take so many tokens; `what` is Read or Write.

        Raises:
            RequestError: 429 if there are too few.
        """
        if cost > self.per_minute:
            raise RequestError(
                _TOO_MANY,
                f"Rate limiting exceeded: {what} rate limit exceeded, request larger than rate"
                " limiter capacity, please try to split your request",
            )
        now = time.monotonic()
        per_second = self.per_minute / 60
        self.tokens = min(self.per_minute, self.tokens + per_second * (now - self._looked))
        self._looked = now
        if self.tokens < cost:
            seconds = math.ceil((cost - self.tokens) / per_second)
            raise RequestError(
                _TOO_MANY,
                f"Rate limiting exceeded: {what} rate limit exceeded: Operation requires {cost}"
                f" tokens but only {self.tokens:.1f} were available. Retry after {seconds}s",
                retry_after=seconds,
            )
        self.tokens -= cost
