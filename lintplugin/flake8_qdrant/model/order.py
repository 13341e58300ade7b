"""One order of questions and values, the same in each run and whatever was asked first."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.scopes import Binding, Scope
from flake8_qdrant.facts.source import Source
from flake8_qdrant.libraries.model import ClassInfo, Library, Member

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from flake8_qdrant.model.values import Value


def in_order(thing: Hashable) -> str:
    """Return a text by which questions, and values, are sorted."""
    if isinstance(thing, Scope):
        return f"{thing.source.name}:{thing.start:09}:{thing.name}"
    if isinstance(thing, Binding):
        return f"{in_order(thing.scope)}:{thing.start:09}:{thing.name}:{thing.unpack}"
    if isinstance(thing, Node):
        return f"{thing.start:09}:{thing.row:09}:{thing.kind}"
    if isinstance(thing, Source):
        return thing.name
    if isinstance(thing, (ClassInfo, Member, Library)):
        return thing.name
    if isinstance(thing, tuple):
        return "(" + ",".join(map(in_order, thing)) + ")"
    if isinstance(thing, frozenset):
        return "{" + ",".join(sorted(map(in_order, thing))) + "}"
    if is_dataclass(thing) and not isinstance(thing, type):
        inner = ",".join(in_order(getattr(thing, one.name)) for one in fields(thing))
        return f"{type(thing).__name__}({inner})"
    return repr(thing)


def ordered(values: Iterable[Value]) -> list[Value]:
    """Return values in an order that is the same in each run."""
    found = list(values)
    return sorted(found, key=in_order) if len(found) > 1 else found
