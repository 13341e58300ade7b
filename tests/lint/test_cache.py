"""The cache changes how soon findings come, and never which."""

from __future__ import annotations

import json
import os
import threading

import pytest
from doors import BLOCKING
from flake8_qdrant import runner
from flake8_qdrant.cache import FOLDER, Cache, Entry, state_of
from flake8_qdrant.settings import Settings

HELPER = "def find(client):\n    {}\n"
APP = """\
from qdrant_client import QdrantClient
from helper import find


async def search():
    find(QdrantClient())
"""


@pytest.fixture
def engine_runs(monkeypatch):
    """Count how often the engine was needed."""
    runs = []
    whole = runner._Project._found_by_engine

    def counted(self, *arguments):
        runs.append(arguments[2])
        return whole(self, *arguments)

    monkeypatch.setattr(runner._Project, "_found_by_engine", counted)
    return runs


@pytest.fixture
def settled(monkeypatch):
    """Trust the times of files at once: a test does not wait two seconds."""
    monkeypatch.setattr("flake8_qdrant.cache._SETTLED", 0)


def test_a_second_run_needs_no_engine_and_finds_the_same(project, command, engine_runs):
    project({"app.py": BLOCKING})
    first = command("check")
    assert " QDR101 " in first.out
    assert command("check") == first
    assert len(engine_runs) == 1


def test_a_second_run_over_unchanged_files_reads_none(project, command, monkeypatch, settled):
    project({"app.py": BLOCKING, "other.py": "import os\n"})
    first = command("check")
    monkeypatch.setattr(runner, "what_matters", None)
    assert command("check") == first


def test_a_second_run_looks_at_the_times_of_files_once(project, command, monkeypatch, settled):
    project({"app.py": BLOCKING})
    first = command("check")
    looked = []
    monkeypatch.setattr(runner, "state_of", lambda files: looked.append(files) or state_of(files))
    assert command("check") == first
    assert len(looked) == 1


def test_a_file_that_changed_just_now_is_read_again(project, command):
    root = project({"app.py": BLOCKING})
    stat = (root / "app.py").stat()
    assert " QDR101 " in command("check").out
    (root / "app.py").write_text(BLOCKING.replace("    client.", "    cliemt."))
    os.utime(root / "app.py", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert command("check").out == ""


@pytest.mark.parametrize("changed", ["helper.py", "app.py", "unrelated.py"])
def test_what_changes_is_checked_again(project, command, settled, changed):
    root = project({"app.py": APP, "helper.py": HELPER.format("pass"), "unrelated.py": ""})
    assert command("check").out == ""
    new = {
        "helper.py": HELPER.format("client.count('a')"),
        "app.py": APP.replace("find(QdrantClient())", "QdrantClient().count('a')"),
        "unrelated.py": BLOCKING,
    }
    (root / changed).write_text(new[changed])
    assert command("check").code == 1
    (root / changed).write_text("")
    assert command("check").out == ""


def test_a_decorator_in_a_file_that_names_no_client_counts(project, command, settled):
    plain = "def wrap(f):\n    return f\n"
    thread = (
        "import asyncio\n\n\ndef wrap(f):\n    async def g(*a):\n"
        "        return await asyncio.to_thread(f, *a)\n    return g\n"
    )
    app = (
        "from qdrant_client import QdrantClient\nfrom deco import wrap\n\n\n@wrap\n"
        "def find():\n    QdrantClient().count('a')\n\n\nasync def search():\n    find()\n"
    )
    root = project({"app.py": app, "deco.py": plain})
    before = command("check").out
    (root / "deco.py").write_text(thread)
    after = command("check").out
    assert after == command("check", "--no-cache").out
    assert before != after


def test_a_new_file_may_change_what_an_import_means(project, command, settled):
    app = "import qdrant_client\nimport store\n\n\nasync def f():\n    store.find()\n"
    store = "from qdrant_client import QdrantClient\n\ndef find():\n    QdrantClient().count('a')\n"
    root = project({"src/app.py": app, "src/store.py": store})
    assert " QDR102 " in command("check").out
    (root / "src/store").mkdir()
    (root / "src/store/__init__.py").write_text("def find():\n    pass\n")
    assert command("check").out == command("check", "--no-cache").out == ""


def test_other_settings_are_another_matter(project, command):
    root = project({"app.py": BLOCKING, "made.py": BLOCKING})
    assert len(command("check").lines) == 2
    (root / "pyproject.toml").write_text("[tool.flake8-qdrant]\nexclude = ['made.py']\n")
    assert len(command("check").lines) == 1


def test_options_choose_among_what_was_found(project, command, engine_runs):
    project({"app.py": BLOCKING})
    assert command("check", "--ignore", "QDR1").out == ""
    assert " QDR101 " in command("check").out
    assert "QDR101" in command("check", "--format", "sarif").out
    assert len(engine_runs) == 1


def test_only_what_is_asked_for_is_checked_and_the_rest_later(project, command, engine_runs):
    root = project({"a.py": BLOCKING, "b.py": BLOCKING})
    assert len(command("check", "a.py").lines) == 1
    assert len(command("check").lines) == 2
    assert len(command("check").lines) == 2
    assert engine_runs == [[str(root / "a.py")], [str(root / "b.py")]]


def test_the_chain_survives(project, command):
    project({"app.py": APP, "helper.py": HELPER.format("client.count('a')")})
    first = json.loads(command("check", "--format", "json").out)
    assert first[0]["chain"]
    assert json.loads(command("check", "--format", "json").out) == first


def test_no_cache_leaves_nothing_behind(project, command):
    root = project({"app.py": BLOCKING})
    command("check", "--no-cache")
    assert not (root / FOLDER).exists()


def test_git_and_backups_leave_the_folder_alone(project, command):
    root = project({"app.py": BLOCKING})
    command("check")
    assert (root / FOLDER / ".gitignore").read_text().endswith("\n*\n")
    assert (root / FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d1")


def test_another_folder_may_be_named_and_shared(project, command, tmp_path, engine_runs):
    root = project({"app.py": BLOCKING})
    for _ in range(2):
        assert command("check", "--cache-dir", str(tmp_path / "shared")).code == 1
    assert not (root / FOLDER).exists()
    assert len(engine_runs) == 1


DAMAGE = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "turned bit": lambda data: data.replace(b"QDR101", b"QDR999"),
    "binary": lambda data: b"\0\xff" * 100,
    "other shape": lambda data: b"[]",
    "foreign": lambda data: b'{"version": 3}\n',
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_file_is_ignored_and_replaced(project, command, damage, monkeypatch):
    # What is kept of a file changes once it is two seconds old.
    monkeypatch.setattr("flake8_qdrant.cache._SETTLED", 0)
    root = project({"app.py": BLOCKING})
    first = command("check")
    (file,) = (root / FOLDER).glob("*.json")
    whole = file.read_bytes()
    file.write_bytes(DAMAGE[damage](whole))
    assert command("check") == first
    assert file.read_bytes() == whole


def test_a_well_signed_file_of_another_shape_is_ignored(project, command):
    root = project({"app.py": BLOCKING})
    first = command("check")
    (file,) = (root / FOLDER).glob("*.json")
    body = json.loads(file.read_bytes().partition(b"\n")[2])
    from flake8_qdrant.cache import _digest  # noqa: PLC0415 - to sign what the test forged

    for forged in (
        {**body, "findings": 3},
        {**body, "more": 1},
        {"identity": body["identity"]},
        [],
    ):
        data = json.dumps(forged).encode()
        file.write_bytes(_digest(data) + b"\n" + data)
        assert command("check") == first


def test_a_folder_that_cannot_be_made_is_done_without(project, command):
    root = project({"app.py": BLOCKING})
    (root / FOLDER).write_text("in the way")
    assert " QDR101 " in command("check").out
    assert " QDR101 " in command("check", "--cache-dir", "/proc/nowhere").out
    assert (root / FOLDER).read_text() == "in the way"


def test_another_version_is_another_matter(project, command, engine_runs, monkeypatch):
    project({"app.py": BLOCKING})
    command("check")
    monkeypatch.setattr("flake8_qdrant.cache.__version__", "999")
    command("check")
    assert len(engine_runs) == 2


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path):
    entries = [Entry(state=str(number), matters=["a.py"] * 5000 * number) for number in range(1, 4)]
    wrong = []

    def work(entry: Entry) -> None:
        cache = Cache(str(tmp_path / "cache"), "/root", Settings())
        for _ in range(30):
            cache.store(entry)
            seen = cache.load()
            if seen.state not in {"1", "2", "3"} or len(seen.matters) != 5000 * int(seen.state):
                wrong.append(seen.state)

    threads = [threading.Thread(target=work, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(list((tmp_path / "cache").glob("*"))) == 3  # the entry, .gitignore, CACHEDIR.TAG


def test_a_state_tells_files_apart(tmp_path):
    one, two = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("x")
    first = state_of([str(one), str(two)])
    assert state_of([str(one), str(two)]) == first
    two.write_text("x")
    assert state_of([str(one), str(two)]).digest != first.digest
    assert state_of([str(two), str(one)]).digest != state_of([str(one), str(two)]).digest
