"""Filters: from `qdrant_client.models` to `qdrant_edge`.

Conditions are told apart by the name of their class, since an older qdrant-client lacks some of
the classes that the engine knows. Where the engine's release answers a condition otherwise than
Qdrant, the condition is put in other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import qdrant_edge as edge

from locust_qdrant.embedded.engine.problems import invalid_body, not_served
from locust_qdrant.embedded.engine.to_engine.ids import convert_ids
from locust_qdrant.embedded.engine.validation import FIELD_TESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import date

    from qdrant_client.http import models

Given = TypeVar("Given")
Converted = TypeVar("Converted")


def if_given(value: Given | None, convert: Callable[[Given], Converted]) -> Converted | None:
    """Convert a value if there is one."""
    return None if value is None else convert(value)


class FilterConverter:
    """Converts filters for one collection.

    `indexed` are the fields with an index, `text_fields` those with one of their words. `empty`
    finds the points whose field is there, but null or an empty list. `inside` is the path of the
    objects that the filter looks at.
    """

    def __init__(
        self,
        indexed: Container[str] = (),
        text_fields: Container[str] = (),
        empty: Callable[[str], set[Any]] = lambda _: set(),
        inside: str = "",
    ) -> None:
        self._indexed = indexed
        self._text_fields = text_fields
        self._empty = empty
        self._inside = inside

    def convert(self, model: models.Filter) -> edge.Filter:
        """Convert a filter with all that it holds.

        Raises:
            RequestError: 501 when the engine has no such condition; 422 for a condition that tests
                nothing.
            ValueError: a key is not a JSON path, or an id neither a number nor a UUID.
        """
        return edge.Filter(
            must=self._conditions(model.must),
            should=self._conditions(model.should),
            must_not=self._conditions(model.must_not),
            min_should=if_given(model.min_should, self._min_should),
        )

    def optional(self, model: models.Filter | None) -> edge.Filter | None:
        """Convert a filter if there is one."""
        return if_given(model, self.convert)

    def condition(self, model: Any) -> edge.ConditionType:
        """Convert one condition of a filter, or of a formula."""
        kind = type(model).__name__
        if kind == "FieldCondition":
            return self._field(model)
        if kind == "Filter":
            return self.convert(model)
        if kind == "NestedCondition":
            return self._nested(model)
        if kind == "IsNullCondition":
            return self._null(model.is_null.key)
        if kind not in _CONDITIONS:
            raise not_served(f"the condition `{kind}`")
        return _CONDITIONS[kind](model)

    def _conditions(self, models_: Any) -> list[edge.ConditionType] | None:
        # An empty list asks for nothing; within a nested condition the engine takes `should: []`
        # for what nothing can satisfy.
        if not models_:
            return None
        return [self.condition(m) for m in (models_ if isinstance(models_, list) else [models_])]

    def _min_should(self, model: models.MinShould) -> edge.MinShould | None:
        if not model.conditions:
            return None
        conditions = [self.condition(condition) for condition in model.conditions]
        return edge.MinShould(conditions=conditions, min_count=model.min_count)

    def _nested(self, model: models.NestedCondition) -> edge.ConditionType:
        key = model.nested.key
        inside = f"{self._inside}{key.removesuffix('[]')}[]."
        within = FilterConverter(text_fields=self._text_fields, inside=inside)
        return edge.NestedCondition(key=key, filter=within.convert(model.nested.filter))

    def _null(self, key: str) -> edge.ConditionType:
        """Return the condition that a field is null.

        A list with a null is so only where there is an index; to the engine it always is.
        """
        null = edge.IsNullCondition(key)
        if key in self._indexed:
            return null
        # Of several values at the path, one will do.
        nothing = edge.FieldCondition(key=key, values_count=edge.ValuesCount(lt=1))
        return edge.Filter(must=[null, nothing])

    def _count(self, model: models.FieldCondition) -> edge.ConditionType:
        """Convert a count of values, beside which no test of another kind counts.

        In Qdrant none fits points without the field, unless an emptiness is asked for, too.
        """
        key, count = model.key, model.values_count
        empty = edge.IsEmptyCondition(key)
        found: edge.ConditionType = edge.FieldCondition(key=key, values_count=_values_count(count))
        there = edge.HasIdCondition(set() if self._inside else self._empty(key))
        if _allows_none(count):
            found = edge.Filter(must=[found], should=[edge.Filter(must_not=[empty]), there])
        if model.is_empty or (model.is_empty is None and model.is_null is False):
            return edge.Filter(should=[found, edge.Filter(must=[empty], must_not=[there])])
        return found

    def _field(self, model: models.FieldCondition) -> edge.ConditionType:
        if all(getattr(model, name) is None for name in FIELD_TESTS):
            raise invalid_body("[filter: At least one field condition must be specified]")
        several = sum(getattr(model, name) is not None for name in FIELD_TESTS) > 1
        if several and self._inside + model.key in self._indexed:
            # One that the index can do decides.
            return _as_it_is(model)
        # Else a count does, then emptiness, then whether it is null; of all others, one will do.
        if model.values_count is not None:
            return self._count(model)
        text = None
        if model.is_empty is None and model.is_null is None:
            text = self._substrings(model)
        if text is None:
            return _as_it_is(model)
        if not several:
            return text
        others = _as_it_is(model.model_copy(update={"match": None}))
        return edge.Filter(should=[text, others])

    def _substrings(self, model: models.FieldCondition) -> edge.ConditionType | None:
        """Return a match of words as one of substrings, which it is without an index of them."""
        if model.match is None or self._inside + model.key in self._text_fields:
            return None
        texts = _SUBSTRINGS.get(type(model.match).__name__)
        return None if texts is None else _any_substring(model.key, texts(model.match))


def _as_it_is(model: models.FieldCondition) -> edge.FieldCondition:
    return edge.FieldCondition(
        key=model.key,
        match=if_given(model.match, _match),
        range=None if model.range is None else _range(model.range),
        geo_bounding_box=if_given(model.geo_bounding_box, _box),
        geo_radius=if_given(model.geo_radius, _circle),
        geo_polygon=if_given(model.geo_polygon, _polygon),
        values_count=if_given(model.values_count, _values_count),
        is_empty=model.is_empty,
        is_null=model.is_null,
    )


def without_points(condition: edge.Filter | None, ids: frozenset[Any]) -> edge.Filter | None:
    """Narrow a filter so that it leaves out the points with these ids."""
    if not ids:
        return condition
    excluded = edge.HasIdCondition(set(ids))
    if condition is None:
        return edge.Filter(must_not=[excluded])
    # In the filter itself: the engine merges it with those of prefetches, clause by clause.
    return edge.Filter(
        must=condition.must,
        should=condition.should,
        must_not=[*(condition.must_not or ()), excluded],
        min_should=condition.min_should,
    )


def _allows_none(model: Any) -> bool:
    """Return whether a field with no values at all has few enough."""
    above = model.gt is None and not model.gte
    return above and model.lt != 0


def _any_substring(key: str, texts: list[str]) -> edge.ConditionType:
    """Without a text index Qdrant looks for the text as it stands, the engine for its words."""
    conditions: list[edge.ConditionType] = [
        edge.FieldCondition(key=key, match=edge.MatchSubstring(text)) for text in texts
    ]
    return edge.Filter(should=conditions) if conditions else _NOTHING


def _match(model: Any) -> edge.MatchType:
    kind = type(model).__name__
    if kind not in _MATCHES:
        raise not_served(f"the match `{kind}`")
    return _MATCHES[kind](model)


def _match_value(model: models.MatchValue) -> edge.MatchValue:
    value: Any = _Truth(model.value) if isinstance(model.value, bool) else model.value
    return edge.MatchValue(value)


class _Truth:
    """A truth value that is no number: the engine tries a whole number first, and `bool` is both.

    Besides `bool`, it takes numpy's, which it knows by name; that one is a number up to numpy 2.2.
    """

    def __init__(self, value: bool) -> None:
        self._value = value

    def __bool__(self) -> bool:
        return self._value


_Truth.__module__, _Truth.__name__ = "numpy", "bool_"


def _range(model: models.Range | models.DatetimeRange) -> edge.RangeType:
    bounds: dict[str, Any] = {name: getattr(model, name) for name in ("gte", "gt", "lte", "lt")}
    if type(model).__name__ == "DatetimeRange":
        return edge.RangeDateTime(**{name: _moment(bound) for name, bound in bounds.items()})
    return edge.RangeFloat(**bounds)


def _moment(bound: str | date | None) -> str | None:
    return bound if bound is None or isinstance(bound, str) else bound.isoformat()


def _values_count(model: Any) -> edge.ValuesCount:
    return edge.ValuesCount(lt=model.lt, gt=model.gt, lte=model.lte, gte=model.gte)


def _point(model: models.GeoPoint) -> edge.GeoPoint:
    return edge.GeoPoint(lon=model.lon, lat=model.lat)


def _box(model: models.GeoBoundingBox) -> edge.GeoBoundingBox:
    return edge.GeoBoundingBox(_point(model.top_left), _point(model.bottom_right))


def _circle(model: models.GeoRadius) -> edge.GeoRadius:
    return edge.GeoRadius(_point(model.center), model.radius)


def _polygon(model: models.GeoPolygon) -> edge.GeoPolygon:
    interiors = [_ring(ring) for ring in model.interiors or []]
    return edge.GeoPolygon(_ring(model.exterior), interiors)


def _ring(model: models.GeoLineString) -> list[edge.GeoPoint]:
    return [_point(point) for point in model.points]


def _slice(model: models.SliceCondition) -> edge.ConditionType:
    # The engine has it, its stubs lack it.
    return edge.SliceCondition(total=model.slice.total, index=model.slice.index)  # type: ignore[attr-defined,no-any-return]


_NOTHING = edge.HasIdCondition(set())

_CONDITIONS: Mapping[str, Callable[[Any], edge.ConditionType]] = {
    "HasIdCondition": lambda m: edge.HasIdCondition(set(convert_ids(m.has_id))),
    "HasVectorCondition": lambda m: edge.HasVectorCondition(m.has_vector),
    "IsEmptyCondition": lambda m: edge.IsEmptyCondition(m.is_empty.key),
    "SliceCondition": _slice,
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

_SUBSTRINGS: Mapping[str, Callable[[Any], list[str]]] = {
    "MatchPhrase": lambda m: [m.phrase],
    "MatchText": lambda m: [m.text],
    "MatchTextAny": lambda m: m.text_any.split(),
}
