"""Types of values within values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.facts.source import Source
from flake8_qdrant.model.values import (
    NOTHING,
    Collection,
    Coroutine,
    Function,
    Instance,
    Mapping,
    Partial,
    Record,
    Tuple,
    bounded,
    only,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.model.values import Type, Value

SCOPE = Source(Path("app.py"), "").module


@pytest.mark.parametrize(
    "wrapped",
    [
        Collection,
        Coroutine,
        Partial,
        lambda held: Mapping(held, (("left", held), ("right", only(Collection(held))))),
        lambda held: Tuple((held, held)),
        lambda held: Record((("parent", held),)),
        lambda held: Instance(SCOPE, (("parent", held),)),
        lambda held: Function(SCOPE, Instance(SCOPE, (("parent", held),))),
    ],
)
def test_a_loop_that_puts_a_value_into_itself_gives_a_type_that_ends(
    wrapped: Callable[[Type], Value],
) -> None:
    seen: list[Type] = [NOTHING]
    while (
        len(seen) < 20 and (found := bounded(union((NOTHING, only(wrapped(seen[-1])))))) != seen[-1]
    ):
        seen.append(found)
    assert 4 < len(seen) < 10


def test_what_lies_within_the_bound_stays_as_it_is() -> None:
    held = only(Mapping(only(Tuple((only(Instance(SCOPE, (("client", NOTHING),))),)))))
    assert bounded(held) == held
