"""Which files matter: those that import a client library, and those tied to one by imports.

This reads bytes and parses nothing: most files of a tree have nothing to do with any client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Set

    from flake8_qdrant.inference.layout import Layout

_IMPORT: Final = re.compile(
    rb"(?:from\s+(?P<dots>\.*)(?P<module>[\w.]*)\s+import\s+(?P<names>.*)|import\s+(?P<plain>.+))",
    re.DOTALL,
)
_STATE: Final = re.compile(rb"\.state\.(\w+)")


@dataclass(frozen=True, slots=True)
class Glance:
    """What the bytes of a file tell without parsing it."""

    imports_client: bool
    imports: tuple[tuple[str, int], ...]
    state: frozenset[bytes]
    has_async: bool


def glance(data: bytes, clients: Set[str]) -> Glance:
    """Look at a file's bytes.

    Args:
        data: the file's contents.
        clients: top-level import names of client libraries.
    """
    imports = tuple(_imports(data)) if b"import" in data else ()
    return Glance(
        imports_client=any(
            not level and module.partition(".")[0] in clients for module, level in imports
        ),
        imports=imports,
        state=frozenset(_STATE.findall(data)) if b".state." in data else frozenset(),
        has_async=b"async def" in data,
    )


def _imports(data: bytes) -> Iterator[tuple[str, int]]:
    """Give (module, level) of every line that looks like an import; too many do no harm."""
    at = data.find(b"import")
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[start:end].strip()
        if line.startswith((b"from ", b"import ")):
            if line.endswith((b"(", b"\\")):
                stop = data.find(b")", end)
                line = data[start : stop if stop >= 0 else end].strip()
                end = max(end, stop)
            yield from _modules(line)
        at = data.find(b"import", end)


def _modules(line: bytes) -> Iterator[tuple[str, int]]:
    match = _IMPORT.match(line)
    if match is None:
        return
    if match["plain"] is not None:
        for name in match["plain"].partition(b"#")[0].split(b","):
            yield name.split()[0].decode("ascii", "replace") if name.split() else "", 0
        return
    module, level = match["module"].decode("ascii", "replace"), len(match["dots"])
    yield module, level
    for name in re.findall(rb"\w+", match["names"]):
        dotted = f"{module}.{name.decode('ascii', 'replace')}" if module else name.decode()
        yield dotted, level


def relevant(glances: Mapping[str, Glance], layout: Layout) -> set[str]:
    """Return the paths that must be parsed.

    These are the files that import a client, all that import one of them, what those
    import that has coroutines (a client may be handed to it), and readers of the application state
    that one of them sets.
    """
    seeds = {path for path, seen in glances.items() if seen.imports_client}
    if not seeds:
        return set()
    edges = _import_graph(glances, layout)
    importers: dict[str, set[str]] = {}
    for importer, imported in edges.items():
        for path in imported:
            importers.setdefault(path, set()).add(importer)
    chosen = _closure(seeds, lambda path: importers.get(path, ()))
    handed = {path for one in chosen for path in edges.get(one, ()) if glances[path].has_async}
    state = frozenset().union(*(glances[path].state for path in chosen))
    readers = {path for path, seen in glances.items() if seen.state & state}
    return chosen | handed | readers


def _import_graph(glances: Mapping[str, Glance], layout: Layout) -> dict[str, set[str]]:
    graph = {}
    for importer, seen in glances.items():
        found = (
            layout.find(module, level, importer)
            for module, level in seen.imports
            if module or level
        )
        graph[importer] = {path for path in found if path and path in glances and path != importer}
    return graph


def _closure(seeds: set[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    reached, waiting = set(seeds), list(seeds)
    while waiting:
        for path in following(waiting.pop()):
            if path not in reached:
                reached.add(path)
                waiting.append(path)
    return reached
