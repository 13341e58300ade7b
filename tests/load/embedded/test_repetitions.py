"""Names that an object of JSON has twice are found without reading it whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.embedded.engine.rest.repetitions import some_object_repeats

NAMES = st.sampled_from(["a", "b", "top", "limit", 'q"', "\\x", "{", "ü"])
TEXTS = st.text(alphabet='ab":{}\\,[] ü', max_size=6)
ALIKE = {b"top": b"limit", b"limit": b"limit"}


class Pairs(list[tuple[str, Any]]):
    """A JSON object that may have a name twice."""


def written(value: Any, ascii_only: bool) -> str:
    if isinstance(value, Pairs):
        fields = (
            f"{json.dumps(name, ensure_ascii=ascii_only)} : {written(inner, ascii_only)}"
            for name, inner in value
        )
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{','.join(written(inner, ascii_only) for inner in value)}]"
    return json.dumps(value, ensure_ascii=ascii_only)


def repeats(value: Any) -> bool:
    if isinstance(value, Pairs):
        names = ["limit" if name == "top" else name for name, _ in value]
        return len(set(names)) < len(names) or any(repeats(inner) for _, inner in value)
    return isinstance(value, list) and any(map(repeats, value))


DOCUMENTS = st.recursive(
    TEXTS | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=4).map(Pairs)
    ),
    max_leaves=12,
)


@given(DOCUMENTS, st.booleans())
def test_what_repeats_is_found(document: Any, ascii_only: bool) -> None:
    body = written(document, ascii_only).encode()
    assert some_object_repeats(body, ALIKE) == repeats(document)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"a": {"b": 1}, "b": {"a": 1}}', False),
        ('[{"a": 1}, {"a": 2}]', False),
        ('{"a": [{"b": 1, "b": 2}]}', True),
        ('{"limit": 1, "top": 1}', True),
        ('{"a": "{\\"a\\": 1", "b": "\\\\"}', False),
    ],
)
def test_names_are_compared_within_their_object(body: str, found: bool) -> None:
    assert some_object_repeats(body.encode(), ALIKE) is found
