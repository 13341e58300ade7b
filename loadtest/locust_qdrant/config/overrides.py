"""Options that win over a workload file: dotted keys, put into it before it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locust_qdrant.config.keys import FOR_ALL_OPERATIONS
from locust_qdrant.config.operations import KINDS
from locust_qdrant.config.validation import Path, ProblemError, fields

if TYPE_CHECKING:
    from collections.abc import Mapping


def apply(document: dict[str, Any], overrides: Mapping[str, Any]) -> dict[Path, str]:
    """Put `overrides` into `document`.

    Keys are as in the file, such as `collection.dim`. An operation is named, as in
    `operations.query.limit`; `mix`, such as `upsert=1,query=4`, is left to the caller. `batch_size`
    and `limit` alone mean each operation that knows them; `thresholds` come in addition. Users or a
    rate alone also decide for the closed or the open model.

    Returns:
        Where each override went, and its key as it was given.

    Raises:
        ProblemError: there is no such operation or phase, no operation takes a key for all of them,
            or the key leads through a plain value.
    """
    went: dict[Path, str] = {}
    for key, value in (_implied(overrides) | dict(overrides)).items():
        if key == "thresholds":
            went.update(_add_thresholds(document, value, key))
        elif key in FOR_ALL_OPERATIONS:
            went.update(_set_in_operations(document, key, value))
        else:
            went[_set(document, key, value)] = key
    return went


def _implied(overrides: Mapping[str, Any]) -> dict[str, Any]:
    models = {"traffic.users": "closed", "traffic.rate": "open"}
    chosen = [model for key, model in models.items() if key in overrides]
    return {"traffic.model": chosen[0]} if len(chosen) == 1 else {}


def _set(document: dict[str, Any], key: str, value: object) -> Path:
    path: list[str | int] = []
    table: Any = document
    *tables, last = key.split(".")
    for step in tables:
        if isinstance(table, list):
            place = _place(table, step, key)
            path.append(place)
            table = table[place]
        else:
            path.append(step)
            table = table.setdefault(step, {})
        if not isinstance(table, (dict, list)):
            raise ProblemError((key,), f"{'.'.join(map(str, path))} is no table")
    if isinstance(table, list):
        raise ProblemError((key,), f"{key} is one of several tables; name a key in it, too")
    table[last] = value
    return (*path, last)


def _place(tables: list[Any], name: str, key: str) -> int:
    names = [
        str(table.get("name", table.get("kind"))) if isinstance(table, dict) else ""
        for table in tables
    ]
    if not name or name not in names:
        raise ProblemError((key,), f"there is no {name!r} here; choose from {', '.join(names)}")
    return names.index(name)


def _add_thresholds(document: dict[str, Any], value: object, key: str) -> dict[Path, str]:
    there = document.get("thresholds", [])
    more = value if isinstance(value, list) else [value]
    if not isinstance(there, list):
        return {}
    document["thresholds"] = [*there, *more]
    return {("thresholds", place): key for place in range(len(there), len(there) + len(more))}


def _set_in_operations(document: dict[str, Any], key: str, value: object) -> dict[Path, str]:
    went: dict[Path, str] = {}
    tables = document.get("operations")
    for place, table in enumerate(tables if isinstance(tables, list) else []):
        kind = table.get("kind") if isinstance(table, dict) else None
        if isinstance(kind, str) and kind in KINDS and key in fields(KINDS[kind]):
            table[key] = value
            went["operations", place, key] = key
    if tables and not went:
        raise ProblemError((key,), f"{key} has no effect: no operation of the mix takes one")
    return went
