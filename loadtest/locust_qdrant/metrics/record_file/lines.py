"""Data classes as objects of JSON, and back: what holds its default is left out."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from locust_qdrant.config.model import Threshold
from locust_qdrant.ledger import Audit
from locust_qdrant.metrics.record import Record
from locust_qdrant.metrics.results import (
    Answers,
    Arrivals,
    Client,
    Leftovers,
    PathResult,
    Recall,
    Run,
    Traffic,
)
from locust_qdrant.metrics.service import BlamedLine, ServiceSeen
from locust_qdrant.probe.loop_lag import LagSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

#: Raised whenever a key changes its meaning or goes away.
FORMAT_VERSION = 1

T = TypeVar("T")

# By far the most lines: written while the traffic runs, and read by the million.
_RECORD = TypeAdapter(Record)
_RECORD_KEYS = frozenset(field.name for field in fields(Record))

#: What of these classes is data of its own kind, not a plain value.
_NESTED: dict[type, dict[str, type]] = {
    PathResult: {
        "lag": LagSummary,
        "audit": Audit,
        "recall": Recall,
        "leftovers": Leftovers,
        "thresholds": Threshold,
        "service": ServiceSeen,
        "answers": Answers,
    },
    Traffic: {"arrivals": Arrivals, "client": Client},
    ServiceSeen: {"lines": BlamedLine},
}

#: What has lines of its own.
_APART: dict[type, frozenset[str]] = {
    Run: frozenset({"paths"}),
    PathResult: frozenset({"traffic"}),
    Traffic: frozenset({"records", "lag_over_time", "heartbeat", "phases", "left_out", "folded"}),
}

#: What the annotations of these classes name besides what their modules import at run time.
_NAMES = {
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Audit": Audit,
    "LagSummary": LagSummary,
    "Record": Record,
    "ServiceSeen": ServiceSeen,
    "Threshold": Threshold,
}


class LineError(Exception):
    """What is wrong with a line, to be completed with the place."""


def requests_text(path: str, records: Iterable[Record]) -> Iterator[str]:
    """Yield the line of each record, with its end."""
    beginning = f'{{"kind":"request","path":{json.dumps(path, ensure_ascii=False)},'
    for record in records:
        rest = _RECORD.dump_json(record, exclude_defaults=True).decode()
        yield f"{beginning}{rest[1:]}\n"


def record_of(line: Mapping[str, Any]) -> Record:
    """Return the record that `line` describes.

    Raises:
        LineError: a key is unknown, missing, or holds what it cannot.
    """
    _refuse_unknown(line, _RECORD_KEYS)
    try:
        return _RECORD.validate_python(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise LineError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


class _Key(NamedTuple):
    """One field of a class: its name, what it may be, and its default."""

    name: str
    adapter: TypeAdapter[Any]
    nested: type | None
    required: bool
    default: object


class _Keys(dict[type, "Mapping[str, _Key]"]):
    """The keys of each class, found out once."""

    def __missing__(self, cls: type) -> Mapping[str, _Key]:
        self[cls] = _fields_of(cls) if is_dataclass(cls) else _items_of(cls)
        return self[cls]


_KEYS = _Keys()


_NUMBER: TypeAdapter[Any] = TypeAdapter(float)


def _items_of(cls: Any) -> Mapping[str, _Key]:  # noqa: ANN401 - there is no type of named tuples
    return {
        name: _Key(name, _NUMBER, None, name not in cls._field_defaults, None)
        for name in cls._fields
    }


def _fields_of(cls: Any) -> Mapping[str, _Key]:  # noqa: ANN401 - nor one of data classes
    apart = _APART.get(cls, frozenset())
    nested = _NESTED.get(cls, {})
    hints = get_type_hints(cls, {**vars(sys.modules[cls.__module__]), **_NAMES})
    return {
        field.name: _Key(
            name=field.name,
            adapter=TypeAdapter(Any if field.name in nested else hints[field.name]),
            nested=nested.get(field.name),
            required=field.default is MISSING and field.default_factory is MISSING,
            default=field.default
            if field.default_factory is MISSING
            else _make(field.default_factory),
        )
        for field in fields(cls)
        if field.name not in apart
    }


def _make(factory: Callable[[], object]) -> object:
    return factory()


def as_object(item: object) -> dict[str, Any]:
    """Return a data class or a named tuple as an object of JSON."""
    line: dict[str, Any] = {}
    for name, key in _KEYS[type(item)].items():
        value = getattr(item, name)
        if key.required or not _is_default(value, key.default):
            line[name] = _as_json(value)
    return line


def _is_default(value: object, default: object) -> bool:
    if isinstance(default, (tuple, Mapping)):
        return not value
    return value == default


def _as_json(value: object) -> object:
    if is_dataclass(value) or hasattr(value, "_fields"):
        return as_object(value)
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_json(each) for each in value]
    return value


def from_object(cls: type[T], line: Mapping[str, Any], **more: Any) -> T:  # noqa: ANN401 - fields
    """Return the object of `cls` that `line` describes, with `more` for what has its own lines.

    Raises:
        LineError: a key is unknown, missing, or holds what it cannot.
    """
    known = _KEYS[cls]
    values: dict[str, Any] = {}
    _refuse_unknown(line, known)
    for name, value in line.items():
        values[name] = _value(known[name], value)
    for key in known.values():
        if key.required and key.name not in values and key.name not in more:
            raise LineError(f"the key {key.name!r} is missing")
    return cls(**values, **more)


def _refuse_unknown(line: Mapping[str, Any], known: Collection[str]) -> None:
    for name in line:
        if name not in known:
            raise LineError(f"unknown key {name!r}; allowed are {', '.join(sorted(known))}")


def _value(key: _Key, value: object) -> object:
    if key.nested is not None and value is not None:
        return _nested(key, key.nested, value)
    try:
        if not isinstance(value, (dict, list)):
            return key.adapter.validate_python(value, strict=True)
        # As JSON, where an array may be a tuple, and the keys of a table numbers.
        found = key.adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError:
        raise LineError(f"{key.name!r} cannot be {value!r}") from None
    return tuple(found) if isinstance(found, list) else found


def _nested(key: _Key, cls: type, value: object) -> object:
    if isinstance(value, Mapping):
        return from_object(cls, value)
    if isinstance(value, list):
        return tuple(from_object(cls, each) for each in value)
    raise LineError(f"{key.name!r} cannot be {value!r}")
