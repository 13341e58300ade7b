"""Where the reports of a test go: files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Outputs:
    """Files to be written at the end; None for those that nobody asked for.

    Attributes:
        json: the report as data.
        html: the report as a page.
        profile: the probe's profile.
    """

    json: Path | None = None
    html: Path | None = None
    profile: Path | None = None

    def check_writable(self) -> None:
        """Make sure, before the test, that all of them can be written; leaves nothing there.

        Raises:
            UsageError: one of them cannot.
        """
        for option, path in self._given():
            if path.is_dir():
                raise UsageError(f"{option} {str(path)!r} is a folder: give the name of a file.")
            try:
                if path.exists():
                    with path.open("a"):
                        continue
                with tempfile.TemporaryFile(dir=path.parent):
                    continue
            except OSError as error:
                raise UsageError(
                    f"{option} {str(path)!r} cannot be written ({error.strerror}): give another "
                    "file."
                ) from error

    def _given(self) -> Iterator[tuple[str, Path]]:
        named = (("--json", self.json), ("--html", self.html), ("--profile", self.profile))
        for option, path in named:
            if path is not None:
                yield option, path


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all.

    Raises:
        UsageError: it cannot be written any more.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device or a pipe, which cannot be replaced
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=path.name, delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(file.name).chmod(0o666 & ~mask)
        Path(file.name).replace(path)
    except OSError as error:
        raise UsageError(
            f"{str(path)!r} could not be written after the test ({error.strerror})."
        ) from error
