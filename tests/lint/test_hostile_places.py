"""Odd files, names and places: one line that says what is wrong, and the rest is checked."""

from __future__ import annotations

import codecs
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from doors import BLOCKING, run_process

FULL = Path("/dev/full")
COMMAND = "flake8_qdrant"


def codes_in(lines: list[str]) -> list[str]:
    return [match[0] for line in lines if (match := re.search(r"QDR\d{3}", line))]


@pytest.fixture
def app(project):
    return project({"app.py": BLOCKING})


@pytest.mark.parametrize("paths", [(".",), (".", "round.py")])
def test_links_that_lead_round_in_a_circle(app, check, paths):
    (app / "round.py").symlink_to("round.py")
    (app / "one").symlink_to("other")
    (app / "other").symlink_to("one")
    ran = check(*paths)
    assert (ran.code, ran.err) == (1, "")
    assert codes_in(ran.lines) == ["QDR101", "QDR000"]
    assert ran.lines[1].startswith("round.py:1:1: QDR000 cannot be read: ")


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
class TestANameThatIsNoText:
    @pytest.fixture
    def app(self, project):
        root = project({"app.py": BLOCKING})
        folder = os.fsencode(root) + b"/caf\xe9"
        package = Path(os.fsdecode(folder))
        package.mkdir()
        for name in (b"caf\xe9.py", b"__init__.py"):
            (package / os.fsdecode(name)).write_text(BLOCKING)
        return root

    @pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
    def test_is_told_in_every_format(self, app, format_):
        ran = run_process(COMMAND, "check", "--no-cache", "--format", format_, cwd=app)
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.count("`QdrantClient.query_points` blocks the event loop") >= 3
        assert ("caf%E9" if format_ == "sarif" else r"caf\udce9/caf\udce9.py") in ran.out

    def test_is_kept_between_runs(self, app):
        cold, warm = (run_process(COMMAND, "check", cwd=app) for _ in range(2))
        assert len(cold.lines) == 3
        assert warm == cold

    def test_can_be_named(self, app):
        ran = run_process(COMMAND, "check", os.fsdecode(b"caf\xe9/caf\xe9.py"), cwd=app)
        assert ran.code == 1
        assert codes_in(ran.lines) == ["QDR101"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have names")
class TestWhatIsNoRegularFile:
    def said(self, root: Path, *paths: str) -> list[str]:
        ran = run_process(COMMAND, "check", "--no-cache", *paths, cwd=root)
        assert (ran.code, ran.err) == (1, "")
        return ran.lines

    def test_a_pipe_is_not_waited_for(self, app):
        os.mkfifo(app / "pipe.py")
        found, refused = self.said(app, ".", "pipe.py")
        assert found.startswith("app.py:7:5: QDR101")
        assert refused == "pipe.py:1:1: QDR000 cannot be read: it is no regular file"

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
    def test_a_device_is_not_read(self, app, device):
        lines = self.said(app, "app.py", device)
        assert f"{device}:1:1: QDR000 cannot be read: it is no regular file" in lines
        assert codes_in(sorted(lines)) == ["QDR000", "QDR101"]

    def test_nor_through_a_link(self, app):
        (app / "endless.py").symlink_to("/dev/zero")
        assert codes_in(self.said(app, ".", "endless.py")) == ["QDR101", "QDR000"]

    def test_a_socket(self, app):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.py")
            assert codes_in(self.said(app, ".", "socket.py")) == ["QDR101", "QDR000"]


def test_no_more_of_a_huge_file_is_read_than_tells_that_it_is_huge(app):
    with (app / "huge.py").open("wb") as stream:
        stream.write(b"import qdrant_client\n")
        stream.truncate(1 << 40)
    ran = run_process(COMMAND, "check", "--no-cache", cwd=app)
    assert codes_in(ran.lines) == ["QDR101", "QDR000"]
    assert ran.lines[1] == "huge.py:1:1: QDR000 not checked: it has more than 10,000,000 bytes"


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "utf-32", "idna", "rot13", "x.y"])
def test_an_encoding_of_any_kind_stops_nothing(project, check, encoding):
    project({"app.py": BLOCKING, "odd.py": f"# coding: {encoding}\n{BLOCKING}x = 'é'\n"})
    ran = check()
    assert (ran.code, ran.err) == (1, "")
    assert codes_in(ran.lines) in (["QDR101", "QDR000"], ["QDR101", "QDR101"])


@pytest.mark.parametrize(
    ("escape", "message"),
    [(r"\ud800", "U+D800 stands for no character"), (r"\x00", "it has a NUL character")],
)
def test_what_an_encoding_makes_of_bytes_is_looked_at(project, check, escape, message):
    odd = f"# coding: unicode_escape\n{BLOCKING}\n\nx = '{escape}'\n"
    project({"app.py": BLOCKING, "odd.py": odd})
    assert check().lines[1] == f"odd.py:11:1: QDR000 not checked: {message}"


def test_a_codec_may_raise_what_it_likes(project, check):
    def broken(_: object, __: str = "") -> tuple[str, int]:
        raise ZeroDivisionError

    info = codecs.CodecInfo(codecs.utf_8_encode, broken, name="of-a-package")
    found = {"of_a_package": info}
    codecs.register(found.get)
    try:
        project({"app.py": BLOCKING, "odd.py": f"# coding: of-a-package\n{BLOCKING}"})
        lines = check().lines
    finally:
        codecs.unregister(found.get)
    assert codes_in(lines) == ["QDR101", "QDR000"]
    assert "ZeroDivisionError" in lines[1]


@pytest.mark.skipif(not FULL.exists(), reason="needs a disk that is always full")
def test_a_full_disk_under_the_output(app):
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", COMMAND, "check", "--no-cache"],
            cwd=app, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    message = "flake8-qdrant: standard output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, message)


@pytest.mark.skipif("COVERAGE_PROCESS_CONFIG" in os.environ, reason="coverage fills it, too")
def test_a_full_disk_under_the_cache(app):
    limited = f"ulimit -f 0; exec {sys.executable} -m {COMMAND} check"
    done = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {limited}"],
        cwd=app, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, codes_in(done.stdout.splitlines()), done.stderr) == (1, ["QDR101"], "")


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
def test_a_working_directory_that_is_gone(app):
    script = f"mkdir gone; cd gone; rmdir ../gone; {sys.executable} -m {COMMAND} check {app}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=app, capture_output=True, text=True, check=False
    )
    message = "flake8-qdrant: the working directory is gone; go to a folder that exists\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


class TestOutsideAProject:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        for name in ("a.py", "b.py", "deep/c.py"):
            (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "folder" / name).write_text(BLOCKING)
        monkeypatch.chdir(tmp_path / "folder")
        return tmp_path / "folder"

    def test_it_is_said_what_is_read_besides(self, folder, check):
        ran = check("a.py")
        assert codes_in(ran.lines) == ["QDR101"]
        assert ran.err == (
            "flake8-qdrant: no pyproject.toml or repository marks a project here: "
            f"2 more files are read below {folder}\n"
        )

    def test_and_of_standard_input(self, folder):
        ran = run_process(COMMAND, "check", "-", cwd=folder, text=BLOCKING)
        assert "3 more files are read below" in ran.err

    def test_not_where_all_of_it_was_named(self, folder, check):
        assert (check().err, len(check().lines)) == ("", 3)

    def test_not_in_a_project(self, folder, check):
        (folder / "pyproject.toml").touch()
        assert check("a.py").err == ""

    @pytest.mark.parametrize("home", [".", "deep"])
    def test_a_home_is_not_walked_unasked(self, folder, check, monkeypatch, home):
        monkeypatch.setenv("HOME", str(folder / home))
        (folder / ".git").mkdir()  # people keep their dot files in one
        assert "1 more file is read below" in check("a.py").err

    def test_a_home_that_is_named_is_walked(self, folder, check, monkeypatch):
        monkeypatch.setenv("HOME", str(folder))
        assert len(check(".").lines) == 3

    def test_a_home_that_is_a_project_is_one(self, folder, check, monkeypatch):
        monkeypatch.setenv("HOME", str(folder))
        (folder / "pyproject.toml").touch()
        (folder / "a.py").write_text(
            "from deep.c import client\n\n\nasync def f():\n    client.count()\n"
        )
        assert codes_in(check("a.py").lines) == ["QDR101"]
