"""Which files matter: those that import a client library, and those tied to one by imports.

This reads bytes and parses nothing: most files of a tree have nothing to do with any client.
"""

from __future__ import annotations

import codecs
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from flake8_qdrant.model.framework_state import asked_by, kept_by

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set

    from flake8_qdrant.model.resolver import Resolver

_FROM: Final = re.compile(rb"\bfrom\s*(\.*)\s*([\w.]*)\s*\bimport\b\s*(.*)")
_PLAIN: Final = re.compile(rb"\bimport\s+(.*)")
_WORD: Final = re.compile(rb"\w+")
_OPENING: Final = re.compile(rb"import\s*\((?:[^)#]+|#[^\n]*\n)*")
_LINE_END: Final = re.compile(rb"\\\n|#[^\n]*\n|\n")
_FILLED: Final = re.compile(rb"^[ \t]*(\w+)\.\w+[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_DOTS: Final = b"from ."
_FEW: Final = 16
"""So many names are sooner looked for in a file's statements than these are split into words."""
_BUILT: Final = re.compile(
    rb"(?<!\w)(?:(\w+)[ \t]*(?::[^=\n]{1,80})?=[ \t]*(?:await[ \t]+)?)?(\w+)\("
)
"""A call, and the variable that gets what it gives. Each word is tried from its beginning only."""
_CALLED: Final = re.compile(rb"^[ \t]*(?:await[ \t]+)?(\w+)(?:\.\w+)*\((.*)", re.MULTILINE)
_KEEPS: Final = re.compile(
    rb"^[ \t]+global[ \t]|^\w+[ \t]*(?::[^=\n]+)?=[ \t]*[\w.]+\(", re.MULTILINE
)
"""A module that can keep what it is given: it writes its own variables, or has an object."""
_BASES: Final = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^)]*)\)", re.MULTILINE)
_INTERFACE: Final = re.compile(rb"\babstractmethod\b|\bProtocol\b|\bNotImplementedError\b")
_CONFTEST: Final = "conftest.py"
_TEST: Final = re.compile(r"test_.*\.py$|.*_test\.py$")
_INSTALLED: Final = ("/site-packages/", "/dist-packages/")

Module = tuple[str, int]
"""A dotted name without leading dots, and the number of those dots."""


def import_statements(data: bytes) -> bytes:
    """Return what looks like an import statement in a file's bytes, one to a line.

    Lines of comments and strings may be among them.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = []
    at = data.find(b"import")
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        if end < 0:
            end = len(data)
        line = data[start:end].strip()
        if line.startswith((b"from", b"import")) or b":" in line or b";" in line:
            continued = line.endswith(b"\\") or data.endswith(b"\\\n", 0, start)
            if continued or (b"(" in line and _OPENING.match(data, at)):
                line = _whole_statement(data, start, at, end)
            found.append(line)
        at = data.find(b"import", end)
    return b"\n".join(found)


def _whole_statement(data: bytes, start: int, at: int, end: int) -> bytes:
    """Return a statement that goes on after its line, or began before it, as one line."""
    while data.endswith(b"\\\n", 0, start):
        start = data.rfind(b"\n", 0, start - 1) + 1
    inside = _OPENING.match(data, at)
    if inside:
        end = inside.end()
    while end < len(data) and data[at:end].endswith(b"\\"):
        following = data.find(b"\n", end + 1)
        end = following if following >= 0 else len(data)
    return _LINE_END.sub(b" ", data[start:end].strip())


def relevant(
    statements: Mapping[str, bytes],
    layout: Resolver,
    clients: Set[str],
    read: Callable[[str], bytes],
) -> set[str]:
    """Return the paths that must be parsed.

    These are the files that import a client; modules whose attributes one of them sets, those that
    are given a client to keep, and those of the interfaces that they implement; all that import any
    of these; what those import, directly or not, that has coroutines (a client may be handed to
    it); tests that may ask for a fixture of one of them; and readers of the application state that
    one of them sets. An installed client
    library is not its own user, and neither what one installed package imports from another nor
    what it sets there ties the two.

    Args:
        statements: the import statements of every file of the project, by path.
        layout: where modules are.
        clients: top-level import names of client libraries.
        read: gives a path's bytes; those of an unreadable file are empty.
    """
    modules = _Modules()
    seeds = {
        path
        for path in _holding(statements, [name.encode() for name in clients])
        if not _is_installed_client(path, clients) and modules.name_any(statements[path], clients)
    }
    if not seeds:
        return set()
    importers = _Importers(statements, layout, modules)
    chosen: set[str] = set()
    given = {path for one in seeds for path in _given_by(one, importers, read)}
    given |= {path for one in seeds for path in _implemented_by(one, importers, read)}
    seeds |= given
    while seeds:
        chosen |= _closure(seeds, importers.of)
        seeds = {path for one in chosen for path in _filled_by(one, importers, read)} - chosen
    imported = _closure(chosen, lambda paths: _imports_of(paths, importers)) - chosen
    handed = {path for path in imported if b"async def" in read(path)}
    tests = _tests_below(chosen, statements)
    return chosen | handed | tests | _readers_of_state(chosen, statements, read)


def ties(data: bytes) -> Hashable:
    """Return all that `relevant` looks at in a file: its answer changes with nothing else."""
    statements = import_statements(data)
    filled, state = frozenset(_FILLED.findall(data)), (kept_by(data), asked_by(data))
    handing, keeps = _handing(data, statements), bool(_KEEPS.search(data))
    bases, is_interface = _bases_of(data), bool(_INTERFACE.search(data))
    return statements, filled, state, handing, keeps, bases, is_interface, b"async def" in data


def imports_any(
    lines: bytes, path: str, layout: Resolver, clients: Set[str], matters: Set[str]
) -> bool:
    """Tell whether a file's import statements name a client, or a file that matters."""
    modules = _Modules()
    return modules.name_any(lines, clients) or any(
        layout.find(module, level, path) in matters
        for module, level in modules.of(lines)
        if module or level
    )


def _imports_of(paths: Set[str], importers: _Importers) -> set[str]:
    return {
        imported
        for path in paths
        for imported in importers.imported_by(path)
        if _are_together(path, imported)
    }


def _filled_by(path: str, importers: _Importers, read: Callable[[str], bytes]) -> Iterator[str]:
    """Give the modules to whose attributes a file assigns: `module.name = value`."""
    filled = frozenset(_FILLED.findall(read(path)))
    if filled:
        imported = importers.imported_as(path, filled)
        yield from (one for one in imported if _are_together(path, one))


def _given_by(path: str, importers: _Importers, read: Callable[[str], bytes]) -> Iterator[str]:
    """Give the modules that a user of a client hands one to, and that can keep it for others.

    `holder.put(QdrantClient(...))`, or `registry.register(client)` with an object of the module.
    """
    handing = _handing(read(path), importers.statements_of(path))
    if handing:
        for one in importers.imported_as(path, handing):
            if _are_together(path, one) and _KEEPS.search(read(one)):
                yield one


def _implemented_by(
    path: str, importers: _Importers, read: Callable[[str], bytes]
) -> Iterator[str]:
    """Give the modules of interfaces of which a user of a client has an implementation."""
    bases = _bases_of(read(path))
    if bases:
        for one in importers.imported_as(path, bases):
            if _are_together(path, one) and _INTERFACE.search(read(one)):
                yield one


def _bases_of(data: bytes) -> frozenset[bytes]:
    return frozenset(word for listed in _BASES.findall(data) for word in _WORD.findall(listed))


def _handing(data: bytes, statements: bytes) -> frozenset[bytes]:
    """Return the imported names called by statements that hand over what an imported name made."""
    imported = frozenset(_WORD.findall(statements))
    built = [match for match in _BUILT.findall(data) if match[1] in imported]
    made = {name for name, _ in built if name} | {called for _, called in built}
    return frozenset(
        called
        for called, handed in _CALLED.findall(data)
        if called in imported and not made.isdisjoint(_WORD.findall(handed))
    )


def _are_together(path: str, other: str) -> bool:
    """Tell whether two files are of the same installed package, or of none."""
    return _installed_package(path) == _installed_package(other)


def _installed_package(path: str) -> str | None:
    for folder in _INSTALLED:
        _, found, below = path.rpartition(folder)
        if found:
            return below.partition("/")[0]
    return None


def _is_installed_client(path: str, clients: Set[str]) -> bool:
    return _installed_package(path) in clients


def _tests_below(chosen: Set[str], statements: Iterable[str]) -> set[str]:
    """Give the tests that get the fixtures of one of these files without importing it."""
    folders = tuple(path.removesuffix(_CONFTEST) for path in chosen if _is_conftest(path))
    if not folders:
        return set()
    return {
        path
        for path in statements
        if path.startswith(folders)
        if _is_conftest(path) or _TEST.match(path.rpartition("/")[2])
    }


def _is_conftest(path: str) -> bool:
    return path.endswith(f"/{_CONFTEST}")


def _readers_of_state(
    chosen: Set[str], statements: Iterable[str], read: Callable[[str], bytes]
) -> set[str]:
    names = {name for path in chosen for name in kept_by(read(path))}
    return {path for path in statements if path not in chosen and _asks_for(names, read(path))}


def _asks_for(names: Set[bytes], data: bytes) -> bool:
    """Tell whether a file looks up one of some names; first, whether it has any at all."""
    return any(name in data for name in names) and not names.isdisjoint(asked_by(data))


class _Modules:
    """The modules that statements name, each statement read once."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Module, ...]] = {}

    def of(self, lines: bytes) -> Iterator[Module]:
        """Give every module that may be meant by a file's statements."""
        for line in lines.split(b"\n"):
            known = self._known.get(line)
            if known is None:
                known = self._known[line] = tuple(_named(line))
            yield from known

    def name_any(self, lines: bytes, clients: Set[str]) -> bool:
        """Tell whether a file's statements name a client library."""
        return any(
            not level and module.partition(".")[0] in clients for module, level in self.of(lines)
        )


def _named(line: bytes) -> Iterator[Module]:
    """Give the modules that one line may import; too many do no harm."""
    for statement in line.partition(b"#")[0].split(b";"):
        for match in _FROM.finditer(statement):
            dots, module, names = match.groups()
            module, level = module.decode("utf-8", "replace"), len(dots)
            yield module, level
            for name in _WORD.findall(names):
                below = name.decode("utf-8", "replace")
                yield (f"{module}.{below}" if module else below), level
        for match in _PLAIN.finditer(statement):
            for name in match[1].split(b","):
                words = name.split()
                if words:
                    yield words[0].decode("utf-8", "replace"), 0


class _Importers:
    """Who imports a file, told by the words of each file's statements before any is understood."""

    def __init__(
        self, statements: Mapping[str, bytes], layout: Resolver, modules: _Modules
    ) -> None:
        self._statements = statements
        self._layout = layout
        self._modules = modules
        self._words: dict[str, frozenset[bytes]] = {}
        self._imported: dict[str, frozenset[str]] = {}

    def of(self, paths: Set[str]) -> set[str]:
        """Give the files that import one of these."""
        tails = {self._layout.module_tail(path) for path in paths}
        words = frozenset(map(os.fsencode, tails))
        return {
            importer
            for importer in self._that_may_name(tails, words)
            if not words.isdisjoint(self._words_of(importer, self._statements[importer]))
            and not (self.imported_by(importer) - {importer}).isdisjoint(paths)
        }

    def _that_may_name(self, tails: Set[str], words: Set[bytes]) -> Iterable[str]:
        """Tell soon among whose words one of a few can be; any file may hold one of many."""
        if len(tails) > _FEW:
            return self._statements
        near = {path for tail in tails for path in self._relative if tail in path}
        return near | _holding(self._statements, words)

    @cached_property
    def _relative(self) -> list[str]:
        """The files that import from a place told by dots, which may be any folder above."""
        return list(_holding(self._statements, [_DOTS]))

    def _words_of(self, path: str, lines: bytes) -> frozenset[bytes]:
        """Return the words of a file's statements; dots may stand for any folder above it."""
        known = self._words.get(path)
        if known is None:
            known = frozenset(_WORD.findall(lines))
            if _DOTS in lines:
                known = known.union(os.fsencode(path).split(b"/"))
            self._words[path] = known
        return known

    def statements_of(self, path: str) -> bytes:
        """Return the import statements of the file at a path."""
        return self._statements.get(path, b"")

    def imported_by(self, path: str) -> frozenset[str]:
        """Return the files that the one at a path imports."""
        known = self._imported.get(path)
        if known is None:
            lines = self.statements_of(path)
            known = self._imported[path] = frozenset(self._found(path, lines))
        return known

    def imported_as(self, path: str, names: Set[bytes]) -> Iterator[str]:
        """Give the files that the one at a path imports by statements that have certain names."""
        lines = self.statements_of(path).split(b"\n")
        chosen = (line for line in lines if not names.isdisjoint(_WORD.findall(line)))
        return self._found(path, b"\n".join(chosen))

    def _found(self, path: str, lines: bytes) -> Iterator[str]:
        for module, level in self._modules.of(lines):
            found = self._layout.find(module, level, path) if module or level else None
            if found is not None and found in self._statements:
                yield found


def _holding(statements: Mapping[str, bytes], words: Iterable[bytes]) -> set[str]:
    """Return the files whose statements hold one of a few words, each looked for in all at once."""
    return {path for word in words for path, lines in statements.items() if word in lines}


def _closure(seeds: set[str], following: Callable[[Set[str]], Set[str]]) -> set[str]:
    reached: set[str] = set()
    newest: Set[str] = seeds
    while newest:
        reached |= newest
        newest = following(newest) - reached
    return reached
