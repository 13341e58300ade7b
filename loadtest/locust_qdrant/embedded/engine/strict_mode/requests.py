"""What strict mode sees of a request, its conditions and points, and how it forbids one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator


def leaves(condition: Any, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the conditions of a filter that have no others in them, each with its full key."""
    for clause in (condition.should, condition.must, condition.must_not):
        for one in clause if isinstance(clause, list) else [clause] if clause else ():
            yield from _leaves_of(one, inside)
    if condition.min_should is not None:
        for one in condition.min_should.conditions:
            yield from _leaves_of(one, inside)


def _leaves_of(condition: Any, inside: str) -> Iterator[tuple[str, Any]]:
    kind = type(condition).__name__
    if kind == "Filter":
        yield from leaves(condition, inside)
    elif kind == "NestedCondition":
        key = condition.nested.key.removesuffix("[]")
        yield from leaves(condition.nested.filter, f"{inside}{key}[].")
    else:
        named = getattr(condition, "is_empty", None) or getattr(condition, "is_null", None)
        key = getattr(condition, "key", None) or getattr(named, "key", "")
        yield f"{inside}{key}", condition


def size_of(condition: Any) -> int:
    """Return with how many ids or values a condition compares; 0 for one that has no list."""
    kind = type(condition).__name__
    if kind == "HasIdCondition":
        return len(condition.has_id)
    match = condition.match if kind == "FieldCondition" else None
    return len(getattr(match, "any", None) or getattr(match, "except_", None) or ())


def points_of(body: Any) -> int:
    """Return how many points a write names."""
    return len(body.batch.ids if getattr(body, "batch", None) is not None else body.points)


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
