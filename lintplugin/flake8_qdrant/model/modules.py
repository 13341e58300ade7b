"""The files of a project, parsed when they are asked for, and what can be looked up across them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.scopes import Put, ScopeKind
from flake8_qdrant.facts.source import Problem, Source, own_mistake
from flake8_qdrant.facts.text import UncheckableError, plain_lines, python_text, require_parsable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flake8_qdrant.facts.nodes import Node, NodeTable
    from flake8_qdrant.facts.scopes import AttributeAssignment, Scope
    from flake8_qdrant.model.resolver import Resolver

_PUTTING: Final = ("add", "append", "appendleft", "insert", "setdefault")


class Project:
    """All files that matter, whichever of them are checked.

    The others are parsed when one that matters asks what it imports from them: a decorator, a base
    class. They are not looked up in any index.

    Args:
        layout: where modules are.
        matters: the paths that may have findings.
        read: gives a path's bytes; raises OSError.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.
        parsed: files that have not changed since another project parsed them.
        nodes: gives the nodes of a path's text as it is on disk.
    """

    def __init__(
        self,
        layout: Resolver,
        matters: set[str],
        read: Callable[[str], bytes],
        texts: Mapping[str, str],
        parsed: Mapping[str, Source] | None = None,
        nodes: Callable[[str, str], NodeTable] = lambda _, text: parse(text),
    ) -> None:
        self.layout = layout
        self._matters = matters
        self._demanded: set[str] = set()
        self._read = read
        self._texts = texts
        self._sources: dict[str, Source | None] = dict(parsed or {})
        self._nodes = nodes
        self._reads: dict[Source, dict[Scope, list[Node]]] = {}
        self.problems: dict[str, Problem] = {}
        """Why a file that matters could not be parsed, by path."""

    def demand(self, path: str) -> None:
        """Have a file parsed because somebody named it.

        It is not counted among those that matter: what they say of each other must not depend on
        which files are checked.
        """
        self._demanded.add(path)

    def source(self, path: str) -> Source | None:
        """Return the parsed file, or None if it is none of the project's or cannot be read."""
        if path not in self._sources:
            known = path in self.layout.files or path in self._demanded
            self._sources[path] = self._parse(path) if known else None
        return self._sources[path]

    @property
    def parsed(self) -> dict[str, Source]:
        """The files that have been parsed, by path."""
        return {path: one for path, one in self._sources.items() if one is not None}

    def is_checked(self, path: str) -> bool:
        """Tell whether a file may have findings."""
        return path in self._matters or path in self._demanded

    @property
    def consulted(self) -> set[str]:
        """The paths of which anything has been asked; findings depend on no other file's text."""
        return set(self._sources)

    def text(self, path: str) -> str | None:
        """Return a file's text with plain line ends, or None if it cannot be read."""
        try:
            text = self._texts[path] if path in self._texts else python_text(path, self._read(path))
        except (OSError, UncheckableError):
            return None
        return plain_lines(text)

    def _parse(self, path: str) -> Source | None:
        try:
            text = self._texts[path] if path in self._texts else python_text(path, self._read(path))
            require_parsable(text)
        except OSError as error:
            self.problems[path] = Problem(f"cannot be read: {error.strerror or error}")
            return None
        except UncheckableError as error:
            self.problems[path] = Problem(str(error), error.line)
            return None
        try:
            table = None if path in self._texts else self._nodes(path, text)
            return Source(Path(path), text, table)
        except Exception as error:  # noqa: BLE001 - no file may stop the others from being checked
            self.problems[path] = own_mistake(error)
            return None

    def sources(self) -> Iterator[Source]:
        """Give every file that matters, in the order of their paths."""
        for path in sorted(self._matters):
            source = self.source(path)
            if source is not None:
                yield source

    @cached_property
    def calls(self) -> dict[str, list[tuple[Source, Node]]]:
        """Every call, under the last name of what it calls."""
        found: dict[str, list[tuple[Source, Node]]] = defaultdict(list)
        for source in self.sources():
            for name, calls in source.calls_by_name.items():
                found[name] += ((source, call) for call in calls)
        return found

    @cached_property
    def attributes(self) -> dict[str, list[tuple[Source, AttributeAssignment]]]:
        """Every assignment to an attribute that does not go through a method's own receiver."""
        found: dict[str, list[tuple[Source, AttributeAssignment]]] = defaultdict(list)
        for source in self.sources():
            for assignment in source.outside_attributes:
                found[assignment.binding.name].append((source, assignment))
        return found

    @cached_property
    def _properties(self) -> frozenset[str]:
        """The names of properties that call something, and so might block."""
        methods = (child for cls in self.classes for child in cls.children)
        return frozenset(
            method.name
            for method in methods
            if method.calls
            if any("property" in decorator.text for decorator in method.decorators)
        )

    def property_reads(self, source: Source) -> dict[Scope, list[Node]]:
        """Return the places in a file that may read a property of the project, by function."""
        if source not in self._reads:
            found: dict[Scope, list[Node]] = defaultdict(list)
            for node in source.attributes_named(self._properties):
                found[source.scope_of(node).frame()].append(node)
            self._reads[source] = found
        return self._reads[source]

    @cached_property
    def puts(self) -> dict[str, list[Put]]:
        """Everything that is put into a container, under the container's last name."""
        found: dict[str, list[Put]] = defaultdict(list)
        for source in self.sources():
            for put in (*source.puts, *_puts_by_call(source)):
                found[put.target.text.rpartition(".")[2]].append(put)
        return found

    @cached_property
    def classes(self) -> list[Scope]:
        """Every class of the files that matter."""
        return [s for one in self.sources() for s in one.scopes if s.kind is ScopeKind.CLASS]


def _puts_by_call(source: Source) -> Iterator[Put]:
    """Give what methods of containers put into them; the value is their last argument."""
    for method in _PUTTING:
        for call in source.calls_by_name.get(method, ()):
            function, given = call.field("function"), positional(call)
            target = function.field("object") if function is not None else None
            if target is not None and given:
                key = string_value(given[0]) if method == "setdefault" else None
                yield Put(source, target, given[-1], key)
