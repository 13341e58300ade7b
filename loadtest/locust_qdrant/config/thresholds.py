"""Limits that a run has to keep, as text: `query.p99 < 50ms`, `errors == 0`, `recall > 95%`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.config.model import Threshold
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

COMPARATORS = ("<", "<=", ">", ">=", "==")


class _Unit(NamedTuple):
    """What a figure is counted in: factors by suffix, and how to say it."""

    factors: Mapping[str, float]
    words: str
    most: float = float("inf")


_TIME = _Unit({"us": 1e-6, "ms": 1e-3, "s": 1.0}, "a time with its unit, us, ms or s")
_RATE = _Unit({"/s": 1.0, "": 1.0}, "a number a second, such as 500/s")
_COUNT = _Unit({"": 1.0}, "a number without a unit")
_SHARE = _Unit({"%": 0.01, "": 1.0}, "a share, such as 95% or 0.95", most=1.0)

_LATENCIES = ("p50", "p90", "p95", "p99", "p999", "mean", "max")

#: Figures of each operation, and of all of them together.
_OF_OPERATIONS: dict[str, _Unit] = {
    **dict.fromkeys(_LATENCIES, _TIME),
    **{f"service.{name}": _TIME for name in _LATENCIES},
    "throughput": _RATE,
    "errors": _COUNT,
    "error_rate": _SHARE,
}
#: Limits on these decide which failed requests are fine.
BUDGETS = frozenset({"errors", "error_rate"})
#: Figures that only a whole run has.
_OF_RUN: dict[str, _Unit] = {
    "missed": _COUNT,
    "loop.lag.p50": _TIME,
    "loop.lag.p99": _TIME,
    "loop.lag.max": _TIME,
    "heartbeat.p99": _TIME,
    "heartbeat.max": _TIME,
    "recall": _SHARE,
}
OPERATION_FIGURES = tuple(_OF_OPERATIONS)
RUN_FIGURES = tuple(_OF_RUN)

#: An operation of such a name could not be told from a figure.
RESERVED = frozenset(name.partition(".")[0] for name in (*_OF_OPERATIONS, *_OF_RUN)) | {"total"}

_FORM = re.compile(r"\s*([\w.-]+?)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*(\S*)\s*")


def parse_threshold(text: str) -> Threshold:
    """Return the limit that `text` sets.

    Args:
        text: `[operation.]figure comparator limit`, the limit with its unit: us, ms or s for times,
            `/s` for rates, `%` for shares.

    Raises:
        UsageError: `text` is not of that form, or there is no such figure.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise UsageError(
            f"the threshold {text!r} is not of the form FIGURE COMPARATOR LIMIT, such as "
            f"query.p99 < 50ms; comparators are {', '.join(COMPARATORS)}."
        )
    left, comparator, number, suffix = match.groups()
    operation, figure, unit = _figure(text, left)
    if suffix not in unit.factors:
        raise UsageError(
            f"the threshold {text!r}: {figure} is compared with {unit.words}, not with "
            f"{number + suffix}."
        )
    limit = float(number) * unit.factors[suffix]
    if limit > unit.most:
        raise UsageError(
            f"the threshold {text!r}: {figure} is a share and never above 1; write it like 95% or "
            "0.95."
        )
    return Threshold(" ".join(text.split()), operation, figure, comparator, limit)


def check_operation(threshold: Threshold, operations: Collection[str]) -> None:
    """Refuse a threshold of an operation that is not in `operations`.

    Raises:
        UsageError: there is no such operation.
    """
    if threshold.operation and threshold.operation not in operations:
        raise UsageError(
            f"the threshold {threshold.text!r}: this workload has no operation "
            f"{threshold.operation!r}; choose from {', '.join(operations)}."
        )


def _figure(text: str, left: str) -> tuple[str, str, _Unit]:
    """Return the operation, the figure and its unit for what stands left of the comparator."""
    if left in _OF_RUN:
        return "", left, _OF_RUN[left]
    if left in _OF_OPERATIONS:
        return "", left, _OF_OPERATIONS[left]
    operation, _, figure = left.partition(".")
    if operation not in RESERVED and figure in _OF_OPERATIONS:
        return operation, figure, _OF_OPERATIONS[figure]
    if operation not in RESERVED and figure in _OF_RUN:
        raise UsageError(
            f"the threshold {text!r}: {figure} is a figure of the whole run; leave out {operation}."
        )
    raise UsageError(
        f"the threshold {text!r}: there is no figure {left!r}; choose from "
        f"{', '.join(OPERATION_FIGURES)}, each also of one operation as in query.p99, or from "
        f"{', '.join(RUN_FIGURES)}."
    )
