"""The tables of all libraries, each read when a name of its library is asked for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flake8_qdrant.libraries.document import Document
from flake8_qdrant.libraries.model import Family, OffloadRole, nearest
from flake8_qdrant.libraries.release import normalized, parse_release
from flake8_qdrant.libraries.section import Section

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_qdrant.libraries.model import (
        ClassInfo,
        DecoratorRole,
        Inference,
        Library,
        Member,
        Offload,
        Pitfall,
    )
    from flake8_qdrant.libraries.release import Release

TABLES: Final = Path(__file__).with_name("tables")
_RUNTIME: Final = "runtime"
_DISTRIBUTION: Final = re.compile(r'distribution = "([^"]+)"')
_USER_KEYS: Final = ("tool", "flake8-qdrant", "libraries")


def load_tables(
    user_tables: object = None,
    versions: Mapping[str, str] | None = None,
    file: str = "pyproject.toml",
) -> Tables:
    """Give the tables, ours and the user's.

    Nothing of ours is read before it is asked for.

    Args:
        user_tables: the user's tables by name, as TOML gave ``[tool.flake8-qdrant.libraries]``.
        versions: the version in use by distribution, see `flake8_qdrant.libraries.version`.
        file: where the user's tables were read, for errors.

    Raises:
        TableError: if a table of the user says something that has no meaning.
    """
    releases = {normalized(name): parse_release(text) for name, text in (versions or {}).items()}
    tables = Tables(releases)
    if user_tables is not None:
        for name, section in Section(user_tables, file, _USER_KEYS).sections():
            tables.add(name, section)
        tables.check_references()
    return tables


def distributions(user_tables: object = None) -> tuple[str, ...]:
    """Give the normalized names of the distributions that tables tell of, without reading any.

    Args:
        user_tables: the user's tables, as TOML gave them; mistakes are left to `load_tables`.
    """
    names = {_distribution_of(path) for path in TABLES.glob("*.toml") if path.stem != _RUNTIME}
    for values in user_tables.values() if isinstance(user_tables, dict) else ():
        name = values.get("distribution") if isinstance(values, dict) else None
        if isinstance(name, str):
            names.add(normalized(name))
    return tuple(sorted(names))


def _distribution_of(path: Path) -> str:
    """Read the name that a table of ours has among its first lines."""
    with path.open(encoding="utf-8") as lines:
        named = (_DISTRIBUTION.match(line) for line in lines)
        return normalized(next((match[1] for match in named if match), path.stem))


def load_document(path: Path, releases: Mapping[str, Release | None] | None = None) -> Document:
    """Read one table's file.

    Args:
        path: a TOML file, named as the table.
        releases: the release in use by normalized distribution name.

    Raises:
        TableError: if the table as a whole has no meaning.
    """
    table = Section(tomllib.loads(path.read_text("utf-8")), path.name)
    return Document(path.stem, table, releases)


class Tables:
    """What is known of client libraries, by dotted name.

    A dotted name is one under which Python would import the thing: ``qdrant_client.QdrantClient``,
    ``asyncio.to_thread``; a method's is that of its class and its own.

    Args:
        releases: the release in use by normalized distribution name; without one, the newest.
    """

    def __init__(self, releases: Mapping[str, Release | None] | None = None) -> None:
        self._releases = releases or {}
        self._user: list[Document] = []
        self._files = {path.stem: path for path in TABLES.glob("*.toml")}
        self._builtin: dict[str, Document] = {}
        self._classes: dict[str, ClassInfo | None] = {}
        self._offloads: dict[tuple[OffloadRole, str], Offload | None] = {}
        self._listed: dict[str, bool] = {}

    def add(self, name: str, table: Section) -> None:
        """Add a user's table, which goes before ours where both know a name.

        Raises:
            TableError: if it says something that has no meaning.
        """
        document = Document(name, table, self._releases)
        document.validate()
        document.check_roots()
        self._user.append(document)
        self._offloads.clear()
        self._listed.clear()

    def check_references(self) -> None:
        """Check that the classes which the user's tables name are in a table.

        Raises:
            TableError: for the first that is not.
        """
        for document in self._user:
            document.check_references(lambda path: self.class_at(path) is not None)

    def names(self) -> tuple[bytes, ...]:
        """Give the import names of client libraries.

        A file whose bytes hold none of them does not use one itself.
        """
        names = {name for name in self._files if name != _RUNTIME}
        for document in self._user:
            if document.library.family is not Family.RUNTIME:
                names.update(document.imports)
        return tuple(name.encode() for name in sorted(names))

    def class_at(self, dotted: str) -> ClassInfo | None:
        """Give the class that can be imported under a dotted name."""
        if dotted not in self._classes:
            self._classes[dotted] = self._read_class(self.meant(dotted), frozenset())
        return self._classes[dotted]

    def function_at(self, dotted: str) -> Member | None:
        """Give a module's function or object, or what is reached through an object.

        ``openai.chat.completions.create`` is found although only ``openai.chat`` is listed.
        """
        dotted = self.meant(dotted)
        for document in self._documents(dotted):
            known = document.functions.get(dotted)
            if known is not None:
                return nearest(known, document.library.release)
        before, _, name = dotted.rpartition(".")
        owner = self.function_at(before) if "." in before else None
        if owner is None or not owner.is_property or owner.returns is None:
            return None
        returned = self.class_at(owner.returns)
        return returned.member(name) if returned else None

    def meant(self, dotted: str) -> str:
        """Give the name that a dotted one stands for, such as another package's own."""
        for document in self._named(dotted):
            for alias in sorted(document.aliases, key=len, reverse=True):
                if dotted == alias or dotted.startswith(f"{alias}."):
                    return document.aliases[alias] + dotted.removeprefix(alias)
        return dotted

    def offloader(self, dotted: str) -> Offload | None:
        """Give what runs a function in another thread or process."""
        return self._offload(OffloadRole.OFFLOADER, dotted)

    def caller(self, dotted: str) -> Offload | None:
        """Give what calls a function on the calling thread before it returns itself."""
        return self._offload(OffloadRole.CALLER, dotted)

    def loop_callback(self, dotted: str) -> Offload | None:
        """Give what runs a function later, on the loop itself."""
        return self._offload(OffloadRole.LOOP_CALLBACK, dotted)

    def consumer(self, dotted: str) -> Offload | None:
        """Give what awaits an awaitable for its caller."""
        return self._offload(OffloadRole.CONSUMER, dotted)

    def runner(self, dotted: str) -> Offload | None:
        """Give what starts or drives an event loop from plain code."""
        return self._offload(OffloadRole.RUNNER, dotted)

    def decorator(self, dotted: str) -> DecoratorRole | None:
        """Give what a decorator makes of a function; None if that is not known.

        Builtin ones go by their bare name: ``property``, ``staticmethod``.
        """
        for path in self._spellings(dotted):
            for document in self._documents(path):
                if path in document.decorators:
                    return document.decorators[path]
        return None

    def is_listed(self, dotted: str) -> bool:
        """Tell whether anything is known of what is called under a dotted name."""
        known = self._listed.get(dotted)
        if known is None:
            known = self._listed[dotted] = (
                any(self._offload(role, dotted) is not None for role in OffloadRole)
                or self.function_at(dotted) is not None
                or self.class_at(dotted) is not None
                or self.decorator(dotted) is not None
            )
        return known

    def loop_patches(self) -> tuple[str, ...]:
        """Give the dotted names of all calls that let a runner be used where a loop runs."""
        documents = (*self._user, self._document(_RUNTIME))
        return tuple(name for document in documents for name in document.loop_patches)

    def library(self, dotted: str) -> Library | None:
        """Give the library that an import name, or a dotted name below it, belongs to."""
        for document in self._documents(dotted):
            if document.library.name != _RUNTIME:
                return document.library
        return None

    def inference(self, dotted: str) -> Inference | None:
        """Give the arguments with which the clients of a name's library compute embeddings."""
        told = (document.inference for document in self._documents(dotted))
        return next((inference for inference in told if inference), None)

    def pitfalls(self, dotted: str) -> tuple[Pitfall, ...]:
        """Give what is known of arguments to a method, by its dotted name, that do harm."""
        return tuple(
            pitfall
            for document in self._named(dotted)
            for pitfall in document.pitfalls
            if pitfall.concerns(dotted, document.library.release)
        )

    def documents(self) -> Iterator[Document]:
        """Give every table, which reads them all."""
        yield from self._user
        for name in sorted(self._files):
            yield self._document(name)

    def _read_class(self, dotted: str, below: frozenset[str]) -> ClassInfo | None:
        """Read a class and its bases.

        Args:
            dotted: its name.
            below: classes whose bases are being read: a class is no base of itself.
        """
        for document in self._documents(dotted):
            canonical = document.paths.get(dotted)
            if canonical is None:
                continue
            if canonical != dotted and not below:
                return self.class_at(canonical)
            below |= {canonical}
            names = [name for name in document.base_names(canonical) if name not in below]
            bases = {name: self._read_class(name, below) for name in names}
            known = {name: base for name, base in bases.items() if base is not None}
            return document.read_class(canonical, known)
        return None

    def _offload(self, role: OffloadRole, dotted: str) -> Offload | None:
        key = role, dotted
        if key not in self._offloads:
            self._offloads[key] = self._read_offload(role, dotted)
        return self._offloads[key]

    def _read_offload(self, role: OffloadRole, dotted: str) -> Offload | None:
        for path in self._spellings(dotted):
            for document in self._documents(path):
                offload = document.offloads[role].get(path)
                if offload is not None:
                    return offload
        return None

    def _spellings(self, dotted: str) -> Iterator[str]:
        """Give a name, then the others that it may be listed by.

        A class may be listed by its canonical name, a method by its class's or a base's.
        """
        yield dotted
        itself = self.class_at(dotted)
        if itself is not None:
            yield itself.name
        before, _, method = dotted.rpartition(".")
        pending = [before] if before else []
        seen: set[str] = set()
        while pending:
            owner = self.class_at(pending.pop(0))
            if owner is not None and owner.name not in seen:
                seen.add(owner.name)
                yield f"{owner.name}.{method}"
                pending.extend(owner.bases)

    def _documents(self, dotted: str) -> Iterator[Document]:
        yield from self._named(dotted)
        yield self._document(_RUNTIME)

    def _named(self, dotted: str) -> Iterator[Document]:
        """Give the tables that describe the package with which a name begins."""
        root = dotted.partition(".")[0]
        for document in self._user:
            if root in document.imports:
                yield document
        if root in self._files and root != _RUNTIME:
            yield self._document(root)

    def _document(self, name: str) -> Document:
        document = self._builtin.get(name)
        if document is None:
            document = load_document(self._files[name], self._releases)
            self._builtin[name] = document
        return document
