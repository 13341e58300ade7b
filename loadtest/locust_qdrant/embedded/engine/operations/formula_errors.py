"""Why a formula cannot be computed for a point: the engine only says that it was cancelled.

The engine is asked again, for ever smaller parts of the formula and one point only, until a part
is found that fails while what it is made of does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import RequestError, wrong_input
from locust_qdrant.embedded.engine.to_engine.formulas import convert_expression, operands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust_qdrant.embedded.engine.to_engine.filters import FilterConverter
    from locust_qdrant.embedded.engine.to_engine.queries import QueryConverter

    Search = Callable[[edge.QueryRequest], list[edge.ScoredPoint]]

# No collection has more points; the engine allocates by the points there are.
_EVERY_POINT = 2**32


def formula_problem(model: Any, converter: QueryConverter, search: Search) -> RequestError | None:
    """Return what is wrong with a formula of a query or of its prefetches.

    `model` is the query, or one of its prefetches. None if no formula of it fails.
    """
    prefetches = model.prefetch or []
    for inner in prefetches if isinstance(prefetches, list) else [prefetches]:
        problem = formula_problem(inner, converter, search)
        if problem is not None:
            return problem
    if type(model.query).__name__ != "FormulaQuery":
        return None
    request = converter.request(model, _EVERY_POINT) | {"score_threshold": None}
    return _Formula(model.query, request, converter.filters, search).problem()


class _Formula:
    """One formula, which is computed in parts and for some of the points only."""

    def __init__(
        self, model: Any, request: dict[str, Any], filters: FilterConverter, search: Search
    ) -> None:
        self._model = model
        self._request = request
        self._filters = filters
        self._search = search

    def problem(self) -> RequestError | None:
        whole = self._model.formula
        ids = [point.id for point in self._scored(0.0, None) or ()]
        if not ids or self._scored(whole, ids) is not None:
            return None
        while len(ids) > 1:
            half = ids[: len(ids) // 2]
            ids = half if self._scored(whole, half) is None else ids[len(ids) // 2 :]
        return wrong_input(self._reason(whole, ids))

    def _scored(self, model: Any, ids: Sequence[Any] | None) -> list[edge.ScoredPoint] | None:
        """Compute a part for these points, or for all; None if it cannot be computed."""
        expression = convert_expression(model, self._filters)
        formula = edge.Formula(expression, self._model.defaults or {})
        request = self._request | {"query": formula}
        if ids is not None:
            given = self._request["filter"]
            must: list[edge.ConditionType] = [edge.HasIdCondition(set(ids))]
            request["filter"] = edge.Filter(must=[*must, *([] if given is None else [given])])
        try:
            return self._search(edge.QueryRequest(**request))
        except RequestError:
            return None

    def _reason(self, model: Any, ids: Sequence[Any]) -> str:
        """Say why this part cannot be computed for the one point."""
        values: list[float] = []
        for operand in operands(model):
            points = self._scored(operand, ids)
            if points is None:
                return self._reason(operand, ids)
            values += [operand if isinstance(operand, int | float) else p.score for p in points]
        variable = _variable(model)
        if variable is not None:
            return self._unusable(*variable, ids)
        computed = _computed(type(model).__name__, values)
        return f"The expression {computed} produced a non-finite number"

    def _unusable(self, key: str, expected: str, ids: Sequence[Any]) -> str:
        empty = edge.Filter(must=[edge.IsEmptyCondition(key), edge.HasIdCondition(set(ids))])
        missing = self._search(edge.QueryRequest(limit=1, filter=empty))
        given = not missing or key in (self._model.defaults or {})
        why = f"Value is not a {expected}" if given else "No value found in a payload nor defaults"
        return (
            f"Expected {expected} value for {key} in the payload and/or in the formula defaults."
            f" Error: {why}"
        )


def _variable(model: Any) -> tuple[str, str] | None:
    """Return the payload field that a part stands for, and what its value has to be."""
    if isinstance(model, str):
        return model, "number"
    kind = type(model).__name__
    if kind == "GeoDistance":
        return model.geo_distance.to, "geo point"
    return (model.datetime_key, "datetime") if kind == "DatetimeKeyExpression" else None


def _computed(kind: str, values: Sequence[float]) -> str:
    """Return an operation with what comes of it, as Qdrant writes it."""
    if kind not in _OPERATIONS:
        return "as f32"
    written, compute = _OPERATIONS[kind]
    with np.errstate(all="ignore"):
        result = compute(*map(np.float64, values))
    return written.format(*map(_shown, (*values, result)))


def _shown(value: float) -> str:
    return np.format_float_positional(np.float32(value), trim="-").replace("nan", "NaN")


_OPERATIONS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "AcoshExpression": ("acosh({}) = {}", np.arccosh),
    "DivExpression": ("{}/{} = {}", np.divide),
    "ExpExpression": ("exp({}) = {}", np.exp),
    "LnExpression": ("ln({}) = {}", np.log),
    "Log10Expression": ("log10({}) = {}", np.log10),
    "PowExpression": ("{}^{} = {}", np.power),
    "SqrtExpression": ("√{} = {}", np.sqrt),
}
