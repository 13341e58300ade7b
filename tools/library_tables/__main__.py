"""The command ``python -m tools.library_tables LIBRARY --wheels DIR``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flake8_qdrant.libraries.loader import TABLES, load_document
from flake8_qdrant.libraries.model import TableError
from flake8_qdrant.libraries.release import Release, parse_release

from tools.library_tables.history import merge
from tools.library_tables.overlay import OVERLAYS, Overlay, read_overlay
from tools.library_tables.reading import ReadClass, Reader
from tools.library_tables.table import build, write
from tools.library_tables.wheel import Wheel

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
    found = [Wheel(path, beside) for path in paths]
    versions = [wheel.version for wheel in found]
    releases = [(wheel.version, _read(wheel, overlay)) for wheel in found]
    history = merge(releases)
    unused = [*overlay.unused(), *sorted(overlay.facts.keys() - history.keys())]
    if unused:
        raise TableError(f"{library}.toml: nothing in the wheels matches {', '.join(unused)}")
    table = build(history, overlay, (versions[0], versions[-1]))
    header = _HEADER.format(library=library, count=len(found), versions=", ".join(versions))
    return write(table, header)


def _read(wheel: Wheel, overlay: Overlay) -> dict[str, ReadClass]:
    reader = Reader(wheel, overlay)
    classes = reader.read()
    if reader.undecided:
        raise TableError(
            f"{wheel.distribution} {wheel.version}: nothing tells whether these do I/O, say it "
            f"under 'plain' in the overlay: {', '.join(sorted(reader.undecided))}"
        )
    return classes


def _wheels_of(name: str, folder: Path) -> list[Path]:
    """Give the wheels of a distribution in a folder, the oldest release first."""
    found = sorted(folder.glob(f"{name}-*.whl"), key=_release)
    if not found:
        raise TableError(f"{folder}: has no wheel of {name}")
    return found


def _release(wheel: Path) -> Release:
    return parse_release(wheel.name.split("-")[1]) or ()


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
