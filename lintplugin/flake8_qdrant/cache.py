"""What an earlier run found, on disk: used again while nothing that it depends on has changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flake8_qdrant import __version__
from flake8_qdrant.finding import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flake8_qdrant.settings import Settings

FOLDER: Final = ".flake8_qdrant_cache"
_PACKAGE: Final = os.path.dirname(__file__)
_MOST_BITS: Final = 10_000_000
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a further change of a file surely shows in its times, on any disk."""
_OWN_FILES: Final = {
    ".gitignore": "# Made by flake8-qdrant; it can be deleted at any time.\n*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n",
}


@dataclass
class Entry:
    """What is known of one project. Paths are from its folder.

    Attributes:
        state: digest of the state of the project's files; empty if it was not settled.
        listing: digest of the paths of the project's files.
        stamps: the time, size and identity of each file, as far as they were settled.
        versions: digest of the versions of the libraries in use.
        matters: the paths that must be parsed.
        contents: for each file of which anything was asked, what stands for its text; empty if it
            had none.
        findings: those of each file checked so far.
        silenced: those that a `# noqa` comment silences, of the files that have any.
        reads: what the findings of each of these rest on, as bits in hexadecimal.
        parts: the bit of each part of each file.
        names: the bit of each name that was looked up.
        places: where these names are: for each place the files, as indexes into `matters`.
    """

    state: str = ""
    listing: str = ""
    stamps: dict[str, str] = field(default_factory=dict)
    versions: str = ""
    matters: list[str] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    silenced: dict[str, list[Finding]] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[list[int]]] = field(default_factory=dict)


class Cache:
    """The entry of one project, in a file of its own.

    A file that is missing, damaged, of another version or of other settings counts as empty, and
    one that cannot be written is not written. A run replaces the file at once, so that another that
    reads at the same time sees the old or the new one.

    Args:
        folder: where the file lies.
        root: the project's folder.
        settings: what the user wants.
    """

    def __init__(self, folder: str, root: str, settings: Settings) -> None:
        self._folder = folder
        self._identity = _identity(root, settings)
        self._file = os.path.join(folder, f"{name_of(root)}.json")
        self._stored: bytes | None = None

    def load(self) -> Entry:
        """Return what is known."""
        try:
            with open(self._file, "rb") as stream:
                data = stream.read()
            digest, _, body = data.partition(b"\n")
            if digest != _digest(body):
                return Entry()
            values = json.loads(body)
            if values.pop("identity") != self._identity:
                return Entry()
            entry = _read_entry(values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Entry()
        self._stored = data
        return entry

    def store(self, entry: Entry) -> None:
        """Keep what is known, if it differs from what is there."""
        body = json.dumps({"identity": self._identity, **_written(entry)}).encode()
        data = _digest(body) + b"\n" + body
        if data == self._stored:
            return
        with contextlib.suppress(OSError):
            make_folder(self._folder)
            replace_file(self._file, data)


def name_of(path: str) -> str:
    """Return a file name for what is kept of a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _written(entry: Entry) -> dict[str, Any]:
    each = {"findings": entry.findings, "silenced": entry.silenced}
    plain = {
        what: {path: [asdict(one) for one in found] for path, found in found_in.items()}
        for what, found_in in each.items()
    }
    return {**vars(entry), **plain}


def _read_findings(values: Mapping[str, Any]) -> dict[str, list[Finding]]:
    return {
        path: [Finding(**{**one, "chain": tuple(Step(**s) for s in one["chain"])}) for one in found]
        for path, found in values.items()
    }


def _read_entry(values: Mapping[str, Any]) -> Entry:
    findings = _read_findings(values["findings"])
    silenced = _read_findings(values["silenced"])
    entry = Entry(**{**values, "findings": findings, "silenced": silenced})
    bits = [*entry.names.values(), *chain(*(one.values() for one in entry.parts.values()))]
    indexes = set(chain(*chain(*entry.places.values())))
    if len(set(bits)) < len(bits) or not all(0 < bit <= _MOST_BITS for bit in bits):
        raise ValueError("bits that stand for two things, or for more than there can be")
    if not indexes <= set(range(len(entry.matters))) or entry.reads.keys() != findings.keys():
        raise ValueError("files that are not there")
    return entry


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def make_folder(folder: str) -> None:
    """Make a folder for what can be deleted at any time, which git and backups leave alone.

    Raises:
        OSError: it cannot be made.
    """
    os.makedirs(folder, exist_ok=True)
    for name, text in _OWN_FILES.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            replace_file(path, text.encode())


def replace_file(path: str, data: bytes) -> None:
    """Write a file so that whoever reads it sees the old or the new one as a whole.

    Raises:
        OSError: it cannot be written; the old one is still there.
    """
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


class State(NamedTuple):
    """The state of files: a digest of their paths, times and sizes, and these by themselves.

    It is not `settled` if one of them changed just now: a file that changes again within the
    resolution of its disk's clock looks unchanged. Such a file has no stamp.
    """

    digest: str
    settled: bool
    stamps: dict[str, str]


def state_of(files: Iterable[str]) -> State:
    """Return the present state of files."""
    digest = hashlib.sha256()
    stamps: dict[str, str] = {}
    latest = time.time_ns() - _SETTLED
    settled = True
    for path in files:
        try:
            stat = os.stat(path)
        except OSError:
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            continue
        stamp = f"{stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_size} {stat.st_ino}"
        if max(stat.st_mtime_ns, stat.st_ctime_ns) < latest:
            stamps[path] = stamp
        else:
            settled = False
        digest.update(f"{path}\0{stamp}\0".encode("utf-8", "surrogateescape"))
    return State(digest.hexdigest(), settled, stamps)


def digest_of(*parts: object) -> str:
    """Return a digest of values, each told apart from its neighbours."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "backslashreplace")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def _identity(root: str, settings: Settings) -> str:
    """Return a digest of what makes findings besides the project's files."""
    return digest_of(own_identity(), root, settings)


def own_identity() -> str:
    """Return a digest of the linter, its parser and the Python that runs it.

    Its own files are among it: while it is being worked on, its version stays the same.
    """
    own = [
        f"{path} {stat.st_mtime_ns} {stat.st_size}"
        for folder, _, names in sorted(os.walk(_PACKAGE))
        for path in (os.path.join(folder, name) for name in sorted(names))
        if path.endswith((".py", ".toml")) and (stat := os.stat(path))
    ]
    parser = find_spec("ast_grep_py")
    return digest_of(__version__, own, sys.version, parser and parser.origin)
