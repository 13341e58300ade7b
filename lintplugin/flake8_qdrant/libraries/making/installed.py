"""Finds an installed package and reads its source; nothing of it is imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flake8_qdrant.libraries.model import TableError
from flake8_qdrant.libraries.release import normalized
from flake8_qdrant.libraries.version import environment_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_ITS_OWN = ("tests", "testing", "test", "__pycache__")
"""Folders whose classes no user calls."""


class Installed(NamedTuple):
    """A package where Python would import it from.

    Attributes:
        name: its import name.
        distribution: the name pip installs it by.
        version: of the distribution; empty where no metadata tells.
        folder: the one that holds it.
    """

    name: str
    distribution: str
    version: str
    folder: Path

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give the path from the folder, and the contents, of each source file.

        Raises:
            TableError: a file cannot be read.
        """
        module = self.folder / f"{self.name}.py"
        paths = [module] if module.is_file() else _sources(self.folder / self.name)
        for path in paths:
            yield path.relative_to(self.folder).as_posix(), _read(path)


def find_installed(package: str, root: Path) -> Installed:
    """Find a package in the project's environment, else in this program's.

    Args:
        package: its import name, or the name pip installs it by.
        root: the project's folder.

    Raises:
        TableError: it is in neither.
    """
    folders = [*environment_folders(root), *map(Path, filter(None, sys.path))]
    for folder in folders:
        if (folder / f"{package}.py").is_file() or (folder / package).is_dir():
            return _with_metadata(package, folder)
    for folder in folders:
        names = _imports_of(package, folder)
        if len(names) > 1:
            raise TableError(f"{package} has several packages; name one: {', '.join(names)}")
        if names:
            return _with_metadata(names[0], folder)
    raise TableError(
        f"{package}: no such package is installed, neither in .venv or venv of this folder nor "
        f"beside this program ({sys.prefix}); install it, or write the table by hand"
    )


def _with_metadata(name: str, folder: Path) -> Installed:
    for metadata in sorted(folder.glob("*.dist-info")):
        if name in _top_level(metadata):
            distribution, _, version = metadata.name.removesuffix(".dist-info").rpartition("-")
            return Installed(name, distribution.replace("_", "-"), version, folder)
    return Installed(name, name, "", folder)


def _imports_of(distribution: str, folder: Path) -> list[str]:
    """Return the import names of a distribution that is installed in a folder."""
    for metadata in sorted(folder.glob("*.dist-info")):
        name = metadata.name.removesuffix(".dist-info").rpartition("-")[0]
        if normalized(name) == normalized(distribution):
            return sorted(_top_level(metadata))
    return []


def _top_level(metadata: Path) -> set[str]:
    """Return the import names that a distribution's record of its files names."""
    try:
        record = (metadata / "RECORD").read_text("utf-8", "replace")
    except OSError:
        return set()
    names = set()
    for line in record.splitlines():
        first, slash, _ = line.partition(",")[0].partition("/")
        name = first if slash else first.removesuffix(".py") if first.endswith(".py") else ""
        if name.isidentifier() and name != "__pycache__":
            names.add(name)
    return names


def _sources(folder: Path) -> Iterator[Path]:
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _NOT_ITS_OWN)
        yield from (Path(path, name) for name in sorted(names) if name.endswith(".py"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}") from None
