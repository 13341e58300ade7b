"""Notebooks: cells are checked as one program, and findings name the cell."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from doors import run_process
from flake8_qdrant.cli import main
from flake8_qdrant.notebook import PLACEHOLDER, cell_at, cells_program, notebook_program
from harness.ipython import automagic, difference, is_python
from hypothesis import given, settings
from hypothesis import strategies as st


def notebook(*cells: str, **metadata: Any) -> str:
    listed: list[dict[str, Any]] = [{"cell_type": "markdown", "source": ["# Title\n"]}]
    listed += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": listed, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


SETUP = """%pip install qdrant-client
import asyncio
from qdrant_client import AsyncQdrantClient, QdrantClient
client = AsyncQdrantClient(url="http://localhost:6333")
sync = QdrantClient(url="http://localhost:6333")
"""
USE = """!ls
await client.count("docs")
client.upsert("docs", points=[])

async def search():
    return sync.query_points("docs")
"""


def checked(folder: Path, text: str, monkeypatch, capsys) -> list[str]:
    (folder / "study.ipynb").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    main(["check", "--no-cache", "."])
    return [line.split(" ", 3)[:3] for line in capsys.readouterr().out.splitlines()]


def test_findings_name_the_cell_and_the_line_in_it(tmp_path, monkeypatch, capsys) -> None:
    found = checked(tmp_path, notebook(SETUP, USE), monkeypatch, capsys)

    assert found == [
        ["study.ipynb:cell", "2:3:1:", "QDR201"],
        ["study.ipynb:cell", "2:6:12:", "QDR101"],
    ]


def test_a_cell_runs_on_a_loop_so_it_awaits_instead_of_starting_one(
    tmp_path, monkeypatch, capsys
) -> None:
    run = "asyncio.run(client.count('docs'))\n"

    found = checked(tmp_path, notebook(SETUP, run), monkeypatch, capsys)

    assert found == [["study.ipynb:cell", "2:1:1:", "QDR301"]]


def test_a_patched_loop_may_be_run_again(tmp_path, monkeypatch, capsys) -> None:
    patched = "import nest_asyncio\nnest_asyncio.apply()\nasyncio.run(client.count('docs'))\n"

    assert checked(tmp_path, notebook(SETUP, patched), monkeypatch, capsys) == []


def test_a_blocking_call_in_a_cell_holds_up_nobody(tmp_path, monkeypatch, capsys) -> None:
    assert checked(tmp_path, notebook(SETUP, "sync.count('docs')\n"), monkeypatch, capsys) == []


def test_cells_of_another_language_are_passed_over(tmp_path, monkeypatch, capsys) -> None:
    shell = "%%bash\nasyncio.run(client.count('docs'))\n"

    assert checked(tmp_path, notebook(SETUP, shell), monkeypatch, capsys) == []


def test_a_patch_in_a_notebook_counts_for_that_notebook(project, check) -> None:
    run = f"{SETUP}asyncio.run(client.count('docs'))\n"
    patched = f"import nest_asyncio\nnest_asyncio.apply()\n{run}"
    project({"study.ipynb": notebook(run), "other.ipynb": notebook(patched)})
    assert [line.split()[1:3] for line in check().lines] == [["1:6:1:", "QDR301"]]
    project({"patch.py": "import nest_asyncio, qdrant_client\nnest_asyncio.apply()\n"})
    assert check().out == ""


def test_a_run_that_fails_in_a_cell_starts_no_second_loop(project, check) -> None:
    run = "for _ in range(3):\n    asyncio.run(client.count('docs'))\n"
    project({"study.ipynb": notebook(SETUP, run)})
    assert [line.split()[1:3] for line in check().lines] == [["2:2:5:", "QDR301"]]


def test_findings_stand_in_the_order_of_the_cells(project, check) -> None:
    lost = "\n\nclient.upsert('docs', points=[])\n"
    project({"study.ipynb": notebook(SETUP, lost, lost[1:], *[lost[2:]] * 9)})
    places = [line.split()[1] for line in check().lines]
    assert places == ["2:3:1:", "3:2:1:", *(f"{cell}:1:1:" for cell in range(4, 13))]


def test_a_chain_names_cells_and_lines_in_them(project, check) -> None:
    helper = "def find():\n    return sync.query_points('docs')\n"
    caller = "async def search():\n    return find()\n"
    project({"study/chain.ipynb": notebook(SETUP, helper, caller)})
    (line,) = check().lines
    assert line.startswith("study/chain.ipynb:cell 3:2:12: QDR102 ")
    assert "`find` (study/chain.ipynb:cell 2:2)" in line
    (step,) = json.loads(check("--format", "json").out)[0]["chain"]
    assert step == {"function": "find", "path": "study/chain.ipynb", "line": 2, "cell": 2}


def test_annotations_of_github_name_the_cell(project, check) -> None:
    project({"study.ipynb": notebook(SETUP, USE)})
    assert "::study.ipynb:cell 2:3:1: QDR201 " in check("--format", "github").out


def test_sarif_names_the_cell(project, check) -> None:
    project({"study.ipynb": notebook(SETUP, USE)})
    results = json.loads(check("--format", "sarif").out)["runs"][0]["results"]
    cells = [result["locations"][0]["logicalLocations"] for result in results]
    assert cells == [[{"name": "cell 2"}]] * 2


def test_standard_input_may_be_a_notebook(project) -> None:
    root = project()
    command = ("flake8_qdrant", "check", "--stdin-filename", "study.ipynb", "-")
    ran = run_process(*command, cwd=root, text=notebook(SETUP, USE))
    assert [line.split()[:3] for line in ran.lines] == [
        ["study.ipynb:cell", "2:3:1:", "QDR201"],
        ["study.ipynb:cell", "2:6:12:", "QDR101"],
    ]


def test_the_hook_is_given_notebooks() -> None:
    file = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    (hook,) = yaml.safe_load(file.read_text("utf-8"))
    assert hook["types_or"] == ["python", "pyi", "jupyter"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "julia"}, "kernelspec": {"language": "julia"}},
        {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
    ],
)
def test_notebooks_of_other_kernels_are_passed_over(project, check, metadata) -> None:
    project({"study.ipynb": notebook(SETUP, USE, "x <- 3 |> f()", **metadata)})
    assert check("study.ipynb").out == ""


@pytest.mark.parametrize(
    "metadata",
    [{"language_info": {"name": "python"}}, {"kernelspec": {"name": "x", "language": "Python"}}],
)
def test_notebooks_of_python_kernels_are_checked(project, check, metadata) -> None:
    project({"study.ipynb": notebook(SETUP, USE, **metadata)})
    assert len(check().lines) == 2


def test_a_cell_of_another_language_is_passed_over() -> None:
    metadata = {"vscode": {"languageId": "sql"}}
    cell = {"cell_type": "code", "source": "SELECT 1", "metadata": metadata}
    assert notebook_program(json.dumps({"cells": [cell]}).encode()) == "# %% cell 1\n"


def test_notebooks_of_format_3_keep_their_cells_in_worksheets(project, check) -> None:
    cells = [{"cell_type": "code", "input": cell, "language": "python"} for cell in (SETUP, USE)]
    project({"old.ipynb": json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})})
    assert [line.split()[1] for line in check().lines] == ["2:3:1:", "2:6:12:"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "it has no list of cells"),
        ("[]", "it has no list of cells"),
        ('{"cells": 3}', "it has no list of cells"),
        ("\nimport qdrant_client\nx =", "Expecting value at column 1"),
        (b'{"cells": "\xff"}', "it is not in utf-8"),
        ("[" * 200_000, "it nests too deeply"),
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(project, check, text, why) -> None:
    project({"study.ipynb": text})
    ran = check("study.ipynb")
    assert (ran.code, ran.err) == (1, "")
    (line,) = ran.lines
    assert f"QDR000 not checked: it is no Jupyter notebook: {why}" in line


def test_of_files_that_nobody_named_those_are_told_that_name_a_client(project, check) -> None:
    project({"a.ipynb": "version https://git-lfs.example", "b.ipynb": "import qdrant_client\n"})
    assert [line.split(":")[0] for line in check().lines] == ["b.ipynb"]


def test_an_empty_notebook_is_one(project, check) -> None:
    project({"new.ipynb": ""})
    assert check("new.ipynb").out == ""


def test_half_a_surrogate_pair_stops_nothing(project, check) -> None:
    project({"study.ipynb": notebook(SETUP, f"text = '\ud800'\n{USE}")})
    assert [line.split()[1] for line in check().lines] == ["2:4:1:", "2:7:12:"]


COMMANDS = (
    "%time",
    "%time x = f(1)",
    "%timeit -n 3 -r2 f()",
    "%prun -l 10 -s cumtime f(1)",
    "%time for x in y: f(x)",
    "f?",
    "?f",
    "f.g??",
    "%timeit?",
    "!ls {x} 'it is",
    '!!ls "',
    ",f a b",
    ";f a b",
    "/f a b",
    "x = !ls -la",
    'x.y, z = !ls "',
    "x: list = %sql select 'it",
    "x = %timeit -o f()",
    "%sql select * \\\n  from t",
    "!pip install \\\n   qdrant-client \\\n   fastembed",
    "x = !ls \\\n  -la",
)
PYTHON = (
    "x = 'a % b'\n",
    'x = """\n%magic\n!ls\n?x\n"""\n',
    "x = ''' it's\n%y '''\n",
    "x = (1\n% 2)\n",
    "x = 1 \\\n  % 2\n",
    "x = f(a=1, b={'c': 2})\n",
    "# !ls 'it\n",
    "x = '?'\n",
    "x != 1\n",
    "def f(a, b=1):\n    return a % b  # don't\n",
    "async def f():\n    await g()\n",
    "x = r'\\''\n",
    "\n",
)
CELLS = (
    "%%bash\nls 'it\n",
    "\n\n%%bash -s x\nif [ 1 ]; then\n",
    "%%! ls\nnot python\n",
    "%%time\nx = f(1)\n",
    "%%time x = f(1)\ny = f(2)\n",
    "%%capture out --no-stderr\n%%time\n!ls 'it\nx = 1\n",
    "%%timeit -n 3\n    x = f(1)\n    %time f(2)\n",
    "%%html\n<b>x</b>\n",
    "%%time?\nx = 1\n",
    "    x = 1\n    if x:\n        !ls\n",
    "\n    # why\n    x = 1\n",
    ">>> x = 1\n>>> if x:\n...     y = 2\n...\n",
    "In [1]: x = 1\n\nIn [2]: if x:\n   ...:     y = 2\n   ...: \n",
    "x = 1",
    "x = 1\r\n!ls\r\ny = 2\r\n",
    "",
)


@pytest.mark.parametrize(
    "cell",
    [
        *PYTHON,
        *CELLS,
        *(f"{command}\ny = 2\n" for command in COMMANDS),
        *(f"if x:\n    {command}\ny = 2\n" for command in COMMANDS),
        *(f"x = 1\n\n{command}" for command in COMMANDS),
    ],
)
def test_a_cell_means_what_it_means_to_ipython(cell: str) -> None:
    assert is_python(cell), "an example of nothing"
    assert difference(cell) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PYTHON, *(f"{each}\n" for each in COMMANDS)]), max_size=6))
def test_so_does_a_cell_of_many_lines(lines: list[str]) -> None:
    assert difference("".join(lines)) is None


@settings(deadline=None)
@given(st.text(alphabet="%!?,;/=x'\"\\\n ()#:.1", max_size=40))
def test_any_text_keeps_its_lines(cell: str) -> None:
    kept = cells_program([cell]).count("\n")
    assert kept == 1 + cell.count("\n") + (cell != "" and not cell.endswith("\n"))


@pytest.mark.parametrize(
    "cell", ["pip install -U qdrant-client", "cd ..", "\nls -la 'it\n", "load_ext autoreload"]
)
def test_a_single_line_may_do_without_the_percent_sign(cell: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert "run_line_magic" in automagic(cell)
    (statement,) = ast.parse(cells_program([cell])).body
    assert ast.unparse(statement) == PLACEHOLDER


@pytest.mark.parametrize("cell", ["await f()", "x = 1", "import a", "not x", "x if y else z"])
def test_a_single_line_of_python_stays(cell: str) -> None:
    assert cells_program([cell]) == f"# %% cell 1\n{cell}\n"


@pytest.mark.parametrize(
    "cell",
    [
        "%time f(1)",
        "    %timeit -n 3 -r2  f(1)",
        "%%time x = f(1)",
        "%prun -l 10 -s cumtime -q f(1)",
        "    f(1)",
        "time f(1)",
    ],
)
def test_code_keeps_its_line_and_column(cell: str) -> None:
    before = "if x:\n" if cell.startswith("    %") else "\n"
    program = cells_program(["y = 1", before + cell])
    (call,) = (node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call))
    assert (call.lineno, call.col_offset) == (5, cell.index("f(1)"))
    assert cell_at(program, call.lineno) == (2, 2)


def test_a_line_of_a_cell_is_not_taken_for_a_mark_of_ours() -> None:
    program = cells_program(["# %% cell 7\nx = 1\nif True:  # %% cell 8\n    y = 1"])
    assert [cell_at(program, line) for line in (2, 3, 5)] == [(1, 1), (1, 2), (1, 4)]
