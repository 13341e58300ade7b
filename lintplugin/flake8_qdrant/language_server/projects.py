"""The projects that the workspace's folders hold, and which of them a file belongs to."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.files import EXCLUDED, below, forget_roots, project_root
from flake8_qdrant.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flake8_qdrant.language_server.model import Model
    from flake8_qdrant.settings import Settings

CONFIGURATION: Final = (
    "pyproject.toml", "setup.cfg", "setup.py", ".gitignore", "uv.lock", "poetry.lock", "pdm.lock",
    "pylock.toml", "Pipfile.lock", "requirements*.txt", "requirements/*.txt", "constraints*.txt",
)  # fmt: skip
"""What tells where a project is, which of its files count, and the versions that it uses."""


_INSTALLED: Final = re.compile(r"/(?:lib(?:64)?/python3[^/]*|(?:site|dist)-packages)/")
"""Where Python and installed libraries are, into which one looks without wanting them checked."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A project: its folder, and the folder whose settings hold for it."""

    root: str
    settings: str


class Projects:
    """The models of the workspace's projects, each made when one of its files is asked about.

    Args:
        open_model: makes the model of a project, from its folder and settings.
        complain: is told once of settings that have no meaning.
        reading: is told the folder of a project that is about to be read.
    """

    def __init__(
        self,
        open_model: Callable[[str, Settings], Model],
        complain: Callable[[str], None],
        reading: Callable[[str], None],
    ) -> None:
        self._open_model = open_model
        self._complain = complain
        self._reading = reading
        self._folders: tuple[str, ...] = ()
        self._texts: dict[str, str] = {}
        self._models: dict[_Key, Model | None] = {}
        self._keys: dict[str, _Key | None] = {}
        self._stamps: dict[_Key, dict[str, int]] = {}
        self._complaints: set[str] = set()

    def of(self, path: str) -> Model | None:
        """Return the model of the project that a file belongs to.

        None stands for a file in a folder that is left out, such as an installed library that the
        user looks into, and for a project whose settings have no meaning.
        """
        if path not in self._keys:
            self._keys[path] = self._key(path)
        key = self._keys[path]
        if key is None:
            return None
        if key not in self._models:
            self._models[key] = self._opened(key)
        return self._models[key]

    def all(self) -> Iterator[Model]:
        """Give every model that has been made."""
        yield from (model for model in self._models.values() if model is not None)

    def update(self, path: str, text: str | None) -> None:
        """Take a file's text from an editor, or, with None, what is on disk."""
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text
        model = self.of(path)
        if model is not None:
            model.update(path, text)

    def reconfigured_on_disk(self) -> bool:
        """Tell whether what tells of projects has changed on disk since they were found."""
        return any(_stamped(key) != stamps for key, stamps in self._stamps.items())

    def set_folders(self, folders: tuple[str, ...]) -> None:
        """Take the workspace's folders, and find all projects anew if they are others."""
        if folders != self._folders:
            self._folders = folders
            self.forget()

    def forget(self) -> None:
        """Find all projects anew: something has changed that tells what they are."""
        forget_roots()
        self._models.clear()
        self._stamps.clear()
        self._keys.clear()
        self._complaints.clear()

    def open_folders(self) -> None:
        """Make the models of the projects in the workspace's folders."""
        for folder in self._folders:
            self.of(os.path.join(folder, "__init__.py"))

    def _key(self, path: str) -> _Key | None:
        folder = os.path.dirname(path)
        around = [one for one in self._folders if path.startswith(one.rstrip("/") + "/")]
        home = max(around, key=len, default=folder)
        root = project_root(folder, home)
        if not EXCLUDED.isdisjoint(below(path, home if around else root).split("/")):
            return None
        if not around and _INSTALLED.search(path):
            return None
        return _Key(root, home if around else root)

    def _opened(self, key: _Key) -> Model | None:
        self._stamps[key] = _stamped(key)
        self._reading(key.root)
        try:
            settings = read_settings(key.settings)
            model = self._open_model(key.root, settings)
        except SettingsError as error:
            if str(error) not in self._complaints:
                self._complaints.add(str(error))
                self._complain(str(error))
            return None
        for path, text in self._texts.items():
            if path not in self._keys:
                self._keys[path] = self._key(path)
            if self._keys[path] == key:
                model.update(path, text)
        return model


def _stamped(key: _Key) -> dict[str, int]:
    """Return when each file was written that tells of a project, as far as there are any."""
    found = {}
    for folder in {key.root, key.settings}:
        for pattern in CONFIGURATION:
            for path in glob.glob(os.path.join(glob.escape(folder), pattern)):
                with contextlib.suppress(OSError):
                    found[path] = os.stat(path).st_mtime_ns
    return found
