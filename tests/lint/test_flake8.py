"""flake8 and the command say the same: the same engine stands behind both."""

from __future__ import annotations

from pathlib import Path

import pytest
from doors import BLOCKING, run_process
from flake8_qdrant import settings
from flake8_qdrant.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
ADVICE = """\
from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient()


async def store(points: list[models.PointStruct]) -> None:
    for point in points:
        await client.upsert("docs", points=[point])
"""


def flake8(*arguments, cwd, text=""):
    return run_process("flake8", "--isolated", *arguments, cwd=cwd, text=text)


def check(*arguments, cwd, text=""):
    return run_process("flake8_qdrant", "check", "--no-cache", *arguments, cwd=cwd, text=text)


def agreed(by_flake8, by_command):
    """Leave out what this Python cannot parse: flake8 says E999 there, and asks no plugin."""
    unparsed = {line.partition(":")[0] for line in by_flake8.lines if " E999 " in line}
    return [
        sorted(line for line in ran.lines if line.partition(":")[0] not in unparsed)
        for ran in (by_flake8, by_command)
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_findings_in_examples(jobs, examples_alone):
    agree("examples", jobs, examples_alone)


@pytest.mark.slow
def test_the_same_findings_in_cases():
    agree("tests/lint/cases", "2", ROOT)


def agree(tree, jobs, root):
    codes = "QDR1,QDR2,QDR3,QDR4,QDR5"
    by_flake8 = flake8("--select", f"{codes},E999", "-j", jobs, tree, cwd=root)
    by_command = check("--select", codes, "--jobs", jobs, tree, cwd=root)
    assert by_flake8.err == by_command.err == ""
    assert by_flake8.code == by_command.code == 1
    theirs, ours = agreed(by_flake8, by_command)
    assert theirs == ours


def test_standard_input_is_checked_in_its_project(project):
    root = project(
        {"store.py": "from qdrant_client import QdrantClient\nclient = QdrantClient()\n"}
    )
    text = "from store import client\n\n\nasync def search():\n    client.count('docs')\n"
    typed = flake8("--select=QDR", "--stdin-display-name", "app.py", "-", cwd=root, text=text)
    assert typed.out.startswith("app.py:5:5: QDR101")
    assert typed.lines == check("-", "--stdin-filename", "app.py", cwd=root, text=text).lines


def test_standard_input_goes_before_what_the_file_holds(project):
    root = project({"app.py": BLOCKING})
    typed = flake8("--select=QDR", "--stdin-display-name=app.py", "-", cwd=root, text="import os\n")
    assert (typed.code, typed.out) == (0, "")


def test_standard_input_without_a_name(project):
    typed = flake8("--select=QDR", "-", cwd=project({}), text=BLOCKING)
    assert typed.out.startswith("stdin:7:5: QDR101")


def test_a_file_that_git_ignores_is_checked_if_flake8_asks(project):
    root = project(
        {".gitignore": "made/\n", "made/app.py": BLOCKING, "made/plain.py": "import os\n"}
    )
    (root / ".git").mkdir()
    assert check(cwd=root).out == ""
    assert flake8("--select=QDR", ".", cwd=root).out.startswith("./made/app.py:7:5: QDR101")


def test_noqa_is_left_to_flake8(project):
    silent = BLOCKING.replace('"docs")', '"docs")  # noqa: QDR101')
    root = project({"app.py": silent})
    assert flake8("--select=QDR", "app.py", cwd=root).out == ""
    loud = flake8("--select=QDR", "--disable-noqa", "app.py", cwd=root)
    assert loud.out.startswith("app.py:7:5: QDR101")


def test_advice_is_off_until_flake8_is_told(project):
    root = project({"app.py": ADVICE})
    assert flake8("app.py", cwd=root).out == ""
    assert " QDR4" in flake8("--extend-select=QDR4", "app.py", cwd=root).out


def test_advice_is_on_if_the_settings_say_so(project):
    root = project(
        {"app.py": ADVICE, "pyproject.toml": "[tool.flake8-qdrant]\nextend-select = ['QDR4']\n"}
    )
    assert " QDR4" in flake8("app.py", cwd=root).out
    assert " QDR4" in check("app.py", cwd=root).out


def test_advice_is_known_by_its_codes():
    """So flake8 is told what to leave off without loading a rule."""
    known = {rule.code for rule in RULES if rule.code.startswith(settings.ADVICE)}
    assert known == {rule.code for rule in RULES if rule.advice}


def test_bad_settings_end_flake8_in_one_line(project):
    root = project({"app.py": BLOCKING, "pyproject.toml": "[tool.flake8-qdrant]\nselekt = []\n"})
    ran = flake8("app.py", cwd=root)
    assert ran.code == 1
    text = ran.out + ran.err
    assert "tool.flake8-qdrant.selekt is not known; allowed are select," in text
    assert "Traceback" not in text
