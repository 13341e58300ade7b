"""The same findings in the same words, however a project is asked."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.model import fixed_point
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knots import Knot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

ROOT = "/project"


def told(files: Mapping[str, str], order: Iterable[str]) -> dict[str, list[tuple[object, ...]]]:
    """Return all that findings say, by file, asked in an order."""
    texts = {f"{ROOT}/{name}": text for name, text in files.items()}
    checker = open_project(ROOT, texts, Settings(), texts)
    found = {name: checker.check(f"{ROOT}/{name}", noqa=False) for name in order}
    return {name: [astuple(one) for one in found[name]] for name in sorted(files)}


@settings(
    deadline=None,
    derandomize=True,
    max_examples=int(os.environ.get("EXAMPLES", "25")),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_whichever_file_is_asked_first(seed, chance):
    files = Knot(seed).files()
    expected = told(files, sorted(files))
    assert told(files, chance.sample(sorted(files), len(files))) == expected


@pytest.mark.parametrize("seed", [1, 35, 36])
def test_circles_come_to_rest_within_the_rounds_that_are_made(seed, monkeypatch):
    files = Knot(seed, modules=1 + seed % 2, functions=4).files()
    found = told(files, sorted(files))
    monkeypatch.setattr(fixed_point, "_MOST_ROUNDS", 40)
    assert told(files, sorted(files)) == found


def test_the_knots_are_not_all_silent():
    codes = {
        str(one[5])
        for seed in range(30)
        for found in told(Knot(seed).files(), [f"m{n}.py" for n in range(4)]).values()
        for one in found
    }
    assert {"QDR101", "QDR102", "QDR201"} <= codes


def write(folder: Path, seeds: Iterable[int]) -> None:
    for seed in seeds:
        project = folder / f"p{seed}"
        project.mkdir()
        (project / "setup.cfg").touch()
        for name, text in Knot(seed).files().items():
            (project / name).write_text(text)


def lines(folder: Path, *arguments: str, hash_seed: int = 0, module: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, ""), done.stderr
    return sorted(line.removeprefix("./") for line in done.stdout.splitlines())


def test_whichever_door_hash_seed_and_number_of_processes(tmp_path):
    write(tmp_path, range(12))
    cli = "flake8_qdrant"
    expected = lines(tmp_path, "check", "--no-cache", "--jobs", "1", module=cli)
    assert len(expected) > 20
    for hash_seed in (1, 2):
        one = lines(tmp_path, "check", "--no-cache", "--jobs", "1", module=cli, hash_seed=hash_seed)
        assert one == expected
    names = [f"p{seed}/m{number}.py" for seed, number in itertools.product(range(12), range(4))]
    for arguments in (["--jobs", "3"], names[::-1], [*names[::5], "."]):
        assert lines(tmp_path, "check", "--no-cache", *arguments, module=cli) == expected
    kept = ["check", "--cache-dir", str(tmp_path / "cache")]
    lines(tmp_path, *kept, *names[::7], module=cli)
    for _ in range(2):
        assert lines(tmp_path, *kept, module=cli) == expected
    for jobs in ("1", "2"):
        by_flake8 = ["--isolated", "--select", "QDR", "--extend-ignore", "QDR4", "-j", jobs]
        assert lines(tmp_path, *by_flake8, module="flake8") == expected


@pytest.mark.parametrize("seed", range(3))
def test_one_file_through_standard_input(tmp_path, seed):
    write(tmp_path, [seed])
    folder = tmp_path / f"p{seed}"
    command = [sys.executable, "-m", "flake8_qdrant", "check", "--no-cache"]
    for name in ("m0.py", "m3.py"):
        on_disk = subprocess.run([*command, name], cwd=folder, capture_output=True, check=False)
        typed = subprocess.run(
            [*command, "--stdin-filename", name, "-"],
            cwd=folder, capture_output=True, check=False, input=(folder / name).read_bytes(),
        )  # fmt: skip
        assert typed.stdout == on_disk.stdout
