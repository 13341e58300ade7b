"""Fields that a request's body gives twice: under one name, or under both names that one has.

Qdrant's parser (serde) refuses them in the structs that it knows. In maps, such as a payload, in
the conditions of a filter, and in points to upsert, the last word counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import PydanticCustomError

from locust_qdrant.embedded.engine.validation import FIELD_TESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic_core.core_schema import ValidationInfo

    # The names of a field: its own, then an older one.
    Spellings = Sequence[str]

# The kind of mistake that means: a field is there twice.
TWICE = "twice"
# In what stands under these names, the last word counts, and in an object with a key and a test,
# which is a condition wherever it is.
_LOOSE = frozenset({"must", "should", "must_not", "min_should", "upsert"})
_BRACES = re.compile(rb"[{}]")


def some_object_repeats(body: bytes, alike: Mapping[bytes, bytes]) -> bool:
    """Return whether any object of well-formed JSON has a name twice.

    Names of the same field are the same `alike`. This looks between quotation marks only, since
    most of a long body is numbers.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    parts = body.split(b'"')
    names: set[bytes] = set()
    outer: list[set[bytes]] = []
    for place in range(0, len(parts), 2):
        between = parts[place]
        if between.lstrip()[:1] == b":":
            name = alike.get(parts[place - 1], parts[place - 1])
            if name in names:
                return True
            names.add(name)
        if b"{" in between or b"}" in between:
            for brace in _BRACES.findall(between):
                if brace == b"{":
                    outer.append(names)
                    names = set()
                else:
                    names = outer.pop()
    return False


class _Object(NamedTuple):
    """A JSON object, and which of its names were there more than once."""

    value: dict[str, Any]
    repeated: frozenset[str]


class Document:
    """A JSON document that remembers which names were there more than once."""

    def __init__(self, body: bytes) -> None:
        # By their ids, which stay theirs as long as they are kept.
        self._repeated: dict[int, _Object] = {}
        self.value = json.loads(body, object_pairs_hook=self._keep)

    def forget(self) -> None:
        """Let the last word count everywhere."""
        self._repeated.clear()

    def repeated(self, value: dict[str, Any]) -> frozenset[str]:
        """Return which names of an object were there more than once."""
        kept = self._repeated.get(id(value))
        return frozenset() if kept is None else kept.repeated

    def _keep(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            names = frozenset(name for name, count in counted.items() if count > 1)
            self._repeated[id(value)] = _Object(value, names)
        for name in _LOOSE & value.keys():
            self._forget(value[name])
        if "key" in value and not value.keys().isdisjoint(FIELD_TESTS):
            self._forget(value)
        return value

    def _forget(self, value: Any) -> None:
        if isinstance(value, dict):
            self._repeated.pop(id(value), None)
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            self._forget(inner)


def once(spellings: Sequence[Spellings]) -> Callable[[Any, ValidationInfo], Any]:
    """Return a check that each of some fields is in an object once at most.

    Its context is the `Document`.
    """

    def check(value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict):
            document: Any = info.context
            repeated = document.repeated(value)
            for names in spellings:
                given = [name for name in names if name in value]
                if len(given) > 1 or not repeated.isdisjoint(given):
                    raise PydanticCustomError(TWICE, "duplicate field `{name}`", {"name": names[0]})
        return value

    return check
