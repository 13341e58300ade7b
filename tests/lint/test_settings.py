"""`[tool.flake8-qdrant]`: what it may say, and what is said of a mistake in it."""

from __future__ import annotations

import pytest
from doors import BLOCKING


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ("[tool.flake8-qdrant]\nselekt = ['QDR1']\n", ["selekt", "allowed are select, "]),
        ("[tool.flake8-qdrant]\nselect = 'QDR1'\n", ["select", "must be a list of strings"]),
        ("[tool.flake8-qdrant]\nexclude = [1]\n", ["exclude", "must be a list of strings"]),
        ("[tool.flake8-qdrant]\nignore = ['E501']\n", ["ignore", "no code begins with 'E501'"]),
        ("[tool.flake8-qdrant]\nignore = ['']\n", ["ignore", "no code begins with ''"]),
        ("[tool]\nflake8-qdrant = 3\n", ["tool.flake8-qdrant", "must be a table"]),
        ("[tool.flake8-qdrant]\nlibraries = 3\n", ["libraries"]),
        ("[tool.flake8-qdrant.libraries]\nredis = 3\n", ["libraries.redis"]),
        (
            "[tool.flake8-qdrant.libraries.redis]\ndistribution = 'redis'\nnonsense = 3\n",
            ["libraries.redis", "nonsense"],
        ),
        (
            "[tool.flake8-qdrant.sdk.redis]\ndistribution = 'redis'\n",
            ["tool.flake8-qdrant.sdk is now called tool.flake8-qdrant.libraries"],
        ),
        ("[tool.flake8-qdrant\n", ["line 1"]),
        (b"[tool]\nx = '\xff'\n", ["pyproject.toml"]),
    ],
)
def test_a_mistake_is_named_in_one_line(project, check, settings, parts):
    root = project({"app.py": BLOCKING, "pyproject.toml": settings})
    ran = check()
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"flake8-qdrant: {root}/pyproject.toml: ")
    for part in parts:
        assert part in line


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("select = ['QDR2']", []),
        ("select = ['QDR1']", ["QDR101"]),
        ("ignore = ['QDR101']", []),
        ("exclude = ['app.py']", []),
        ("exclude = ['src']", ["QDR101"]),
    ],
)
def test_settings_hold_for_the_command(project, check, settings, codes):
    project({"app.py": BLOCKING, "pyproject.toml": f"[tool.flake8-qdrant]\n{settings}\n"})
    assert [line.split()[1] for line in check().lines] == codes


def test_options_go_before_settings(project, check):
    project({"app.py": BLOCKING, "pyproject.toml": "[tool.flake8-qdrant]\nselect = ['QDR2']\n"})
    assert check().out == ""
    assert "QDR101" in check("--select", "QDR101").out


def test_excluded_paths_count_from_the_settings_file(project, check, monkeypatch):
    settings = "[tool.flake8-qdrant]\nexclude = ['/part/made']\n"
    root = project({"pyproject.toml": settings, "part/made/app.py": BLOCKING})
    assert check().out == ""
    monkeypatch.chdir(root / "part")
    assert check().out == ""
    assert check("--exclude", "nothing").out.startswith("made/app.py")


def test_the_nearest_file_that_speaks_of_us_counts(project, check, monkeypatch):
    root = project(
        {
            "pyproject.toml": "[tool.flake8-qdrant]\nignore = ['QDR101']\n",
            "part/pyproject.toml": "[tool.other]\nx = 1\n",
            "part/app.py": BLOCKING,
        }
    )
    monkeypatch.chdir(root / "part")
    assert check().out == ""


def test_a_client_of_the_users_own_is_looked_for(project, check):
    table = """\
[tool.flake8-qdrant.libraries.mydb]
distribution = "mydb"
label = "My DB"

[tool.flake8-qdrant.libraries.mydb.classes."mydb.Client"]
colour = "sync"
blocking = ["get"]
"""
    source = "import mydb\n\nclient = mydb.Client()\n\n\nasync def f():\n    client.get('a')\n"
    project({"app.py": source})
    assert check().out == ""
    project({"app.py": source, "pyproject.toml": table})
    ran = check()
    assert (ran.code, ran.err) == (1, ""), ran
    assert ran.out.startswith("app.py:7:5: QDR501")
