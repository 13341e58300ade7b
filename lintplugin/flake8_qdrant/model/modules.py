"""The files of a project, parsed when they are asked for, and what can be looked up across them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.parts import change
from flake8_qdrant.facts.scopes import Put, ScopeKind
from flake8_qdrant.facts.source import Problem, Source, own_mistake
from flake8_qdrant.facts.text import UncheckableError, plain_lines, python_text, require_parsable
from flake8_qdrant.model.reads import Reads
from flake8_qdrant.model.words import NameUse, Places, Words
from flake8_qdrant.notebook import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Set

    from flake8_qdrant.facts.nodes import Node, NodeTable
    from flake8_qdrant.facts.scopes import AttributeAssignment, Scope
    from flake8_qdrant.model.reads import Dirty
    from flake8_qdrant.model.resolver import Resolver

Found = TypeVar("Found")


class Project:
    """All files of a project, each parsed when something in it is asked for.

    Names are looked up in those that matter. The others are parsed when one that matters asks what
    it imports from them: a decorator, a base class.

    Args:
        layout: where modules are.
        matters: the paths that may have findings, and in which names are looked up.
        read: gives a path's bytes; raises OSError.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.
        parsed: files that have not changed since another project parsed them.
        nodes: gives the nodes of a path's text as it is on disk.
        reads: records what answers rest on.
        places: where names are that an earlier run looked up.
    """

    def __init__(
        self,
        layout: Resolver,
        matters: Set[str],
        read: Callable[[str], bytes],
        texts: Mapping[str, str],
        parsed: Mapping[str, Source] | None = None,
        nodes: Callable[[str, str], NodeTable] = lambda _, text: parse(text),
        reads: Reads | None = None,
        places: Places | None = None,
    ) -> None:
        self.reads = reads or Reads()
        self.layout = layout
        self._places = places
        self._index: Words | None = None
        self._matters = matters
        self._demanded: set[str] = set()
        self._read = read
        self._texts = dict(texts)
        self._sources: dict[str, Source | None] = dict(parsed or {})
        for source in self.parsed.values():
            self.reads.watch(source)
        self._nodes = nodes
        self._lookups: dict[tuple[str, str], tuple[Any, int]] = {}
        """What was looked up by name in all files as they are now, with what that rests on."""
        self._calling_properties: dict[str, tuple[bool, int]] = {}
        """Whether a name is that of a property that calls something, with what that rests on."""
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
        self.reads.note_file(path)
        if path not in self._sources:
            self._sources[path] = self._opened(path)
        return self._sources[path]

    def _opened(self, path: str) -> Source | None:
        if path not in self.layout.files and path not in self._demanded:
            return None
        source = self._parse(path)
        if source is not None:
            self.reads.watch(source)
        return source

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

    def update(self, path: str, text: str | None) -> Dirty:
        """Take another text of a file, or what is on disk, and return what has changed.

        Which files matter, and where modules are, must be as before.
        """
        self._lookups.clear()
        was_asked = path in self._sources
        old = self._sources.pop(path, None)
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text
        self.problems.pop(path, None)
        names = self._words.renew(path) if path in self._matters else set()
        if was_asked:
            self._sources[path] = self._opened(path)
        new = self._sources.get(path)
        how = None if old is None or new is None else change(old, new)
        dirty = self.reads.changed(path, how, names)
        self._calling_properties = {
            name: one
            for name, one in self._calling_properties.items()
            if not one[1] & dirty.objects
        }
        return dirty

    def forget_parts(self, path: str) -> None:
        """Give up what a file has no more, once all that rests on it is forgotten."""
        self.reads.keep_parts(self._sources.get(path), path)

    def sources(self) -> Iterator[Source]:
        """Give every file that may have findings, in the order of their paths."""
        return self._parsed(sorted(self._matters))

    def _parsed(self, paths: Iterable[str]) -> Iterator[Source]:
        for path in paths:
            source = self.source(path)
            if source is not None:
                yield source

    @property
    def _words(self) -> Words:
        if self._index is None:
            paths, keeping = sorted(self._matters), self.reads.recording
            self._index = Words(paths, self._code, keeping=keeping, kept=self._places)
        return self._index

    def _code(self, path: str) -> bytes:
        try:
            if path in self._texts:
                return self._texts[path].encode("utf-8", "replace")
            data = self._read(path)
            return python_text(path, data).encode() if path.endswith(ENDING) else data
        except (OSError, UncheckableError):
            return b""

    def index_words(self) -> None:
        """Find where all names are, before processes are forked that would each do so."""
        if not self._places:
            self._words.index()

    def places(self, names: Iterable[str]) -> Places:
        """Return where names are that were looked up."""
        return self._words.of(names)

    def holding(self, name: str) -> Iterator[Source]:
        """Give the files that have a name anywhere."""
        return self._parsed(self._looked_up(NameUse.ANYWHERE, name))

    def _looked_up(self, place: NameUse, name: str) -> list[str]:
        self.reads.note_name(name)
        return self._words.files(place, name)

    def calls(self, name: str) -> list[tuple[Source, Node]]:
        """Return every call under the last name of what it calls."""
        return self._kept(
            ("calls", name),
            lambda: [
                (source, call)
                for source in self._parsed(self._looked_up(NameUse.CALLED, name))
                for call in source.calls_by_name.get(name, ())
            ],
        )

    def count_calling(self, name: str) -> int:
        """Return in how many files something may be called by a last name; parses none."""
        return len(self._looked_up(NameUse.CALLED, name))

    def attributes(self, name: str) -> list[tuple[Source, AttributeAssignment]]:
        """Return the assignments to an attribute that do not go through a method's receiver."""
        return self._kept(
            ("attributes", name),
            lambda: [
                (source, assignment)
                for source in self._parsed(self._looked_up(NameUse.ASSIGNED, name))
                for assignment in source.outside_attributes_by_name.get(name, ())
            ],
        )

    def _kept(self, key: tuple[str, str], find: Callable[[], Found]) -> Found:
        """Return what is looked up in all files, found once for each name until a file changes."""
        known = self._lookups.get(key)
        if known is None:
            before = self.reads.begin()
            known = self._lookups[key] = find(), self.reads.end(before)
        self.reads.add(known[1])
        found: Found = known[0]
        return found

    def _is_calling_property(self, name: str) -> bool:
        """Tell whether a name is that of a property that calls something, and so might block."""
        known = self._calling_properties.get(name)
        if known is None:
            before = self.reads.begin()
            found = any(
                _calls_as_property(method)
                for source in self._parsed(self._looked_up(NameUse.PROPERTY, name))
                for method in source.scopes
                if method.name == name and method.is_method
            )
            known = self._calling_properties[name] = found, self.reads.end(before)
        self.reads.add(known[1])
        return known[0]

    def property_reads(self, frame: Scope) -> list[Node]:
        """Return the places in a function's own code that may read a property of the project."""
        read = frame.source.attributes_read_in(frame)
        return [node for node, name in read if self._is_calling_property(name)]

    def puts(self, name: str) -> list[Put]:
        """Return everything that is put into a container, under the container's last name."""
        return self._kept(
            ("puts", name),
            lambda: [
                put for source in self.holding(name) for put in source.puts_by_name.get(name, ())
            ],
        )

    def classes_deriving(self, name: str) -> list[Scope]:
        """Return the classes of files in which one may have a base of the name."""
        return _classes(self._parsed(self._looked_up(NameUse.BASE, name)))

    def classes_with(self, names: Set[str]) -> list[Scope]:
        """Return the classes that bind all of the names in their own body."""
        if not names:
            return []
        first, *others = (set(self._looked_up(NameUse.ANYWHERE, name)) for name in sorted(names))
        found = _classes(self._parsed(sorted(first.intersection(*others))))
        return [one for one in found if names <= one.bindings.keys()]


def _classes(sources: Iterable[Source]) -> list[Scope]:
    return [one for source in sources for one in source.scopes if one.kind is ScopeKind.CLASS]


def _calls_as_property(method: Scope) -> bool:
    is_property = any("property" in one.text for one in method.decorators)
    return is_property and next(method.node.find_all("call"), None) is not None
