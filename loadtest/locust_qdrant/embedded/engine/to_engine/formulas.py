"""Formulas that score points: from `qdrant_client.models` to `qdrant_edge`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import qdrant_edge as edge

from locust_qdrant.embedded.engine.to_engine.filters import if_given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qdrant_client.http import models

    from locust_qdrant.embedded.engine.to_engine.filters import FilterConverter

_Expression = edge.Expression


def convert_formula(model: models.FormulaQuery, filters: FilterConverter) -> edge.Formula:
    """Convert a formula; its conditions are converted by `filters`."""
    return edge.Formula(convert_expression(model.formula, filters), model.defaults or {})


def convert_expression(model: Any, filters: FilterConverter) -> edge.Expression:
    """Convert a formula or a part of one."""
    if isinstance(model, int | float):
        return _Expression.Constant(float(model))
    if isinstance(model, str):
        return _Expression.Variable(model)
    kind = type(model).__name__
    if kind not in _EXPRESSIONS:
        return _Expression.Condition(filters.condition(model))
    return _EXPRESSIONS[kind](model, lambda inner: convert_expression(inner, filters))


def operands(model: Any) -> list[Any]:
    """Return the parts that a part of a formula is computed from, in the order of computation."""
    found: list[Any] = []

    def note(inner: Any) -> edge.Expression:
        found.append(inner)
        return _Expression.Constant(0.0)

    if type(model).__name__ in _EXPRESSIONS:
        _EXPRESSIONS[type(model).__name__](model, note)
    return found


def _decay(kind: edge.DecayKind, model: Any, convert: Callable[[Any], Any]) -> edge.Expression:
    return _Expression.Decay(
        kind,
        convert(model.x),
        target=if_given(model.target, convert),
        midpoint=model.midpoint,
        scale=model.scale,
    )


def _division(model: Any, convert: Callable[[Any], Any]) -> edge.Expression:
    return _Expression.Div(
        convert(model.div.left), convert(model.div.right), model.div.by_zero_default
    )


def _distance(model: Any, _: Callable[[Any], Any]) -> edge.Expression:
    origin = model.geo_distance.origin
    return _Expression.GeoDistance(edge.GeoPoint(origin.lon, origin.lat), model.geo_distance.to)


_EXPRESSIONS: Mapping[str, Callable[[Any, Callable[[Any], Any]], edge.Expression]] = {
    "AbsExpression": lambda m, convert: _Expression.Abs(convert(m.abs)),
    "AcoshExpression": lambda m, convert: _Expression.Acosh(convert(m.acosh)),
    "DatetimeExpression": lambda m, _: _Expression.Datetime(m.datetime),
    "DatetimeKeyExpression": lambda m, _: _Expression.DatetimeKey(m.datetime_key),
    "DivExpression": _division,
    "ExpDecayExpression": lambda m, convert: _decay(edge.DecayKind.Exp, m.exp_decay, convert),
    "ExpExpression": lambda m, convert: _Expression.Exp(convert(m.exp)),
    "GaussDecayExpression": lambda m, convert: _decay(edge.DecayKind.Gauss, m.gauss_decay, convert),
    "GeoDistance": _distance,
    "LinDecayExpression": lambda m, convert: _decay(edge.DecayKind.Lin, m.lin_decay, convert),
    "LnExpression": lambda m, convert: _Expression.Ln(convert(m.ln)),
    "Log10Expression": lambda m, convert: _Expression.Log10(convert(m.log10)),
    "MaxExpression": lambda m, convert: _Expression.Max([convert(one) for one in m.max]),
    "MinExpression": lambda m, convert: _Expression.Min([convert(one) for one in m.min]),
    "MultExpression": lambda m, convert: _Expression.Mult([convert(one) for one in m.mult]),
    "NegExpression": lambda m, convert: _Expression.Neg(convert(m.neg)),
    "PowExpression": lambda m, convert: _Expression.Pow(
        convert(m.pow.base), convert(m.pow.exponent)
    ),
    "SqrtExpression": lambda m, convert: _Expression.Sqrt(convert(m.sqrt)),
    "SumExpression": lambda m, convert: _Expression.Sum([convert(one) for one in m.sum]),
}
