"""Which collections and aliases there are: one file, replaced as a whole."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from qdrant_client.http import models

from locust_qdrant.embedded.engine.collection import Collection, Entry
from locust_qdrant.embedded.engine.problems import (
    RequestError,
    collection_exists,
    from_engine,
    no_collection,
)
from locust_qdrant.embedded.engine.responses import Responses

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1


class Catalog:
    """The collections and aliases under one folder.

    `responses` counts what was answered.

    Raises:
        OSError: the folder cannot be read or written.
        ValueError: the catalog's file was written by another program, or a newer version.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "catalog.json"
        self.collections: dict[str, Collection] = {}
        self.aliases: dict[str, str] = {}
        self.responses = Responses()
        stored = self._read()
        self.aliases.update(stored["aliases"])
        self._drop_unknown_folders({entry["folder"] for entry in stored["collections"].values()})
        for name, entry in stored["collections"].items():
            request = models.CreateCollection.model_validate(entry.pop("request"))
            self.collections[name] = self._collection(Entry(**entry, request=request))

    def __getitem__(self, name: str) -> Collection:
        """Return the collection with this name or alias.

        Raises:
            RequestError: 404 if there is none.
        """
        collection = self.find(name)
        if collection is None:
            raise no_collection(name)
        return collection

    def find(self, name: str) -> Collection | None:
        """Return the collection with this name or alias, if there is one."""
        return self.collections.get(self.aliases.get(name, name))

    def create(self, name: str, request: models.CreateCollection) -> Collection:
        """Create a collection.

        Raises:
            RequestError: 409 if the name is taken; 400 or 501 if the engine refuses the settings.
        """
        if name in self.collections:
            raise collection_exists(name)
        if name in self.aliases:
            raise RequestError(
                400,
                f"Wrong input: Can't create collection with name {name}."
                " Alias with the same name already exists",
            )
        created_at = datetime.now(timezone.utc).isoformat()
        entry = Entry(uuid4().hex, created_at, request)
        try:
            collection = self._collection(entry)
        except (RequestError, OSError):
            raise
        except Exception as error:
            raise from_engine(error) from error
        self.collections[name] = collection
        self.save()
        return collection

    def delete(self, name: str) -> bool:
        """Delete a collection and its aliases, and return whether there was one.

        An alias is no collection: what it stands for stays.
        """
        collection = self.collections.pop(name, None)
        if collection is None:
            return False
        self.aliases = {a: c for a, c in self.aliases.items() if c in self.collections}
        self.save()
        self.responses.forget(name)
        collection.close()
        shutil.rmtree(collection.folder, ignore_errors=True)
        return True

    def set_aliases(self, aliases: dict[str, str]) -> None:
        """Replace all aliases: alias to collection name."""
        self.aliases = aliases
        self.save()

    def save(self) -> None:
        """Write the catalog so that a crash leaves either the old one or the new one."""
        document = {
            "format": _FORMAT,
            "collections": {name: _dump(c.entry) for name, c in self.collections.items()},
            "aliases": self.aliases,
        }
        temporary = self._file.with_suffix(".new")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._file)
        _sync_folder(self._folder)

    def close(self) -> None:
        """Write everything to disk and let go of the files."""
        for collection in self.collections.values():
            collection.close()

    def _collection(self, entry: Entry) -> Collection:
        return Collection(self._folder / "collections" / entry.folder, entry, self.save)

    def _read(self) -> dict[str, Any]:
        if not self._file.exists():
            return {"collections": {}, "aliases": {}}
        try:
            stored: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            known = stored["format"] == _FORMAT
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{self._file} is not a catalog of the embedded engine") from None
        if not known:
            raise ValueError(f"{self._file} was written by another version of locust-qdrant")
        return stored

    def _drop_unknown_folders(self, known: set[str]) -> None:
        """Remove what a deletion or creation left behind that was cut short."""
        root = self._folder / "collections"
        root.mkdir(exist_ok=True)
        for path in root.iterdir():
            if path.name not in known:
                shutil.rmtree(path, ignore_errors=True)


def _dump(entry: Entry) -> dict[str, Any]:
    return {
        "folder": entry.folder,
        "created_at": entry.created_at,
        "generation": entry.generation,
        "reserved": entry.reserved,
        "further": dict(entry.further),
        "request": entry.request.model_dump(mode="json", exclude_none=True),
    }


def _sync_folder(folder: Path) -> None:
    # A rename is only durable when its folder is; Windows has no such call, and no such need.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
