"""Hold the front ends of the linter against each other on a tree: they must find the same.

usage: frontends.py TREE

Each folder of the tree is taken for a project, or the tree itself if it holds Python files. In
each, the command checks the folder with one process and with two, then the files with findings by
their names, the last first; flake8 checks the folder. Every difference is printed. Exit code 1 if
there is any.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

FINDING = re.compile(r"(.+?):(\d+):(\d+): (QDR\d{3} .*)")
UNPARSABLE = "QDR000"


def main() -> int:
    """Compare, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path)
    tree: Path = parser.parse_args().tree
    folders = [tree] if any(tree.glob("*.py")) else sorted(p for p in tree.iterdir() if p.is_dir())
    compared = differences = 0
    for folder in folders:
        if folder.name.startswith("."):
            continue
        print(folder.name, file=sys.stderr, flush=True)
        first = command(folder, ".", "--jobs", "1")
        compared += len(first)
        others = {
            "two processes": command(folder, ".", "--jobs", "2"),
            "files in reverse": command(folder, *last_first(first)),
            "flake8": flake8(folder),
        }
        for frontend, found in others.items():
            for one in sorted(first ^ found):
                # flake8 reports itself what it cannot parse, as E9.
                if frontend == "flake8" and UNPARSABLE in one[3]:
                    continue
                differences += 1
                print(f"{folder.name}: {'only' if one in found else 'not'} in {frontend}: {one}")
    print(f"{compared} findings in {len(folders)} folders, {differences} differences")
    return 1 if differences else 0


def last_first(found: set[tuple[str, int, int, str]]) -> list[str]:
    """Return the files with findings, in reverse order; the folder itself without any."""
    return sorted({one[0] for one in found}, reverse=True) or ["."]


def command(folder: Path, *arguments: str) -> set[tuple[str, int, int, str]]:
    """Return the findings of `flake8-qdrant check`."""
    return run(folder, "flake8_qdrant", "check", "--no-cache", *arguments)


def flake8(folder: Path) -> set[tuple[str, int, int, str]]:
    """Return the findings of flake8 with the plugin alone."""
    return run(folder, "flake8", "--isolated", "--select", "QDR", ".")


def run(folder: Path, *arguments: str) -> set[tuple[str, int, int, str]]:
    """Run a module of this Python's environment in a folder and read what it prints."""
    ran = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{folder}: exit {ran.returncode}: {ran.stderr.strip()[-300:]}")
    found = (FINDING.match(line) for line in ran.stdout.splitlines())
    return {(one[1].removeprefix("./"), int(one[2]), int(one[3]), one[4]) for one in found if one}


if __name__ == "__main__":
    sys.exit(main())
