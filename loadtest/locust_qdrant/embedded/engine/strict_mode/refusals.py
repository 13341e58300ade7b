"""A request that strict mode forbids, in Qdrant's words."""

from __future__ import annotations

from locust_qdrant.embedded.engine.problems import RequestError


def refusal(error: str, solution: str) -> RequestError:
    """400: what is wrong with the request, and what to do instead."""
    return RequestError(400, f"Bad request: {error}. Help: {solution}")


def check_limit(value: float | None, limit: float | None, name: str) -> None:
    """Check that a value, if there is one, is not beyond a limit, if there is one.

    Raises:
        RequestError: 400, with the name of the value.
    """
    if limit is None or value is None or value <= limit:
        return
    raise refusal(
        f'Limit exceeded {value} > {limit} for "{name}"',
        f'Reduce the "{name}" parameter to or below {limit}.',
    )
