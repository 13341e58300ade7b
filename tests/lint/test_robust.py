"""No file may end a run, hide the findings in another, or raise a false alarm on plain code."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doors import BLOCKING, run_process
from flake8_qdrant.check import Checker
from flake8_qdrant.facts.source import OWN_MISTAKE
from flake8_qdrant.facts.text import MAX_DEPTHS
from flake8_qdrant.libraries import load_tables
from flake8_qdrant.model.effects.sites import sites
from flake8_qdrant.model.modules import Project
from flake8_qdrant.model.resolver import Resolver
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from flake8_qdrant.finding import Finding

STDLIB = Path(sysconfig.get_path("stdlib"))
PURELIB = Path(sysconfig.get_path("purelib"))
MODULES = sorted(path for path in STDLIB.glob("*.py") if path.stat().st_size < 60_000)
TABLES = load_tables()
USE = "from qdrant_client import AsyncQdrantClient as client\n"


def engine(text: str) -> list[Finding]:
    """Have one text checked, whether or not it has anything to do with a client."""
    path = "/project/app.py"
    project = Project(Resolver("/project", [path]), {path}, lambda _: b"", {path: text})
    return Checker(project, TABLES, lambda path: path).check(path)


def depth(of: int, line: str) -> str:
    return "".join(f"{' ' * level}{line}\n" for level in range(of)) + " " * of + "pass\n"


@pytest.mark.parametrize("extra", range(50, 700, 100))
def test_lines_at_many_depths_cannot_end_the_process(project, extra):
    # Seen: at some 500 depths the parser's C code stopped the process by an assertion.
    root = project({"app.py": BLOCKING, "deep.py": USE + depth(MAX_DEPTHS + extra, "if x:")})
    ran = run_process("flake8_qdrant", "check", "--no-cache", cwd=root)
    assert (ran.code, ran.err) == (1, "")
    assert [line.split()[1] for line in ran.lines] == ["QDR101", "QDR000"]


def test_depths_that_python_takes_are_checked():
    assert engine(USE + depth(95, "if x:")) == []


def test_an_annotation_that_nests_too_deeply_promises_nothing():
    nested = f"def f(x: {'list[' * 1_500}client{']' * 1_500}):\n    x[0]()\n"
    assert [one.code for one in engine(f"{USE}{nested}c = client()\nc.scroll('a')\n")] == ["QDR204"]


def test_thousands_of_parentheses_are_looked_through():
    nested = f"c = client()\nasync def f():\n    {'(' * 5_000}c.scroll('a'){')' * 5_000}\n"
    assert [one.code for one in engine(USE + nested)] == ["QDR201"]


def test_a_mistake_of_ours_is_told_with_its_place_and_the_rest_is_checked(
    project, check, monkeypatch
):
    real = sites

    def sometimes(model, effects, source):
        if source.path.name == "bad.py":
            raise ZeroDivisionError
        return real(model, effects, source)

    monkeypatch.setattr("flake8_qdrant.check.sites", sometimes)
    project({"app.py": BLOCKING, "bad.py": BLOCKING})
    ran = check()
    assert ran.lines[0].startswith("app.py:7:5: QDR101")
    assert ran.lines[1].startswith(
        f"bad.py:1:1: QDR000 not checked: {OWN_MISTAKE}, ZeroDivisionError at sometimes:"
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_edit_of_a_real_module_makes_a_mistake_of_ours(seed):
    chance = random.Random(seed)
    pieces = ["(", ")", "[", "}", ":", "'''", '"', "\\\n", "\n ", "\f", "\t", "async ", "await "]
    pieces += ["lambda ", "with x as ", "case ", "except* ", "f'{", "*", ":=", "=", "client(", "é"]
    for _ in range(15):
        text = USE + chance.choice(MODULES).read_text("utf-8")
        start = chance.randrange(len(text))
        text = text[:60] + text[start : start + 8_000]
        for _ in range(chance.choice([1, 3, 12])):
            at = chance.randrange(len(text))
            until = at + chance.choice([0, 0, 1, 10, 100])
            text = text[:at] + chance.choice(pieces) + text[until:]
        assert not [one for one in engine(text) if OWN_MISTAKE in one.message], text


@pytest.mark.parametrize("factory", ["partial(defaultdict, list)", "defaultdict", "lambda: d"])
def test_a_factory_of_factories_ends(factory):
    head = "from collections import defaultdict\nfrom functools import partial\n"
    assert engine(f"{USE}{head}d = defaultdict({factory})\nd['a']['b'].append(1)\n") == []


def test_a_name_that_only_global_declares_is_no_fixture():
    starter = "def start():\n    global server\n"
    assert engine(f"{USE}import pytest\n{starter}def test_it(server):\n    server.get()\n") == []


def test_cut_files_make_no_mistake_of_ours():
    for end in range(0, len(BLOCKING), 3):
        assert not [one for one in engine(BLOCKING[:end]) if OWN_MISTAKE in one.message]


def test_a_sample_of_the_standard_library_has_no_finding():
    """Parsed and inferred in full, though nothing in it names a client."""
    for path in random.Random(7).sample(MODULES, 25):
        assert engine(path.read_text("utf-8")) == [], path


@pytest.mark.slow
def test_the_standard_library_and_its_tests_end_with_no_finding_but_syntax_errors():
    """The test suite holds files that are broken on purpose; they are the only ones reported."""
    done = subprocess.run(
        [sys.executable, "-c", "import test_robust; test_robust.whole_library()"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def whole_library() -> None:
    """Print each finding that is no syntax error, with each file parsed and asked."""
    gc.disable()  # as the command does
    root = str(STDLIB)
    every = (path for path in STDLIB.rglob("*.py") if "site-packages" not in path.parts)
    # Every fifth one: all of them take two minutes.
    files = sorted(map(str, every))[::5]
    assert len(files) > 240
    checker = open_project(root, files, Settings())
    assert not [finding for file in files for finding in checker.check(file)]
    for file in files:
        checker.project.demand(file)
    for file in files:
        for finding in checker.check(file):
            # asyncio's own tests start a loop where one runs, to see that it is refused
            tests_it = "test_asyncio" in file and finding.code == "QDR301"
            unreadable = finding.code == "QDR000" and OWN_MISTAKE not in finding.message
            if not tests_it and not unreadable:
                print(finding)


@pytest.mark.slow
def test_the_installed_packages_are_checked_without_a_mistake_of_ours(tmp_path):
    ran = run_process(
        "flake8_qdrant", "check", "--cache-dir", str(tmp_path), str(PURELIB), cwd=tmp_path
    )
    assert ran.code in (0, 1)
    assert ran.err == ""
    assert OWN_MISTAKE not in ran.out
