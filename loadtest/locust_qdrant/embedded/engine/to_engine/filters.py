"""Filters: from `qdrant_client.models` to `qdrant_edge`.

Conditions are told apart by the name of their class, since an older qdrant-client lacks some of
the classes that the engine knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import not_served
from locust_qdrant.embedded.engine.to_engine.ids import convert_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from qdrant_client.http import models


def convert_filter(model: models.Filter) -> edge.Filter:
    """Convert a filter with all that it holds.

    Raises:
        RequestError: 501 when the engine has no such condition.
        ValueError: a key is not a JSON path, or an id neither a number nor a UUID.
    """
    return edge.Filter(
        must=_conditions(model.must),
        should=_conditions(model.should),
        must_not=_conditions(model.must_not),
        min_should=model.min_should
        and edge.MinShould(
            conditions=_conditions(model.min_should.conditions) or [],
            min_count=model.min_should.min_count,
        ),
    )


def optional_filter(model: models.Filter | None) -> edge.Filter | None:
    """Convert a filter if there is one."""
    return None if model is None else convert_filter(model)


def without_points(condition: edge.Filter | None, ids: frozenset[Any]) -> edge.Filter | None:
    """Narrow a filter so that it leaves out the points with these ids."""
    if not ids:
        return condition
    excluded = edge.Filter(must_not=[edge.HasIdCondition(set(ids))])
    return excluded if condition is None else edge.Filter(must=[condition, excluded])


def convert_condition(model: Any) -> edge.ConditionType:
    """Convert one condition of a filter, or of a formula."""
    kind = type(model).__name__
    if kind not in _CONDITIONS:
        raise not_served(f"the condition `{kind}`")
    return _CONDITIONS[kind](model)


def _conditions(models_: Any) -> list[edge.ConditionType] | None:
    if models_ is None:
        return None
    return [convert_condition(m) for m in (models_ if isinstance(models_, list) else [models_])]


def _field(model: models.FieldCondition) -> edge.FieldCondition:
    return edge.FieldCondition(
        key=model.key,
        match=None if model.match is None else _match(model.match),
        range=None if model.range is None else _range(model.range),
        geo_bounding_box=model.geo_bounding_box
        and edge.GeoBoundingBox(
            top_left=convert_geo_point(model.geo_bounding_box.top_left),
            bottom_right=convert_geo_point(model.geo_bounding_box.bottom_right),
        ),
        geo_radius=model.geo_radius
        and edge.GeoRadius(
            center=convert_geo_point(model.geo_radius.center), radius=model.geo_radius.radius
        ),
        geo_polygon=model.geo_polygon
        and edge.GeoPolygon(
            exterior=_ring(model.geo_polygon.exterior),
            interiors=[_ring(ring) for ring in model.geo_polygon.interiors or []],
        ),
        values_count=model.values_count
        and edge.ValuesCount(
            lt=model.values_count.lt,
            gt=model.values_count.gt,
            lte=model.values_count.lte,
            gte=model.values_count.gte,
        ),
        is_empty=model.is_empty,
        is_null=model.is_null,
    )


def _match(model: Any) -> edge.MatchType:
    kind = type(model).__name__
    if kind not in _MATCHES:
        raise not_served(f"the match `{kind}`")
    return _MATCHES[kind](model)


def _match_value(model: models.MatchValue) -> edge.MatchValue:
    # The engine tries a whole number before a truth value, and Python's bool is both; numpy's
    # bool is no number, so it arrives as what it is.
    value = np.bool_(model.value) if isinstance(model.value, bool) else model.value
    return edge.MatchValue(value)


def _range(model: models.Range | models.DatetimeRange) -> edge.RangeType:
    bounds: dict[str, Any] = {name: getattr(model, name) for name in ("gte", "gt", "lte", "lt")}
    if type(model).__name__ == "DatetimeRange":
        return edge.RangeDateTime(**{name: _moment(bound) for name, bound in bounds.items()})
    return edge.RangeFloat(**bounds)


def _moment(bound: date | None) -> str | None:
    return None if bound is None else bound.isoformat()


def convert_geo_point(model: models.GeoPoint) -> edge.GeoPoint:
    """Convert a point on the globe, in degrees."""
    return edge.GeoPoint(lon=model.lon, lat=model.lat)


def _ring(model: models.GeoLineString) -> list[edge.GeoPoint]:
    return [convert_geo_point(point) for point in model.points]


_CONDITIONS: Mapping[str, Callable[[Any], edge.ConditionType]] = {
    "FieldCondition": _field,
    "Filter": convert_filter,
    "HasIdCondition": lambda m: edge.HasIdCondition(set(convert_ids(m.has_id))),
    "HasVectorCondition": lambda m: edge.HasVectorCondition(m.has_vector),
    "IsEmptyCondition": lambda m: edge.IsEmptyCondition(m.is_empty.key),
    "IsNullCondition": lambda m: edge.IsNullCondition(m.is_null.key),
    "NestedCondition": lambda m: edge.NestedCondition(
        key=m.nested.key, filter=convert_filter(m.nested.filter)
    ),
    "SliceCondition": lambda m: edge.SliceCondition(total=m.slice.total, index=m.slice.index),
}

_MATCHES: Mapping[str, Callable[[Any], edge.MatchType]] = {
    "MatchAny": lambda m: edge.MatchAny(m.any),
    "MatchExcept": lambda m: edge.MatchExcept(m.except_),
    "MatchPhrase": lambda m: edge.MatchPhrase(m.phrase),
    "MatchPrefix": lambda m: edge.MatchPrefix(m.prefix),
    "MatchSubstring": lambda m: edge.MatchSubstring(m.substring),
    "MatchText": lambda m: edge.MatchText(m.text),
    "MatchTextAny": lambda m: edge.MatchTextAny(m.text_any),
    "MatchValue": _match_value,
}
