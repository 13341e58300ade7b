"""Places that hold an object: variables, attributes, caches of functions, items of containers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.scopes import Scope
from flake8_qdrant.facts.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a module or function."""

    scope: Scope
    name: str

    @property
    def label(self) -> str:
        """How the source calls it."""
        return self.name


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an object of one of the project's classes, held elsewhere."""

    owner: Place
    cls: Scope
    name: str

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.owner.label}.{self.name}"


@dataclass(frozen=True, slots=True)
class Cached:
    """The result of a function that is computed once."""

    scope: Scope

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.scope.name}()"


@dataclass(frozen=True, slots=True)
class ClassAttribute:
    """An attribute of a class itself, which all its objects share."""

    cls: Scope
    name: str

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.cls.name}.{self.name}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, which is the same each time."""

    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """What a container that is held elsewhere has under a key."""

    owner: Place
    key: Place

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.owner.label}[{self.key.label}]"


@dataclass(frozen=True, slots=True)
class Handed:
    """An argument that is no place, such as a coroutine: the expression, and what it knew."""

    source: Source
    node: Node
    known: tuple[tuple[Variable, Place | Handed], ...]


Place: TypeAlias = Variable | Attribute | Cached | ClassAttribute | Item | Constant
Environment: TypeAlias = "Mapping[Variable, Place | Handed]"
"""What the parameters of functions hold in the call that is looked at."""


def root(place: Place) -> Variable | Cached | ClassAttribute | Constant:
    """Return what holds the object in the end."""
    while isinstance(place, (Attribute, Item)):
        place = place.owner
    return place


def keys(place: Place) -> Iterator[Place]:
    """Give the keys under which containers hold the object on the way to it."""
    while isinstance(place, (Attribute, Item)):
        if isinstance(place, Item):
            yield place.key
        place = place.owner
