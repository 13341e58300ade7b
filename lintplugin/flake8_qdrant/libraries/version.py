"""Which version of a library a project uses: what it pins, else what is installed."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.release import normalized, parse_release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOCKED = re.compile(r'^(name|version)\s*=\s*"([^"\n]+)"', re.MULTILINE)
_PINNED = re.compile(
    r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,#\\*]+)", re.MULTILINE
)
_INSTALLED = re.compile(r"(.+)-([^-]+)\.dist-info$")
_SITE_PACKAGES: Final = ("lib/python*/site-packages", "Lib/site-packages")


def project_versions(root: Path, distributions: Iterable[str]) -> dict[str, str]:
    """Give the version of each distribution that a project uses.

    The first of these that names a distribution decides: ``uv.lock``, ``poetry.lock``,
    ``pdm.lock``, ``pylock.toml``, ``Pipfile.lock``, the ``==`` pins of requirements and constraints
    files, a virtual environment in ``.venv`` or ``venv``, the environment of this program. A file
    that cannot be read or understood says nothing. Of several versions in one the newest counts.

    Args:
        root: the project's directory.
        distributions: names as they are installed by, in any spelling.

    Returns:
        Versions by normalized name; a distribution that is found nowhere is missing.
    """
    wanted = {normalized(name) for name in distributions}
    found: dict[str, str] = {}
    for source in (_locked, _pipfile, _pinned, _in_virtual_environment, _in_this_environment):
        found.update(source(root, wanted - found.keys()))
    return found


_Found = dict[str, str]


def _locked(root: Path, wanted: Iterable[str]) -> _Found:
    """Read the lock files that list packages as TOML tables."""
    found: _Found = {}
    for pattern in ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.*.toml"):
        for text in _texts(root, pattern):
            for name, version in _newest(_packages(text), wanted).items():
                found.setdefault(name, version)
    return found


def _packages(text: str) -> Iterator[tuple[str, str]]:
    """Give name and version of each ``[[package]]``.

    A whole lock file takes a TOML parser a second; the two lines that matter are found in
    milliseconds, in a broken file as well.
    """
    for block in re.split(r"^\[\[packages?\]\]", text, flags=re.MULTILINE)[1:]:
        fields = dict(reversed(_LOCKED.findall(block)))
        if "name" in fields and "version" in fields:
            yield fields["name"], fields["version"]


def _pipfile(root: Path, wanted: Iterable[str]) -> _Found:
    pins: list[tuple[str, str]] = []
    for text in _texts(root, "Pipfile.lock"):
        try:
            lock = json.loads(text)
        except ValueError:
            continue
        for group in ("default", "develop"):
            packages = lock.get(group) if isinstance(lock, dict) else None
            for name, entry in packages.items() if isinstance(packages, dict) else ():
                version = entry.get("version") if isinstance(entry, dict) else None
                if isinstance(version, str):
                    pins.append((name, version.lstrip("=")))
    return _newest(pins, wanted)


def _pinned(root: Path, wanted: Iterable[str]) -> _Found:
    """Read the ``==`` pins; other bounds do not say which version is used."""
    pins: list[tuple[str, str]] = []
    for pattern in ("requirements*.txt", "requirements/*.txt", "constraints*.txt"):
        for text in _texts(root, pattern):
            pins.extend(_PINNED.findall(text))
    return _newest(pins, wanted)


def environment_folders(root: Path) -> list[Path]:
    """Give the folders in which a project's virtual environment has packages."""
    return [
        path
        for environment in (".venv", "venv")
        for packages in _SITE_PACKAGES
        for path in _matching(root / environment, packages)
    ]


def _in_virtual_environment(root: Path, wanted: Iterable[str]) -> _Found:
    """Read the names of the metadata directories; the environment may be for another Python."""
    paths = (
        path for folder in environment_folders(root) for path in _matching(folder, "*.dist-info")
    )
    return _newest(_installed(path.name for path in paths), wanted)


def _in_this_environment(root: Path, wanted: Iterable[str]) -> _Found:
    """Read the same names where this program imports from, without `importlib.metadata`.

    Loading that, and the mail parser which it reads files with, takes longer than to check a file.
    """
    del root
    return _newest(_installed(name for folder in sys.path for name in _names_in(folder)), wanted)


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder or os.curdir)
    except OSError:
        return []


def _installed(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give name and version of each distribution whose metadata directory is among the names."""
    for name in names:
        match = _INSTALLED.match(name) if name.endswith(".dist-info") else None
        if match is not None:
            yield match[1], match[2]


def _newest(pins: Iterable[tuple[str, str]], wanted: Iterable[str]) -> _Found:
    """Choose the newest version of each wanted distribution; what is no version says nothing."""
    wanted = frozenset(wanted)
    found: _Found = {}
    for spelled, version in pins:
        name, release = normalized(spelled), parse_release(version)
        if name not in wanted or release is None:
            continue
        known = parse_release(found[name]) if name in found else None
        if known is None or release > known:
            found[name] = version
    return found


def _texts(root: Path, pattern: str) -> Iterator[str]:
    for path in _matching(root, pattern):
        text = _text(path)
        if text is not None:
            yield text


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def _matching(root: Path, pattern: str) -> list[Path]:
    try:
        return sorted(root.glob(pattern))
    except OSError:
        return []
