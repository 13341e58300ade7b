"""How fast the linter is, beside ruff and flake8, on a tree of real code.

    python benchmarks/lint.py [TREE] [--rounds 3] [--flake8-files 400] [--flake8-async]

TREE defaults to the packages of this environment. The commands take turns, so that a change of the
machine's mood hits all of them; printed are medians, ratios of medians, and the peak memory of the
largest process of each. Needs ruff, and flake8-async for the option of that name.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

_ENOUGH_FILES = 5_000
_HIDE_PLUGIN = """
import importlib.metadata as metadata, sys
found = metadata.distributions
metadata.distributions = lambda **k: (d for d in found(**k) if d.metadata["Name"] not in {hidden!r})
from flake8.main.cli import main
sys.exit(main())
"""
"""Runs flake8 without a plugin that is installed; flake8 itself has no switch for that."""


@dataclass
class Command:
    """One of the commands to be timed."""

    name: str
    arguments: list[str]
    seconds: list[float] = field(default_factory=list)
    peak_kib: int = 0

    @property
    def median(self) -> float:
        """Median wall time, in seconds."""
        return statistics.median(self.seconds)

    def run(self, folder: Path) -> None:
        """Run the command once in a folder, and note its time and memory."""
        began = time.perf_counter()
        with subprocess.Popen(
            self.arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            errors = process.stderr.read() if process.stderr is not None else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - began)
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
        if process.returncode not in (0, 1):
            sys.exit(f"{self.name} failed: {errors.decode(errors='replace').strip()[-400:]}")


def flake8(select: str, *, hidden: tuple[str, ...]) -> list[str]:
    """Return the command for flake8 in one process, with some plugins out of sight."""
    options = ["--isolated", "-j1", "--select", select]
    return [sys.executable, "-c", _HIDE_PLUGIN.format(hidden=hidden), *options, "."]


def in_turn(commands: list[Command], folder: Path, rounds: int) -> None:
    """Run every command in each round."""
    for _ in range(rounds):
        for command in commands:
            command.run(folder)


def report(commands: list[Command], base: Command) -> None:
    """Print a line a command, with its time as a multiple of the first one's."""
    for one in commands:
        ratio, memory = one.median / base.median, one.peak_kib / 1024
        print(f"{one.name:44} {one.median:8.2f} s  x {ratio:6.2f}  peak {memory:5.0f} MiB")


def beside_flake8(options: argparse.Namespace, files: list[str], copy: Path) -> None:
    """Measure what plugins add to flake8, on a tree of some of the files."""
    for path in random.Random(0).sample(files, min(options.flake8_files, len(files))):
        target = copy / Path(path).relative_to(options.tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    other = "flake8-async"
    plain = Command("flake8, no plugin", flake8("XXX", hidden=("flake8-qdrant", other)))
    with_us = Command("flake8 with flake8-qdrant", flake8("QDR", hidden=(other,)))
    commands = [plain, with_us]
    if options.flake8_async:
        theirs = flake8("ASYNC", hidden=("flake8-qdrant",))
        commands.append(Command("flake8 with flake8-async", theirs))
    print(f"\na tree of {min(options.flake8_files, len(files)):,} of these files, one process")
    in_turn(commands, copy, options.rounds)
    report(commands, plain)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", nargs="?", type=Path, default=Path(sysconfig.get_path("purelib")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flake8-files", type=int, default=400, metavar="N")
    parser.add_argument("--flake8-async", action="store_true")
    options = parser.parse_args()
    files = sorted(str(path) for path in options.tree.rglob("*.py"))
    short = "" if len(files) >= _ENOUGH_FILES else f" (fewer than {_ENOUGH_FILES:,}: trust it less)"
    print(f"{options.tree}: {len(files):,} files{short}, {options.rounds} rounds")

    scripts = Path(sysconfig.get_path("scripts"))
    with tempfile.TemporaryDirectory() as cache:
        ours = [str(scripts / "flake8-qdrant"), "check", "."]
        cold = Command("flake8-qdrant check, cold", [*ours, "--no-cache"])
        warm = Command("flake8-qdrant check, warm", [*ours, "--cache-dir", cache])
        ruff_options = ["check", "--no-cache", "--isolated", "--select", "ASYNC", "."]
        ruff = Command(
            "ruff check --no-cache --select ASYNC", [str(scripts / "ruff"), *ruff_options]
        )
        warm.run(options.tree)
        warm.seconds.clear()
        in_turn([cold, warm, ruff], options.tree, options.rounds)
        report([cold, warm, ruff], cold)

    with tempfile.TemporaryDirectory() as copy:
        beside_flake8(options, files, Path(copy))


if __name__ == "__main__":
    main()
