"""The command ``python -m tools.library_tables LIBRARY --wheels DIR``."""

from __future__ import annotations

import argparse
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_qdrant.libraries.loader import TABLES, load_document
from flake8_qdrant.libraries.making.history import merge
from flake8_qdrant.libraries.making.modules import Modules
from flake8_qdrant.libraries.making.overlay import Overlay, read_overlay
from flake8_qdrant.libraries.making.reading import ReadClass, Reader
from flake8_qdrant.libraries.making.table import build, write
from flake8_qdrant.libraries.model import TableError
from flake8_qdrant.libraries.release import Release, parse_release

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERLAYS = Path(__file__).with_name("overlays")
_HEADER = """\
Made by `python -m tools.library_tables {library} --wheels DIR`. Do not edit it: edit \
tools/library_tables/overlays/{library}.toml and run that again. Read from {count} releases: \
{versions}."""


def main(arguments: list[str] | None = None) -> int:
    """Write the table of a library; give the exit code."""
    options = _parser().parse_args(arguments)
    try:
        text = generate(options.library, options.wheels, options.overlay)
        options.output.mkdir(parents=True, exist_ok=True)
        target = options.output / f"{options.library}.toml"
        target.write_text(text, "utf-8")
        load_document(target).validate()
    except (TableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{target}: written")
    return 0


def generate(library: str, wheels: Path, overlay_file: Path | None = None) -> str:
    """Give the text of a library's table.

    Args:
        library: its import name, which is the name of its overlay and of its table.
        wheels: a directory with wheels of as many releases as are to be read.
        overlay_file: the overlay, if it is not ours.

    Raises:
        TableError: if there are no wheels, or the overlay leaves something open or out of date.
    """
    overlay = read_overlay(overlay_file or OVERLAYS / f"{library}.toml")
    paths = _wheels_of(overlay.wheels or library, wheels)
    beside = [_wheels_of(name, wheels)[-1] for name in overlay.beside]
    releases = [(_version(path), _read(path, beside, overlay)) for path in paths]
    versions = [version for version, _ in releases]
    history = merge(releases)
    unused = [*overlay.unused(), *sorted(overlay.facts.keys() - history.keys())]
    if unused:
        raise TableError(f"{library}.toml: nothing in the wheels matches {', '.join(unused)}")
    table = build(history, overlay, (versions[0], versions[-1]))
    header = _HEADER.format(library=library, count=len(paths), versions=", ".join(versions))
    return write(table, header)


def _read(path: Path, beside: list[Path], overlay: Overlay) -> dict[str, ReadClass]:
    label = " ".join(path.name.split("-")[:2])
    reader = Reader(Modules(label, _files([*beside, path])), overlay)
    classes = reader.read()
    undecided = sorted(
        f"{path.rpartition('.')[2]}.{name}"
        for path, names in reader.undecided.items()
        for name in names
    )
    if undecided:
        raise TableError(
            f"{label}: nothing tells whether these do I/O, say it under 'plain' in the overlay: "
            f"{', '.join(undecided)}"
        )
    return classes


def _files(wheels: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in wheels:
        yield from _contents(path)


def _contents(wheel: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    except zipfile.BadZipFile as error:
        raise TableError(f"{wheel.name}: {error}") from None


def _wheels_of(name: str, folder: Path) -> list[Path]:
    """Give the wheels of a distribution in a folder, the oldest release first."""
    found = sorted(folder.glob(f"{name}-*.whl"), key=_release)
    if not found:
        raise TableError(f"{folder}: has no wheel of {name}")
    return found


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _release(wheel: Path) -> Release:
    return parse_release(_version(wheel)) or ()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.library_tables",
        description="Make a library's table from its wheels. Nothing of the library is run.",
    )
    parser.add_argument("library", help="import name, such as qdrant_client")
    parser.add_argument("--wheels", type=Path, required=True, help="directory with the wheels")
    parser.add_argument("--overlay", type=Path, help="what no signature tells, as TOML")
    parser.add_argument("--output", type=Path, default=TABLES, help="directory for the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
