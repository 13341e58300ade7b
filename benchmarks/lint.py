"""How fast the linter is, beside ruff, pyrefly and flake8, on a tree of real code.

    python benchmarks/lint.py [TREE] [--rounds 5] [--command PATH] [--flake8-files 400]
                              [--flake8-async]

TREE defaults to the packages of this environment. The commands take turns, so that a change of the
machine's mood hits all of them. Printed are the median of wall time and the least processor time,
which other work on the machine disturbs least, both as multiples of the first command's, and the
peak memory of the largest process of each. Python's bytecode is compiled before anything is timed,
as it is wherever packages are installed.

All of it happens in a copy of the tree, without what git keeps. "After one edit" is a new process
with the cache of an earlier one, and a line more at the end of a file with a finding; the same file
is what flake8 is given alone. `--command` names the `flake8-qdrant` of another environment, such as
one with the compiled wheel, to be measured beside this one's. Needs ruff, and pyrefly (a type
checker in Rust, which reads what a linter over many files must read) and flake8-async if they are
to be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDINGS = (".py", ".pyi", ".ipynb")
_SCRIPTS = Path(sysconfig.get_path("scripts"))
_OURS = "flake8-qdrant"
_THEIRS = "flake8-async"
#: A code of no plugin: flake8 does all of its work, and has nothing to tell.
_NO_CODE = "ZZZ"
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
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak_kib: int = 0

    def run(self, folder: Path, environment: dict[str, str]) -> None:
        """Run the command once in a folder, and note its times and memory."""
        began = time.perf_counter()
        with subprocess.Popen(
            self.arguments,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            errors = process.stderr.read() if process.stderr is not None else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - began)
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
        if process.returncode not in (0, 1):
            sys.exit(f"{self.name} failed: {errors.decode(errors='replace').strip()[-400:]}")

    def forget(self) -> None:
        """Leave out what has been measured so far."""
        self.wall.clear()
        self.processor.clear()


def flake8(select: str, *, hidden: tuple[str, ...]) -> list[str]:
    """Return the command for flake8 in one process, with some plugins out of sight."""
    options = ["--isolated", "-j1", "--select", select]
    return [sys.executable, "-c", _HIDE_PLUGIN.format(hidden=hidden), *options, "."]


def ruff(*options: str) -> list[str]:
    """Return a command of ruff; git may ignore the environment whose packages are the tree."""
    return [str(_SCRIPTS / "ruff"), "check", "--isolated", "--no-respect-gitignore", *options, "."]


def in_turn(
    commands: list[Command],
    folder: Path,
    rounds: int,
    environment: dict[str, str],
    before: Callable[[Command], None] = lambda _: None,
) -> None:
    """Run every command in each round, and print a line a command."""
    for _ in range(rounds):
        for command in commands:
            before(command)
            command.run(folder, environment)
    base = commands[0]
    for one in commands:
        times = ""
        for kind, typical in (("wall", statistics.median), ("processor", min)):
            seconds = typical(getattr(one, kind))
            ratio = seconds / typical(getattr(base, kind))
            times += f"  {kind} {seconds:6.2f} s x {ratio:5.2f}"
        print(f"{one.name:38}{times}  peak {one.peak_kib / 1024:4.0f} MiB")


def beside_peers(
    builds: dict[str, Path],
    tree: Path,
    flagged: str | None,
    rounds: int,
    environment: dict[str, str],
) -> None:
    """Measure each build with and without what an earlier run kept, ruff and pyrefly."""
    with ExitStack() as stack:
        commands, edited = [], []
        for name, path in builds.items():
            check = [str(path), "check", "."]
            warm, other = (stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2))
            commands.append(Command(f"{name}, cold", [*check, "--no-cache"]))
            commands.append(Command(f"{name}, warm", [*check, "--cache-dir", warm]))
            edited.append(Command(f"{name}, after one edit", [*check, "--cache-dir", other]))
        commands += edited if flagged is not None else []
        commands.append(
            Command("ruff check --select ASYNC, cold", ruff("--no-cache", "--select", "ASYNC"))
        )
        if (_SCRIPTS / "pyrefly").exists():
            pyrefly = [str(_SCRIPTS / "pyrefly"), "check", "."]
            commands.append(Command("pyrefly check, cold", pyrefly))

        def edit(command: Command) -> None:
            if command in edited and flagged is not None:
                with (tree / flagged).open("a") as stream:
                    stream.write("\n# one line more\n")

        for command in commands:
            command.run(tree, environment)
            command.forget()
        time.sleep(2.5)  # the cache trusts no file that has only just been written
        in_turn(commands, tree, rounds, environment, edit)


def flagged_file(tree: Path, environment: dict[str, str]) -> str | None:
    """Return the first file with a finding, from the tree's folder."""
    command = [str(_SCRIPTS / _OURS), "check", "--no-cache", "--format", "json", "."]
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False, env=environment)
    names = (found["path"] for found in json.loads(done.stdout) if found["code"] != "QDR000")
    return next((name for name in names if name.endswith(".py")), None)


def flake8_on_one_file(tree: Path, flagged: str, rounds: int, environment: dict[str, str]) -> None:
    """Measure what the plugin adds to flake8 on one file of a tree, all of which it has to know."""
    print(f"\nflake8 on {flagged} alone")
    commands = [
        Command("flake8, no plugin", [*flake8(_NO_CODE, hidden=(_OURS, _THEIRS))[:-1], flagged]),
        Command("flake8 with flake8-qdrant", [*flake8("QDR", hidden=(_THEIRS,))[:-1], flagged]),
    ]
    in_turn(commands, tree, rounds, environment)


def beside_flake8(
    options: argparse.Namespace, files: list[Path], environment: dict[str, str]
) -> None:
    """Measure what plugins add to flake8, over a single file and over some of the tree's."""
    chosen = random.Random(0).sample(files, min(options.flake8_files, len(files)))
    with tempfile.TemporaryDirectory() as temporary:
        # The sample keeps the tree's name: what is below `site-packages` is read as installed.
        sample, single = (Path(temporary, name, options.tree.name) for name in ("many", "one"))
        single.mkdir(parents=True)
        (single / "single.py").write_text("import os\n\nprint(os.name)\n")
        for path in chosen:
            target = sample / path.relative_to(options.tree)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        added = [
            _added(options, single, "a file that is alone, one process", environment),
            _added(options, sample, f"{len(chosen):,} of the files, one process", environment),
        ]
    per_file = (added[1] - added[0]) / len(chosen) * 1000
    print(
        f"\nflake8-qdrant adds to flake8 {added[0] * 1000:.0f} ms of processor time a run"
        f" and {per_file:.1f} ms a file"
    )


def _added(
    options: argparse.Namespace, folder: Path, title: str, environment: dict[str, str]
) -> float:
    """Return the processor seconds that our plugin adds in a folder."""
    plain = Command("flake8, no plugin", flake8(_NO_CODE, hidden=(_OURS, _THEIRS)))
    with_us = Command("flake8 with flake8-qdrant", flake8("QDR", hidden=(_THEIRS,)))
    commands = [plain, with_us]
    if options.flake8_async:
        commands.append(Command("flake8 with flake8-async", flake8("ASYNC", hidden=(_OURS,))))
    print(f"\n{title}")
    in_turn(commands, folder, options.rounds, environment)
    return min(with_us.processor) - min(plain.processor)


def compile_bytecode(folder: Path, environment: dict[str, str]) -> None:
    """Run what is to be timed once on a file for which all of it is loaded."""
    (folder / "client.py").write_text("import qdrant_client\n")
    for hidden in ((_THEIRS,), (_OURS,)):
        command = flake8("QDR,ASYNC", hidden=hidden)
        subprocess.run(command, cwd=folder, env=environment, check=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", nargs="?", type=Path, default=Path(sysconfig.get_path("purelib")))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--command", type=Path, metavar="PATH")
    parser.add_argument("--flake8-files", type=int, default=400, metavar="N")
    parser.add_argument("--flake8-async", action="store_true")
    options = parser.parse_args()
    options.tree = options.tree.resolve()
    builds = {f"{_OURS} check": _SCRIPTS / _OURS}
    if options.command is not None:
        builds["the other command"] = options.command.resolve()
    files = sorted(path for path in options.tree.rglob("*") if path.suffix in _ENDINGS)
    with tempfile.TemporaryDirectory() as bytecode, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        compile_bytecode(Path(folder), environment)
        tree = Path(folder, "copy", options.tree.name)
        shutil.copytree(
            options.tree, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", "*.pyc")
        )
        listing = subprocess.run(
            ruff("--show-files"), cwd=tree, capture_output=True, check=True, env=environment
        )
        print(f"{len(files):,} files, of which ruff sees {len(listing.stdout.splitlines()):,}")
        flagged = flagged_file(tree, environment)
        beside_peers(builds, tree, flagged, options.rounds, environment)
        if flagged is not None:
            flake8_on_one_file(tree, flagged, options.rounds, environment)
        beside_flake8(options, [path for path in files if path.suffix == ".py"], environment)


if __name__ == "__main__":
    main()
