"""From a request line to an operation and what the line says beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote

from locust_qdrant.embedded.engine.problems import RequestError, invalid_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MAX_NAME_BYTES = 255
_ORDERINGS = ("weak", "medium", "strong")
_CONSISTENCIES = ("majority", "quorum", "all")


@dataclass(frozen=True)
class Route:
    """The route that fits a request, and the names that stand in its path."""

    template: str
    names: Mapping[str, str]


class Router:
    """Finds routes such as `GET /collections/{collection}/points/{target}`."""

    def __init__(self, templates: Collection[str]) -> None:
        self._by_shape: dict[tuple[str | None, ...], str] = {}
        for template in templates:
            shape = (None if part.startswith("{") else part for part in template.split("/"))
            self._by_shape[tuple(shape)] = template
        # Where names stand in paths; a path with fewer names is tried first.
        places = {tuple(i for i, p in enumerate(s) if p is None) for s in self._by_shape}
        self._places = sorted(places, key=len)

    def find(self, method: str, path: str) -> Route | None:
        """Return the route of a request; None if there is none."""
        parts = f"{method} /{'/'.join(filter(None, path.split('/')))}".split("/")
        for places in self._places:
            if places and places[-1] >= len(parts):
                continue
            shape = (None if i in places else part for i, part in enumerate(parts))
            template = self._by_shape.get(tuple(shape))
            if template is not None:
                names = template.split("/")
                return Route(template, {names[i].strip("{}"): unquote(parts[i]) for i in places})
        return None


class Parameters(NamedTuple):
    """What stands after a path's `?`: whether a write is waited for, and for how many seconds."""

    wait: bool = False
    timeout: int | None = None
    others: Mapping[str, str] = MappingProxyType({})


def check_names(names: Mapping[str, str]) -> None:
    """Check the names in a path.

    Raises:
        RequestError: 422 for a collection's name that none can have.
    """
    name = names.get("collection")
    if name is not None and not 0 < len(name.encode()) <= _MAX_NAME_BYTES:
        shown = json.dumps(name, ensure_ascii=False)
        raise invalid_path(
            f"[collection_name: value {shown} invalid, must be from 1 to {_MAX_NAME_BYTES}"
            " characters]"
        )
    if name is not None and "/" in name:
        raise invalid_path('[collection_name: collection name cannot contain "/" char]')


def read_parameters(query: str, allowed: Collection[str]) -> Parameters:
    """Check the parameters that a route knows, and return those that count here.

    Raises:
        RequestError: 400 or 422, as from Qdrant.
    """
    wait, timeout, others = False, None, {}
    for name, value in parse_qsl(query, keep_blank_values=True) if query else ():
        if name not in allowed:
            continue
        if name == "wait":
            if value not in {"true", "false"}:
                raise _unreadable("provided string was not `true` or `false`")
            wait = value == "true"
        elif name == "timeout":
            timeout = _timeout(value, allowed)
        elif name == "ordering":
            if value not in _ORDERINGS:
                listed = _listed(_ORDERINGS)
                raise _unreadable(f"unknown variant `{value}`, expected one of {listed}")
        elif name == "consistency":
            _check_consistency(value)
        else:
            others[name] = value
    return Parameters(wait, timeout, others)


def _timeout(value: str, allowed: Collection[str]) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise _unreadable("invalid digit found in string")
    if int(value) < 1 and "consistency" in allowed:
        raise _unreadable("invalid value: integer `0`, expected a nonzero u64")
    if int(value) < 1 and "wait" not in allowed:
        raise RequestError(
            422,
            "Validation error in query parameters:"
            f" [timeout: value {value} invalid, must be 1 or larger]",
        )
    return int(value)


def _check_consistency(value: str) -> None:
    if not value or value in _CONSISTENCIES:
        return
    if not (value.isascii() and value.isdecimal()):
        raise _unreadable(
            "failed to deserialize read consistency: expected"
            f" {_listed(_CONSISTENCIES)} or a number, got {value!r}"
        )
    if int(value) < 1:
        raise RequestError(400, "Wrong input: Read consistency factor can not be zero")


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _unreadable(sentence: str) -> RequestError:
    return RequestError(400, f"Deserialize error in query parameters: {sentence}")
