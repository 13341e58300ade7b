"""Defaults of type parameters, written as what the grammar knows, in the same places."""

import pytest
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.type_defaults import without_defaults


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("class A[T = int]: ...", "class A[T : int]: ..."),
        ("class A[T: (int, str) = int, *Ts]: ...", "class A[T             : int, *Ts]: ..."),
        ("def f[T, U = dict[str, int]](a: T): ...", "def f[T, U : dict[str, int]](a: T): ..."),
        ("type A[T = int] = list[T]", "type A[T : int] = list[T]"),
        ("class A[\n    T: int\n    = bool,\n]: ...", "class A[\n    T     \n    : bool,\n]: ..."),
    ],
)
def test_a_default_is_written_as_a_bound(text: str, known: str) -> None:
    assert without_defaults(text) == known
    assert not parse(text).doubtful


@pytest.mark.parametrize("text", ["class A[T: int]: ...", "x[a == b] = 3", "class A[", "def f[T]("])
def test_what_has_none_stays_as_it_is(text: str) -> None:
    assert without_defaults(text) == text
