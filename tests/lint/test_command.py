"""`flake8-qdrant check` from a user's seat: options, output, exit codes, what goes wrong."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
from doors import BLOCKING, run_process
from flake8_qdrant import check_command

BLOCKING_AND_LOST = """\
from qdrant_client import AsyncQdrantClient, QdrantClient

blocking, client = QdrantClient(), AsyncQdrantClient()


async def search():
    blocking.count("docs")
    client.count("docs")
"""


def codes(ran):
    return [line.split()[1] for line in ran.lines]


def test_a_finding_is_a_line_with_its_place_and_the_exit_code_is_1(project):
    root = project({"app.py": BLOCKING})
    ran = run_process("flake8_qdrant", "check", cwd=root)
    assert ran.code == 1
    assert ran.err == ""
    assert ran.out.startswith("app.py:7:5: QDR101 `QdrantClient.query_points` blocks")
    assert len(ran.lines) == 1


def test_without_findings_nothing_is_said_and_the_exit_code_is_0(project, check):
    project({"app.py": "import os\n"})
    ran = check()
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_paths_are_shown_from_the_working_directory(project, check, monkeypatch):
    root = project({"src/app.py": BLOCKING})
    assert check("src").out.startswith("src/app.py:7:5:")
    monkeypatch.chdir(root / "src")
    assert check().out.startswith("app.py:7:5:")
    assert check(str(root)).out.startswith("app.py:7:5:")
    monkeypatch.chdir("/")
    assert check(str(root)).out.startswith(f"{root}/src/app.py:7:5:".lstrip("/"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["QDR101", "QDR201"]),
        (["--select", "QDR1"], ["QDR101"]),
        (["--select", "qdr201"], ["QDR201"]),
        (["--select", "QDR101,QDR2"], ["QDR101", "QDR201"]),
        (["--ignore", "QDR2"], ["QDR101"]),
        (["--select", "QDR", "--ignore", "QDR1"], ["QDR201"]),
        (["--select", "QDR101", "--ignore", "QDR"], ["QDR101"]),
        (["--select", "QDR1", "--extend-select", "QDR201"], ["QDR101", "QDR201"]),
        (["--extend-select", "QDR2"], ["QDR101", "QDR201"]),
    ],
)
def test_the_longest_prefix_of_a_code_decides(project, check, options, expected):
    project({"app.py": BLOCKING_AND_LOST})
    assert codes(check(*options)) == expected


@pytest.mark.parametrize("option", ["--select", "--extend-select", "--ignore"])
def test_an_unknown_code_is_refused_in_one_line(project, check, option):
    project({"app.py": BLOCKING})
    ran = check(option, "QDR101,E501")
    assert ran.code == 2
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith(f"flake8-qdrant: {option}: no code begins with 'E501'")
    assert "QDR000, QDR101" in line


def test_a_missing_path_is_named(project, check):
    project({"app.py": BLOCKING})
    ran = check("app.py", "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "flake8-qdrant: nowhere: no such file or folder\n"


def test_a_folder_that_cannot_be_read_is_named(project, check, monkeypatch):
    # Tests may run as root, whom no permission stops.
    root = project({"app.py": BLOCKING})
    monkeypatch.setattr(check_command.os, "access", lambda *_: False)
    ran = check(str(root))
    assert ran.code == 2
    assert "cannot be read" in ran.err


def test_a_link_that_leads_nowhere_is_a_finding_and_the_rest_is_checked(project, check):
    root = project({"app.py": BLOCKING})
    (root / "lost.py").symlink_to("nowhere.py")
    ran = check()
    assert ran.code == 1
    assert codes(ran) == ["QDR101", "QDR000"]
    assert "lost.py:1:1: QDR000 cannot be read: No such file or directory" in ran.out


def test_a_file_that_is_named_needs_no_suffix(project, check):
    project({"script": BLOCKING})
    assert check().out == ""
    assert codes(check("script")) == ["QDR101"]


def test_a_named_file_with_a_syntax_error_is_reported_though_it_names_no_client(project, check):
    project({"broken.py": "def broken(:\n"})
    assert check().out == ""
    assert codes(check("broken.py")) == ["QDR000"]


def test_what_a_named_file_says_changes_nothing_in_the_others(project, check):
    sources = {
        "app.py": "from qdrant_client import QdrantClient\n\n\n"
        "async def search(client):\n    client.count('docs')\n",
        "other.py": "import app\n\napp.search(app.QdrantClient())\n",
        "loose.py": "from app import search\n\nsearch(None)\n",
    }
    project(sources)
    together = check("app.py", "loose.py", "other.py").out
    alone = [check(name).out for name in ("app.py", "loose.py", "other.py")]
    assert together == "".join(alone) == check().out


def test_findings_do_not_depend_on_the_number_of_processes(project, check):
    project({f"app{number}.py": BLOCKING for number in range(40)})
    alone = check("--jobs", "1")
    assert len(alone.lines) == 40
    assert check("--jobs", "3") == alone


def test_stats_say_how_far_a_run_went_and_change_nothing_else(project, check):
    project({"app.py": BLOCKING, "apart.py": "value = 1\n"})
    plain = check("--no-cache")
    told = check("--no-cache", "--stats")
    assert (told.code, told.out) == (plain.code, plain.out)
    assert "2 files (0.0 MB) seen, 1 file (0.0 MB) tied to a client by imports" in told.err
    assert told.err.rstrip().endswith("1 file (0.0 MB) checked")


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1.5"])
def test_a_number_of_processes_that_means_nothing_is_refused(project, check, jobs):
    project({})
    ran = check("--jobs", jobs)
    assert ran.code == 2
    assert "is no number of processes" in ran.err


def test_a_closed_pipe_is_no_error_to_speak_of(project):
    root = project({f"app{number}.py": BLOCKING_AND_LOST * 200 for number in range(3)})
    shell = f"{sys.executable} -m flake8_qdrant check --no-cache | head -1"
    done = subprocess.run(shell, shell=True, cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("app0.py:7:5: QDR101")
    assert done.stderr == ""


# Meant: Windows has no SIGINT for one process.
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent differently there")
def test_an_interrupt_ends_the_command_without_a_traceback(project):
    process = subprocess.Popen(
        [sys.executable, "-m", "flake8_qdrant", "check", "-"],
        cwd=project(),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write("#" * 1_000_000)  # more than a pipe holds: then the command is reading
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "flake8-qdrant: interrupted\n"


class TestStandardInput:
    @pytest.fixture
    def typed(self, monkeypatch):
        def type_(data: bytes) -> None:
            monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))

        return type_

    def test_is_checked_as_the_file_it_stands_for(self, project, check, typed):
        project({"store.py": "from qdrant_client import QdrantClient\nclient = QdrantClient()\n"})
        typed(b"from .store import client\n\nasync def f():\n    client.count('a')\n")
        ran = check("-", "--stdin-filename", "app.py")
        assert ran.code == 1
        assert ran.out.startswith("app.py:4:5: QDR101")

    def test_goes_before_what_the_file_holds(self, project, check, typed):
        project({"app.py": BLOCKING})
        typed(b"import os\n")
        assert check("-", "--stdin-filename", "app.py").out == ""

    def test_has_a_name_of_its_own(self, project, check, typed):
        project({})
        typed(BLOCKING.encode())
        assert check("-").out.startswith("stdin:7:5: QDR101")

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"x = '\xff'\n", "stdin:1:1: QDR000 not checked: byte 0xff is not valid utf-8"),
            (b"\n\0", "stdin:2:1: QDR000 not checked: it has a NUL byte"),
            (b"def f(:\n", "stdin:1:7: QDR000 syntax error: invalid syntax"),
        ],
    )
    def test_that_is_no_python_is_a_finding(self, project, check, typed, data, message):
        project({})
        typed(data)
        ran = check("-")
        assert ran.code == 1
        assert ran.out.startswith(message)

    def test_of_nothing_is_fine(self, project, check, typed):
        project({})
        typed(b"")
        assert (check("-").code, check("-").out) == (0, "")

    @pytest.mark.parametrize("arguments", [("-", "app.py"), ("app.py", "--stdin-filename", "a.py")])
    def test_stands_alone(self, project, check, arguments):
        project({"app.py": BLOCKING})
        ran = check(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
