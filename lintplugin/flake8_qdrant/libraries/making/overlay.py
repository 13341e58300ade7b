"""What no signature tells of a library, written by hand and merged into its table."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from flake8_qdrant.libraries.model import Kind, TableError
from flake8_qdrant.libraries.section import Section

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(slots=True)
class Overlay:
    """One overlay; it remembers what of it was used, so that it cannot go stale unnoticed.

    Attributes:
        head: the table's first keys, as they are.
        wheels: how the names of its wheels begin, if not with its import name.
        beside: how those of the wheels begin in which its base classes are.
        roots: dotted paths of the classes with which reading begins.
        skip: patterns of class names that are not read.
        pairs: the asynchronous class by the synchronous one, where names do not tell.
        twins: names of the coroutine functions that do in the same class what a plain one does,
            with `{}` for its own.
        plain: kind by ``Class.method`` pattern, for plain functions and properties.
        untold: ``Class.method`` patterns of plain functions that the table leaves out.
        annotations: kind by a plain function's return annotation.
        returns: dotted class, ``Self`` or empty for nothing, by ``Class.member`` pattern.
        embeds_by: names of the methods which a method calls that embeds its arguments.
        module_objects: dotted class whose objects are also names of the package.
        facts: further keys of a class, by dotted path.
        extra: sections of the table that are not read from wheels.
    """

    head: Mapping[str, object] = field(default_factory=dict)
    wheels: str | None = None
    beside: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    plain: Mapping[str, Kind] = field(default_factory=dict)
    untold: Mapping[str, None] = field(default_factory=dict)
    annotations: Mapping[str, Kind] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    embeds_by: frozenset[str] = frozenset()
    module_objects: str | None = None
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def plain_kind(self, path: str) -> Kind | None:
        """Give the kind written down for a plain function."""
        pattern = self._match(self.plain, path)
        return None if pattern is None else self.plain[pattern]

    def is_untold(self, path: str) -> bool:
        """Tell whether a plain function is left out; to users it is unknown."""
        return self._match(self.untold, path) is not None

    def annotated_kind(self, annotation: str) -> Kind | None:
        """Give the kind that a plain function's return annotation stands for."""
        if annotation in self.annotations:
            self.used.add(annotation)
        return self.annotations.get(annotation)

    def returned(self, path: str) -> str | None:
        """Give the class written down for what a member gives; None if nothing is written."""
        pattern = self._match(self.returns, path)
        return None if pattern is None else self.returns[pattern]

    def skips(self, name: str) -> bool:
        """Tell whether a class is left out."""
        matching = [pattern for pattern in self.skip if fnmatchcase(name, pattern)]
        self.used.update(matching)
        return bool(matching)

    def listed_for(self, name: str) -> list[str]:
        """Give the members that are written down for a class."""
        facts = self.facts.get(name, {})
        keys = (*(kind.value for kind in Kind), "properties")
        return [member for key in keys for member in facts.get(key, ())]

    def unused(self) -> list[str]:
        """Give the entries that nothing in the wheels matched."""
        return sorted(
            {*self.plain, *self.untold, *self.annotations, *self.returns, *self.skip} - self.used
        )

    def _match(self, patterns: Mapping[str, object], path: str) -> str | None:
        """Choose the longest pattern that matches: the most particular one."""
        matching = [pattern for pattern in patterns if fnmatchcase(path, pattern)]
        self.used.update(matching)
        return max(matching, key=len, default=None)


def read_overlay(path: Path) -> Overlay:
    """Read an overlay.

    Raises:
        TableError: for what is no TOML, an unknown key or a wrong value.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise TableError(f"{path.name}: {error}") from None
    top = Section(values, path.name)
    plain = top.section("plain")
    annotations = top.section("annotations")
    overlay = Overlay(
        head=values.get("head", {}),
        wheels=top.text("wheels"),
        beside=top.texts("beside"),
        roots=top.texts("roots"),
        skip=top.texts("skip"),
        pairs=top.pairs("pairs"),
        twins=top.texts("twins"),
        plain={pattern: kind for kind in Kind for pattern in plain.texts(kind.value)},
        untold=dict.fromkeys(top.texts("untold")),
        annotations={name: kind for kind in Kind for name in annotations.texts(kind.value)},
        returns=top.pairs("returns"),
        embeds_by=frozenset(top.texts("embeds_by")),
        module_objects=top.text("module_objects"),
        facts=values.get("facts", {}),
        extra=values.get("extra", {}),
    )
    for key in ("head", "facts", "extra"):
        top.section(key)
    plain.finish()
    annotations.finish()
    top.finish()
    return overlay
