"""What a test replaces, by the name under which the program finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flake8_qdrant.facts.scopes import Scope


@dataclass(frozen=True, slots=True)
class Patch:
    """Something that a test replaces.

    Attributes:
        owner: the file of a module or a class of the project; None stands for any of them.
        name: what is replaced in it; "*" stands for something that cannot be told.
    """

    owner: str | Scope | None
    name: str


@dataclass(frozen=True, slots=True)
class PatchedModule:
    """A module in whose place a test has put something else: `sys.modules["name"] = double`."""

    name: str


Patches: TypeAlias = frozenset[Patch | PatchedModule]
