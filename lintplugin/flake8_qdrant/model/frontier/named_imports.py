"""Who imports which name from where, told by the statements of files before any is parsed."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.model.resolver import Resolver

_FROM: Final = re.compile(rb"\bfrom\s*(\.*)\s*([\w.]*)\s*\bimport\b([^;#]*)")
_PLAIN: Final = re.compile(rb"(?:^|[;:])\s*import\s+([^;#]*)")
_NAME: Final = re.compile(rb"(\w+|\*)(?:\s+as\s+(\w+))?")
_DOTTED: Final = re.compile(rb"([\w.]+)(?:\s+as\s+(\w+))?")
EVERYTHING: Final = "*"


class Importer(NamedTuple):
    """A file that imports something, and the name that it has there."""

    path: str
    alias: str


class NamedImports:
    """The imports of files, from what is imported to who imports it.

    Comments and strings may look like statements: there may be too many importers, never too few.

    Args:
        statements: the import statements of each file, one to a line.
        layout: where modules are.
    """

    def __init__(self, statements: Mapping[str, bytes], layout: Resolver) -> None:
        self._layout = layout
        self._names: dict[tuple[str, str], list[Importer]] = defaultdict(list)
        self._stars: dict[str, list[str]] = defaultdict(list)
        self._modules: dict[str, list[Importer]] = defaultdict(list)
        for path, lines in statements.items():
            self.add(path, lines)

    def add(self, path: str, statements: bytes) -> None:
        """Take in what another file imports."""
        for line in statements.split(b"\n"):
            for module, level, name, alias in _imported(line):
                self._add(path, module, level, name, alias)

    def imported(self) -> set[str]:
        """Return what is imported, as paths of files and folders."""
        return {path for path, _ in self._names} | self._stars.keys() | self._modules.keys()

    def _add(self, path: str, module: str, level: int, name: str | None, alias: str) -> None:
        if name is None:
            self._add_modules(path, module, alias)
            return
        target = self._layout.find(module, level, path) if module or level else None
        if target is None:
            return
        if name == EVERYTHING:
            self._stars[target].append(path)
            return
        self._names[target, name].append(Importer(path, alias))
        below = self._layout.submodule(target, name)
        if below is not None:
            self._modules[below].append(Importer(path, alias))

    def _add_modules(self, path: str, module: str, alias: str) -> None:
        """`import a.b` binds `a`, through which `a.b` is reached."""
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            target = self._layout.find(".".join(parts[:length]), 0, path)
            if target is not None:
                self._modules[target].append(Importer(path, alias))

    def of_name(self, path: str, name: str) -> Iterator[Importer]:
        """Give those who import a name from a module at a path."""
        yield from self._names.get((path, name), ())
        if not name.startswith("_"):
            yield from (Importer(one, name) for one in self._stars.get(path, ()))

    def of_module(self, path: str) -> Iterator[Importer]:
        """Give those who import a module itself, or a package through which it can be reached."""
        yield from self._modules.get(path, ())
        folder = path.rpartition("/")[0]
        while len(folder) >= len(self._layout.root):
            yield from self._modules.get(folder, ())
            yield from self._modules.get(f"{folder}/__init__.py", ())
            folder = folder.rpartition("/")[0]


@cache
def _imported(line: bytes) -> tuple[tuple[str, int, str | None, str], ...]:
    """Return what a statement imports: module, level, name and the name that it has here."""
    found: list[tuple[str, int, str | None, str]] = []
    for dots, module, names in _FROM.findall(line):
        for name, alias in _NAME.findall(names):
            found.append((_text(module), len(dots), _text(name), _text(alias or name)))
    if b"import" in line and not found:
        for names in _PLAIN.findall(line):
            for module, alias in _DOTTED.findall(names):
                own = _text(module).strip(".")
                found.append((own, 0, None, _text(alias) or own.partition(".")[0]))
    return tuple(one for one in found if one[0] or one[1])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
