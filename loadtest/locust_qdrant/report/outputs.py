"""Which files a command writes: checked before it starts, whole or not there when it ends."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: What stands for standard output in place of a file.
STDOUT = Path("-")
_FILES_ONLY = frozenset({"record", "profile"})


@dataclass(frozen=True)
class Outputs:
    """The files that were asked for, None for those that were not.

    Attributes:
        record: every request, streamed while the run goes on.
        json: the report as data.
        html: the report as one page.
        junit: the checks as JUnit XML.
        markdown: the report as Markdown.
        profile: the probe's profile.
    """

    record: Path | None = None
    json: Path | None = None
    html: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    profile: Path | None = None

    @property
    def stdout_taken(self) -> bool:
        """Whether one of them is standard output, so that the rest is said on standard error."""
        return any(path == STDOUT for _, path in self.wanted())

    def tell(self, names: Collection[str]) -> None:
        """Say which of the files of these names were written."""
        files = [str(path) for name, path in self.wanted() if name in names and path != STDOUT]
        if files:
            stream = sys.stderr if self.stdout_taken else sys.stdout
            print(f"wrote {', '.join(files)}", file=stream)

    def check_writable(self) -> None:
        """Make sure that each file can be written later; leaves nothing there.

        Raises:
            UsageError: one cannot, or two have the same name.
        """
        seen: dict[Path, str] = {}
        for name, path in self.wanted():
            _check_writable(name, path)
            other = seen.setdefault(path.absolute(), name)
            if other != name:
                raise UsageError(f"--{other} and --{name} name the same file, {str(path)!r}.")

    def wanted(self) -> Iterator[tuple[str, Path]]:
        """Yield the name and the path of each file that was asked for."""
        for field in fields(self):
            path = getattr(self, field.name)
            if path is not None:
                yield field.name, path


def _check_writable(name: str, path: Path) -> None:
    if path == STDOUT:
        if name in _FILES_ONLY:
            raise UsageError(f"--{name} needs a file: it is written while other things are said.")
        return
    if path.is_dir():
        raise UsageError(f"--{name} {str(path)!r} is a folder: give the name of a file.")
    try:
        if path.exists():
            with path.open("a"):
                return
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise UsageError(
            f"--{name} {str(path)!r} cannot be written ({error.strerror}): give another file."
        ) from error


def write_text(name: str, path: Path, text: str) -> None:
    """Write the file of the option `name`, whole or not at all.

    Raises:
        UsageError: it cannot be written any more.
    """
    text = redact(text)
    if path == STDOUT:
        sys.stdout.write(text)
        return
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device or a pipe, which cannot be replaced
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=path.name, delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        Path(file.name).chmod(0o666 & ~_umask())
        Path(file.name).replace(path)
    except OSError as error:
        raise UsageError(
            f"--{name} {str(path)!r} could not be written after the run ({error.strerror})."
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
