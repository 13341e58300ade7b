"""Checks many files: each project's together, in several processes, with what is known already."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.cache import FOLDER, Cache, Entry, digest_of, state_of
from flake8_qdrant.files import below, project_root
from flake8_qdrant.survey import client_names, project_files, read, what_matters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.settings import Settings


@dataclass(frozen=True, slots=True)
class Means:
    """How to check.

    Attributes:
        jobs: processes to use at most.
        cache: whether to keep findings on disk.
        cache_folder: where, instead of in each project's folder.
    """

    jobs: int = 1
    cache: bool = True
    cache_folder: str | None = None


def check_files(
    named: Set[str], found: Set[str], settings: Settings, means: Means
) -> list[Finding]:
    """Return the findings in files, sorted, with paths from the working directory.

    Args:
        named: files that the user named, absolute: parsed even if nothing ties them to a client.
        found: files found below a folder, absolute.
        settings: what the user wants.
        means: how to check.

    Raises:
        SettingsError: a table of the user says something that has no meaning.
    """
    working_directory = os.getcwd()
    projects: dict[str, list[str]] = {}
    for file in sorted(named | found):
        root = project_root(os.path.dirname(file), working_directory)
        projects.setdefault(root, []).append(file)
    findings = [
        _seen_from(working_directory, root, finding)
        for root, files in projects.items()
        for finding in _Project(root, files, settings, means).check(named)
    ]
    return sorted(findings)


def default_jobs() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Project:
    """One project's files, and those of them to be checked."""

    def __init__(self, root: str, files: Sequence[str], settings: Settings, means: Means) -> None:
        self._root = root
        self._settings = settings
        self._jobs = means.jobs
        self._wanted = files
        self._files = project_files(root, settings, files)
        folder = means.cache_folder or os.path.join(root, FOLDER)
        self._cache = Cache(folder if means.cache else None, root, settings)

    def check(self, named: Set[str]) -> Iterator[Finding]:
        """Give the findings of the wanted files; their paths are absolute or below the root."""
        entry = self._up_to_date(self._cache.load())
        matters = {os.path.join(self._root, path) for path in entry.matters}
        known = entry.findings
        todo = [path for path in self._wanted if path in matters and self._name(path) not in known]
        extra = [path for path in self._wanted if path in named and path not in matters]
        if todo or extra:
            from flake8_qdrant.parallel import check_all  # noqa: PLC0415 - costs, and few need it
            from flake8_qdrant.session import open_checker  # noqa: PLC0415 - the engine as well

            checker = open_checker(self._root, self._files, matters, self._settings, self._name)
            for path in extra:
                checker.project.demand(path)
                yield from checker.check(path)
            checked = check_all(checker, todo, self._jobs)
            known.update((self._name(path), findings) for path, findings in checked.items())
        self._cache.store(entry)
        for path in self._wanted:
            yield from known.get(self._name(path), ())

    def _name(self, path: str) -> str:
        return below(path, self._root)

    def _up_to_date(self, entry: Entry) -> Entry:
        """Return the entry with what matters now, and with the findings that still hold."""
        clients = client_names(self._settings)
        state = state_of(self._files)
        contents = entry.contents
        if not state or state != entry.state:
            matters = what_matters(self._root, self._files, clients)
            entry = replace(entry, state=state, matters=sorted(self._name(one) for one in matters))
            # One that matters may ask for a decorator or base class in any other file.
            files = self._files if entry.matters else ()
            contents = digest_of(files, *map(self._contents, files))
        versions = self._versions() if entry.matters else ""
        if (contents, versions) != (entry.contents, entry.versions):
            entry = replace(entry, contents=contents, versions=versions, findings={})
        return entry

    def _versions(self) -> str:
        """Return a digest of the versions of the libraries that the project uses."""
        from flake8_qdrant.sdk.loader import distributions  # noqa: PLC0415 - costs, few need it
        from flake8_qdrant.sdk.version import project_versions  # noqa: PLC0415 - this as well

        versions = project_versions(Path(self._root), distributions(self._settings.sdk))
        return digest_of(sorted(versions.items()))

    def _contents(self, path: str) -> bytes | int | None:
        try:
            return read(os.path.join(self._root, path))
        except OSError as error:
            return error.errno


def _seen_from(folder: str, root: str, finding: Finding) -> Finding:
    """Return a finding whose paths, which count from a project's folder, count from another."""

    def path(text: str) -> str:
        return below(os.path.join(root, text), folder)

    chain = tuple(replace(step, path=path(step.path)) for step in finding.chain)
    return replace(finding, path=path(finding.path), chain=chain)
