"""Opens projects: finds their files, reads them, and hands the engine what matters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.check import Checker
from flake8_qdrant.files import python_files
from flake8_qdrant.inference.layout import Layout
from flake8_qdrant.inference.project import Project
from flake8_qdrant.inference.relevance import glance, relevant
from flake8_qdrant.sdk.loader import distributions, load_tables
from flake8_qdrant.sdk.version import project_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flake8_qdrant.sdk.loader import Tables
    from flake8_qdrant.settings import Settings


def open_project(
    root: str, files: Iterable[str], settings: Settings, texts: Mapping[str, str] | None = None
) -> Checker:
    """Return a checker for a project.

    Args:
        root: the project's folder, absolute.
        files: the files to be checked, absolute; those below the root are found as well.
        settings: what the user wants.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.

    Raises:
        TableError: a table of the user says something that has no meaning.
    """
    tables = load_tables(
        settings.sdk,
        project_versions(Path(root), distributions(settings.sdk)),
        settings.file,
    )
    texts = texts or {}
    listing = sorted({*files, *texts, *python_files(root, settings.exclude)})
    layout = Layout(root, listing, (name.decode() for name in tables.names()))
    matters = _what_matters(listing, layout, tables, texts)
    working_directory = os.getcwd()
    return Checker(
        Project(layout, matters, _read, texts),
        tables,
        lambda path: _display(path, working_directory),
    )


def _what_matters(
    listing: list[str], layout: Layout, tables: Tables, texts: Mapping[str, str]
) -> set[str]:
    clients = {name.decode() for name in tables.names()}
    glances = {}
    for path in listing:
        try:
            data = texts[path].encode("utf-8", "replace") if path in texts else _read(path)
        except OSError:
            continue
        glances[path] = glance(data, clients)
    return relevant(glances, layout)


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _display(path: str, working_directory: str) -> str:
    prefix = working_directory.rstrip("/") + "/"
    return path.removeprefix(prefix)
