"""Opens projects: what the engine needs to check their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.check import Checker
from flake8_qdrant.discovery import client_names, project_files, read, what_matters
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.files import below
from flake8_qdrant.libraries.loader import distributions, load_tables
from flake8_qdrant.libraries.version import project_versions
from flake8_qdrant.model.modules import Project
from flake8_qdrant.model.reads import Reads
from flake8_qdrant.model.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from flake8_qdrant.earlier_run import Record
    from flake8_qdrant.facts.nodes import NodeTable
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.settings import Settings


def open_project(
    root: str, files: Iterable[str], settings: Settings, texts: Mapping[str, str] | None = None
) -> Checker:
    """Return a checker for a project; its findings name files from the working directory.

    Args:
        root: the project's folder, absolute.
        files: the files to be checked, absolute; those below the root are found as well.
        settings: what the user wants.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.

    Raises:
        SettingsError: a table of the user says something that has no meaning.
    """
    listing = project_files(root, settings, (*files, *(texts or ())))
    matters = what_matters(root, listing, client_names(settings), texts)
    working_directory = os.getcwd()
    return open_checker(
        root, listing, matters, settings, lambda path: below(path, working_directory), texts
    )


def open_checker(  # noqa: PLR0913, PLR0917 - each differs between the front ends
    root: str,
    files: Sequence[str],
    matters: Set[str],
    settings: Settings,
    display: Callable[[str], str],
    texts: Mapping[str, str] | None = None,
    parsed: Mapping[str, Source] | None = None,
    nodes: Callable[[str, str], NodeTable] = lambda _, text: parse(text),
    record: Record | None = None,
) -> Checker:
    """Return a checker for a project of which is known what matters.

    Args:
        root: the project's folder, absolute.
        files: all its files, absolute.
        matters: those to be parsed.
        settings: what the user wants.
        display: gives the path under which a finding names a file.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.
        parsed: files that have not changed since another project parsed them; given for one that
            will be told of changes, so that it records what findings rest on.
        nodes: gives the nodes of a path's text as it is on disk.
        record: takes what findings rest on, for a later run, and has what an earlier one left.

    Raises:
        TableError: a table of the user says something that has no meaning.
    """
    versions = project_versions(Path(root), distributions(settings.libraries))
    tables = load_tables(settings.libraries, versions, settings.file)
    layout = Resolver(root, files, (name.decode() for name in tables.names()))
    if record is None:
        reads, places = Reads(recording=parsed is not None, files=len(files)), None
    else:
        reads, places = record.reads, record.places
    project = Project(layout, matters, read, texts or {}, parsed, nodes, reads, places)
    return Checker(project, tables, display)
