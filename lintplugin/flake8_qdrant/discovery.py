"""Finds the files of a project, and tells which of them matter, before anything is parsed."""

from __future__ import annotations

import errno
import os
import stat
from itertools import chain
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.text import MAX_BYTES, MAX_NOTEBOOK_BYTES
from flake8_qdrant.files import Patterns, Trees
from flake8_qdrant.model.reachability import import_statements, relevant
from flake8_qdrant.model.resolver import Resolver
from flake8_qdrant.notebook import ENDING, NotANotebookError, notebook_program
from flake8_qdrant.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flake8_qdrant.settings import Settings

_TABLES: Final = os.path.join(os.path.dirname(__file__), "libraries", "tables")
_WORTH_FORKING: Final = 4_000
"""Fewer files are read sooner by one process than two are started."""
_NO_CLIENT: Final = "runtime"


def project_files(root: str, settings: Settings, more: Iterable[str] = ()) -> list[str]:
    """Return the absolute paths of a project's Python files, sorted, and `more` among them."""
    return sorted({*more, *Trees(excluded_by(settings)).of_project(root)})


def beside_a_project(root: str, more: int) -> str:
    """Say that files are read of which nobody said that they belong to those that are checked."""
    files = "1 more file is" if more == 1 else f"{more:,} more files are"
    return f"no pyproject.toml or repository marks a project here: {files} read below {root}"


def excluded_by(settings: Settings) -> Patterns | None:
    """Return the settings' `exclude`, whose patterns count from the folder of their file."""
    if not settings.exclude:
        return None
    return Patterns(os.path.dirname(os.path.abspath(settings.file)), settings.exclude)


def client_names(settings: Settings) -> frozenset[str]:
    """Return the top-level import names of every client library, ours and the user's.

    Ours are told by the names of their tables, none of which is read.

    Raises:
        SettingsError: a table of the user says something that has no meaning.
    """
    if not settings.libraries:
        files = (os.path.splitext(file) for file in os.listdir(_TABLES))
        return frozenset(name for name, kind in files if kind == ".toml" and name != _NO_CLIENT)
    from flake8_qdrant.libraries import TableError, load_tables  # noqa: PLC0415 - few have tables

    try:
        tables = load_tables(settings.libraries, file=settings.file)
    except TableError as error:
        raise SettingsError(str(error)) from error
    return frozenset(name.decode() for name in tables.names())


def what_matters(
    root: str,
    files: Sequence[str],
    clients: frozenset[str],
    texts: Mapping[str, str] | None = None,
    jobs: int = 1,
) -> frozenset[str]:
    """Return those of a project's files that must be parsed; one that cannot be read is among them.

    Args:
        root: the project's folder, absolute.
        files: all its files, absolute.
        clients: top-level import names of client libraries.
        texts: text of files that an editor or flake8 holds, instead of what is on disk.
        jobs: processes that may read files.
    """
    texts = texts or {}

    def contents(path: str) -> bytes:
        return texts[path].encode("utf-8", "replace") if path in texts else _code(path)

    def statements_in(path: str) -> bytes | None:
        try:
            return import_statements(contents(path))
        except OSError:
            return None

    def look(piece: Sequence[str]) -> dict[str, bytes | None]:
        return {path: statements_in(path) for path in piece}

    seen = look(files) if jobs <= 1 or len(files) < _WORTH_FORKING else _spread(look, files, jobs)
    statements = {path: lines for path, lines in seen.items() if lines is not None}
    layout = Resolver(root, files, clients)
    return frozenset(relevant(statements, layout, clients, contents) | seen.keys() - statements)


def _spread(
    look: Callable[[Sequence[str]], dict[str, bytes | None]], files: Sequence[str], jobs: int
) -> dict[str, bytes | None]:
    from flake8_qdrant.parallel import spread  # noqa: PLC0415 - costs, and small trees need it not

    return dict(
        chain.from_iterable(seen.items() for seen in spread(look, files, jobs, _WORTH_FORKING // 2))
    )


def read(path: str) -> bytes:
    """Return a file's bytes.

    Of a file that is too large to be checked, the beginning is returned, too large as well.

    Raises:
        OSError: it cannot be read, or is no file of a disk: a pipe or a device may never end.
    """
    most = MAX_NOTEBOOK_BYTES if path.endswith(ENDING) else MAX_BYTES
    return _contents(path, most + 1)


def _code(path: str) -> bytes:
    """Return what import statements are looked for in: a notebook's are in its cells."""
    data = read(path)
    if not path.endswith(ENDING):
        return data
    try:
        return notebook_program(data).encode()
    except NotANotebookError:
        return data


def _contents(path: str, most: int) -> bytes:
    # Without O_NONBLOCK, opening a pipe waits for whoever writes into it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        wanted = min(status.st_size, most)
        data = os.read(handle, wanted)
        while len(data) < wanted and (more := os.read(handle, wanted - len(data))):
            data += more
        return data
    finally:
        os.close(handle)
