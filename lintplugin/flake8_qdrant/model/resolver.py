"""Where Python would find a module: dotted names to files, without looking at the disk."""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SOURCE_FOLDERS: Final = ("", "src")
_INIT: Final = "__init__.py"


_TEST_FOLDERS: Final = frozenset(("test", "tests"))


class Resolver:
    """The Python files of a project, as absolute paths with forward slashes.

    A module is found from the folder of the file that imports it, upwards to the root: so packages,
    `src/` layouts, namespace packages and roots in a sub-folder such as `backend/` need no
    configuration. Folders that are packages themselves come last, as nothing in them is importable
    by a bare name unless a script is run from there.
    """

    def __init__(self, root: str, files: Iterable[str], outside: Iterable[str] = ()) -> None:
        """Take the project's folder, its files, and top-level names that are never its own."""
        self.root = root
        self.files = set(files)
        self._folders = _folders(self.files)
        self._outside = sys.stdlib_module_names | frozenset(outside)
        self._roots_of: dict[str, tuple[str, ...]] = {}
        self._by_tail: dict[str, list[str]] = {}
        for path in self.files:
            self._by_tail.setdefault(self.module_tail(path), []).append(path)

    @staticmethod
    def module_tail(path: str) -> str:
        """Return the last name of the module in a file."""
        folder, _, file = path.rpartition("/")
        return folder.rpartition("/")[2] if file == _INIT else file.removesuffix(".py")

    @staticmethod
    def folder_above(importer: str, level: int) -> str:
        """Return the folder that the leading dots of a relative import stand for."""
        folder = posixpath.dirname(importer)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        return folder

    def find(self, module: str, level: int, importer: str) -> str | None:
        """Return the file (or the folder of a package without `__init__`) of a module.

        Args:
            module: its dotted name, without the leading dots of a relative import.
            level: the number of those dots.
            importer: the path of the file that imports it.
        """
        parts = module.split(".") if module else []
        if level:
            return self._at(self.folder_above(importer, level), parts)
        if parts[0] in self._outside:
            return None
        for folder in self._roots(importer):
            found = self._at(folder, parts)
            if found is not None and (found != importer or found.endswith(f"/{_INIT}")):
                return found
        return self._by_unique_tail(parts)

    def is_of_tests(self, path: str) -> bool:
        """Tell whether a file belongs to the project's tests, by the names that pytest goes by."""
        *folders, name = path.removeprefix(self.root).split("/")
        if name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py"):
            return True
        return not _TEST_FOLDERS.isdisjoint(folders)

    def submodule(self, path: str, name: str) -> str | None:
        """Return the file of a package's module, given the package's file or folder."""
        if path in self._folders:
            return self._at(path, [name])
        folder, _, file = path.rpartition("/")
        return self._at(folder, [name]) if file == _INIT else None

    def _at(self, folder: str, parts: list[str]) -> str | None:
        path = "/".join((folder, *parts))
        for candidate in (f"{path}/{_INIT}", f"{path}.py"):
            if candidate in self.files:
                return candidate
        return path if path in self._folders else None

    def _roots(self, importer: str) -> tuple[str, ...]:
        folder = posixpath.dirname(importer)
        known = self._roots_of.get(folder)
        if known is None:
            known = self._roots_of[folder] = tuple(self._find_roots(folder))
        return known

    def _find_roots(self, folder: str) -> Iterator[str]:
        folders = list(self._upwards(folder))
        packages = [folder for folder in folders if f"{folder}/{_INIT}" in self.files]
        for root in folders:
            if root not in packages:
                yield from (posixpath.join(root, below).rstrip("/") for below in _SOURCE_FOLDERS)
        yield from packages

    def _upwards(self, folder: str) -> Iterator[str]:
        while True:
            yield folder
            parent = posixpath.dirname(folder)
            if folder in (self.root, parent):
                return
            folder = parent

    def _by_unique_tail(self, parts: list[str]) -> str | None:
        """Find a module below a root that nothing names, if only one file can be meant."""
        ending = "/" + "/".join(parts)
        endings = (f"{ending}.py", f"{ending}/{_INIT}")
        matches = [path for path in self._by_tail.get(parts[-1], ()) if path.endswith(endings)]
        if len(parts) == 1:
            matches = [path for path in matches if not self._in_package(path)]
        return matches[0] if len(matches) == 1 else None

    def _in_package(self, path: str) -> bool:
        """Tell whether a module can only be imported as a part of a package."""
        folder, _, file = path.rpartition("/")
        if file == _INIT:
            folder = posixpath.dirname(folder)
        return f"{folder}/{_INIT}" in self.files


def _folders(files: Iterable[str]) -> set[str]:
    """Return every folder that holds one of the files, at any depth."""
    found: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while len(folder) > 1 and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
