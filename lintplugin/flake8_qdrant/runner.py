"""Checks many files: each project's together, in several processes, with what is known already."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.cache import FOLDER, Cache, Entry, State, digest_of, state_of
from flake8_qdrant.discovery import beside_a_project, client_names, what_matters
from flake8_qdrant.files import Trees, below, is_project, project_root

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from flake8_qdrant.check import Checker, Found
    from flake8_qdrant.earlier_run import Record
    from flake8_qdrant.facts_store import FactsStore
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.model.reads import Numbers
    from flake8_qdrant.settings import Settings


_WORTH_A_PROCESS: Final = 12
"""Fewer files are checked sooner than a process is forked and its answers are sent back."""


@dataclass(frozen=True, slots=True)
class Means:
    """How to check.

    Attributes:
        jobs: processes to use at most.
        cache: whether to keep findings on disk.
        cache_folder: where, instead of in each project's folder.
        silenced: whether findings are given that a `# noqa` comment silences.
        stats: whether to tell how many files were read, parsed and checked.
    """

    jobs: int = 1
    cache: bool = True
    cache_folder: str | None = None
    silenced: bool = False
    stats: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """How far the files of a project were looked into, as sets of paths.

    Attributes:
        seen: all its files.
        mattering: those tied to a client library by imports.
        parsed: those of which anything was asked.
        checked: those whose findings were not known.
        kept: how many of those asked an earlier run had parsed.
    """

    seen: Set[str]
    mattering: Set[str]
    parsed: Set[str] = frozenset()
    checked: Set[str] = frozenset()
    kept: int = 0

    def __str__(self) -> str:
        return (
            f"{_amount(self.seen)} seen, {_amount(self.mattering)} tied to a client by imports, "
            f"{_amount(self.parsed)} parsed ({self.kept:,} by an earlier run), "
            f"{_amount(self.checked)} checked"
        )


def _amount(paths: Set[str]) -> str:
    """Say how many files there are, and how large they are together."""
    size = 0
    for path in paths:
        with suppress(OSError):
            size += os.path.getsize(path)
    files = "1 file" if len(paths) == 1 else f"{len(paths):,} files"
    return f"{files} ({size / 1e6:.1f} MB)"


def check_files(
    named: Set[str],
    found: Set[str],
    settings: Settings,
    means: Means,
    trees: Trees,
    tell: Callable[[str], None],
) -> list[Finding]:
    """Return the findings in files, sorted, with paths from the working directory.

    Args:
        named: files that the user named, absolute: parsed even if nothing ties them to a client.
        found: files found below a folder, absolute.
        settings: what the user wants.
        means: how to check.
        trees: the files of projects, as far as they were walked.
        tell: takes what the user should know besides the findings.

    Raises:
        SettingsError: a table of the user says something that has no meaning.
    """
    working_directory = os.getcwd()
    projects: dict[str, list[str]] = {}
    for file in sorted(named | found):
        root = project_root(os.path.dirname(file), working_directory)
        projects.setdefault(root, []).append(file)
    findings: list[Finding] = []
    for root, files in projects.items():
        project = _Project(root, files, settings, means, trees)
        if project.more and not is_project(root):
            tell(beside_a_project(root, project.more))
        found_here = project.check(named)
        if means.stats:
            tell(f"{root}: {project.stats}")
        findings += (
            one.with_paths(partial(_seen_from, working_directory, root)) for one in found_here
        )
    return sorted(findings)


def default_jobs() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def entry_that_holds(root: str, files: Sequence[str], settings: Settings) -> Entry | None:
    """Return what an earlier run kept of a project in its folder, if nothing has changed since.

    Args:
        root: the project's folder, absolute.
        files: all its files, absolute and sorted.
        settings: what the user wants.
    """
    entry = Cache(os.path.join(root, FOLDER), root, settings).load()
    if not entry.matters:
        return None
    state = state_of(files)
    is_current = state.settled and state.digest == entry.state
    return entry if is_current and entry.versions == _versions(root, settings) else None


class _Project:
    """One project's files, and those of them to be checked."""

    def __init__(
        self, root: str, files: Sequence[str], settings: Settings, means: Means, trees: Trees
    ) -> None:
        self._root = root
        self._settings = settings
        self._jobs = means.jobs
        self._silenced = means.silenced
        self._wanted = files
        self._files = sorted({*files, *trees.of_project(root)})
        self.stats = Stats(frozenset(self._files), frozenset())
        self._cache: Cache | None = None
        self._record: Record | None = None
        self._store: FactsStore | None = None
        self._folder: str | None = None
        if means.cache:
            self._folder = means.cache_folder or os.path.join(root, FOLDER)
            self._cache = Cache(self._folder, root, settings)

    @property
    def more(self) -> int:
        """The number of files that are read only for what they say about the wanted ones."""
        return len(self._files) - len(self._wanted)

    def check(self, named: Set[str]) -> list[Finding]:
        """Return the findings of the wanted files; their paths are absolute or below the root."""
        if self._cache is None:
            return self._check(Entry(matters=self._matters()), named)
        state = state_of(self._files)
        entry = self._cache.load()
        was_current = state.settled and state.digest == entry.state
        if not was_current:
            entry = self._up_to_date(entry, state)
        versions = _versions(self._root, self._settings) if entry.matters else ""
        if versions != entry.versions:
            self._record = None
            entry = Entry(matters=entry.matters, listing=entry.listing, versions=versions)
        entry.state = state.digest if state.settled else ""
        entry.stamps = {self._name(path): stamp for path, stamp in state.stamps.items()}
        known = len(entry.findings)
        found = self._check(entry, named)
        # Whoever keeps something looks again: the files may have changed while they were read.
        is_news = not was_current or len(entry.findings) > known
        if is_news and state_of(self._files).digest == state.digest:
            self._cache.store(entry)
        return found

    def _check(self, entry: Entry, named: Set[str]) -> list[Finding]:
        """Return the findings of the wanted files, and keep in the entry what had to be found."""
        matters = {os.path.join(self._root, path) for path in entry.matters}
        wanted = [path for path in self._wanted if path in matters]
        self.stats = Stats(frozenset(self._files), matters)
        todo = [path for path in wanted if self._name(path) not in entry.findings]
        extra = [path for path in self._wanted if path in named and path not in matters]
        found = self._found_by_engine(entry, matters, todo, extra) if todo or extra else []
        for path in wanted:
            name = self._name(path)
            found += entry.findings.get(name, ())
            found += entry.silenced.get(name, ()) if self._silenced else ()
        return found

    def _found_by_engine(
        self, entry: Entry, matters: Set[str], todo: Sequence[str], extra: Sequence[str]
    ) -> list[Finding]:
        """Put what is to be done into the entry, and return what is not to be kept."""
        from flake8_qdrant.earlier_run import Record  # noqa: PLC0415 - needs the parser
        from flake8_qdrant.parallel import spread  # noqa: PLC0415 - costs, and few need it
        from flake8_qdrant.project import open_checker  # noqa: PLC0415 - the engine as well

        keeping = self._cache is not None
        record = self._record or Record(entry, self._root, recording=keeping)
        store = self._store or self._facts()
        checker = open_checker(
            self._root,
            self._files,
            matters,
            self._settings,
            self._name,
            nodes=store.table,
            record=record,
        )
        for path in extra:
            checker.project.demand(path)
        found = [
            finding for path in extra for finding in checker.check(path, noqa=not self._silenced)
        ]
        if self._jobs > 1 and len(todo) >= 2 * _WORTH_A_PROCESS:
            for _ in checker.project.sources():
                pass  # parsed before the fork, the trees are shared by all
            checker.project.index_words()
        common = record.reads.next
        parsed: set[str] = set()
        work = partial(_check_piece, checker, store)
        for piece in spread(work, todo, self._jobs, _WORTH_A_PROCESS):
            parsed |= piece.consulted
            reads = {path: one.read for path, one in piece.found.items()}
            reads = record.reads.of_fork(reads, piece.numbers, common)
            for path, one in piece.found.items():
                name = self._name(path)
                entry.findings[name] = one.findings
                entry.reads[name] = f"{reads[path]:x}"
                if one.silenced:
                    entry.silenced[name] = one.silenced
            for path in piece.consulted:
                entry.contents.setdefault(self._name(path), piece.digests.get(path, ""))
        self.stats = replace(self.stats, parsed=parsed, checked={*todo, *extra}, kept=store.loaded)
        store.forget_others(matters | {os.path.join(self._root, one) for one in entry.contents})
        if keeping:
            record.write(entry, checker.project.places(record.reads.dump().names))
        return found

    def _facts(self) -> FactsStore:
        from flake8_qdrant.facts_store import FactsStore  # noqa: PLC0415 - needs the parser

        return FactsStore(self._folder, self._root)

    def _matters(self) -> list[str]:
        matters = what_matters(
            self._root, self._files, client_names(self._settings), jobs=self._jobs
        )
        return sorted(self._name(path) for path in matters)

    def _name(self, path: str) -> str:
        return below(path, self._root)

    def _up_to_date(self, entry: Entry, state: State) -> Entry:
        """Return the entry with what matters now, and with the findings that still hold."""
        listing = digest_of(self._files)
        if listing != entry.listing or not entry.findings:
            return Entry(matters=self._matters(), listing=listing)
        from flake8_qdrant.earlier_run import Record  # noqa: PLC0415 - needs the parser

        names = map(self._name, self._files)
        stamps = {self._name(path): stamp for path, stamp in state.stamps.items()}
        changed = [
            one for one in names if one not in stamps or stamps[one] != entry.stamps.get(one)
        ]
        self._store = self._facts()
        self._record = Record(entry, self._root, recording=True)
        if not self._record.still_holding(entry, changed, self._store):
            matters = self._matters()
            if matters != entry.matters:
                self._record = None
                return Entry(matters=matters, listing=listing)
        return entry


def _versions(root: str, settings: Settings) -> str:
    """Return a digest of the versions of the libraries that a project uses."""
    from flake8_qdrant.libraries.loader import distributions  # noqa: PLC0415 - costs, few need it
    from flake8_qdrant.libraries.version import project_versions  # noqa: PLC0415 - this as well

    versions = project_versions(Path(root), distributions(settings.libraries))
    return digest_of(sorted(versions.items()))


class _Piece(NamedTuple):
    """What was found in some files.

    Attributes:
        found: what there is in each file.
        numbers: what the bits of that stand for in the process that found it.
        consulted: the paths that have been asked for anything.
        digests: what stands for the text of those that were parsed.
    """

    found: dict[str, Found]
    numbers: Numbers
    consulted: set[str]
    digests: dict[str, str]


def _check_piece(checker: Checker, store: FactsStore, files: Sequence[str]) -> _Piece:
    found = {file: checker.found(file) for file in files}
    numbers = checker.project.reads.dump()
    return _Piece(found, numbers, checker.project.consulted, store.digests)


def _seen_from(folder: str, root: str, path: str) -> str:
    """Return a path that counts from a project's folder as it counts from another."""
    return below(os.path.join(root, path), folder)
