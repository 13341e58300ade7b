"""Facts that are kept: the same nodes as parsing gives, whatever becomes of the files."""

from __future__ import annotations

import base64
import json
import random
import zlib
from pathlib import Path

import pytest
from doors import BLOCKING
from flake8_qdrant import facts_store
from flake8_qdrant.facts import source
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.stored import from_stored, to_stored
from flake8_qdrant.facts_store import FactsStore
from harness import all_cases

TEXTS = ["", "\n", "x = (", "é = '💥'\n", BLOCKING]
TEXTS += [case.entry.read_text("utf-8") for case in list(all_cases())[::9]]


def columns(table):
    rows = (table.starts, table.ends, table.parents, table.lasts)
    return table.text, table.kinds, *map(list, rows), table.doubtful


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_kept_is_what_was_parsed(text):
    table = parse(text)
    kept = from_stored(text, json.loads(json.dumps(to_stored(table))))
    assert kept is not None
    assert columns(kept) == columns(table)


def packed(kinds, *rows):
    data = bytes(kinds) + b"".join(one.to_bytes(4, "little") for row in rows for one in row)
    return base64.b64encode(zlib.compress(data)).decode()


SOUND = {"rows": 2, "doubtful": False, "columns": packed([0, 2], [0, 0], [3, 3], [0, 0], [2, 2])}


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 1},
        {"rows": 3},
        {"rows": 0, "columns": packed([])},
        {"rows": "2"},
        {"rows": 1 << 60},
        {"doubtful": 0},
        {"columns": None},
        {"columns": "no base64"},
        {"columns": base64.b64encode(b"not packed").decode()},
        {"columns": packed([0, 255], [0, 0], [3, 3], [0, 0], [2, 2])},  # no such kind
        {"columns": packed([0, 2], [0, 0], [3, 4], [0, 0], [2, 2])},  # beyond the text
        {"columns": packed([0, 2], [0, 2], [3, 1], [0, 0], [2, 2])},  # ends before it starts
        {"columns": packed([0, 2], [0, 0], [3, 3], [0, 1], [2, 2])},  # its own parent
        {"columns": packed([0, 2], [0, 0], [3, 3], [1, 0], [2, 2])},  # the root has a parent
        {"columns": packed([0, 2], [0, 0], [3, 3], [0, 0], [2, 1])},  # a walk that never ends
        {"columns": packed([0, 2], [0, 0], [3, 3], [0, 0], [2, 3])},  # a walk that leaves
    ],
)
def test_what_cannot_be_a_files_nodes_is_refused(change):
    assert from_stored("abc", SOUND) is not None
    assert from_stored("abc", {**SOUND, **change}) is None


def test_a_bomb_is_not_unpacked():
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    assert from_stored("abc", {**SOUND, "columns": bomb}) is None


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_parsed_anew(tmp_path, seed):
    chance = random.Random(seed)
    expected = columns(parse(BLOCKING))
    for _ in range(20):
        assert columns(FactsStore(str(tmp_path), "/p").table("/p/a.py", BLOCKING)) == expected
        (file,) = tmp_path.rglob("*.facts/*.json")
        data = bytearray(file.read_bytes())
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 1, 9])] = chance.choice(
            [b"", b"x", b"\xff", b'"', b"[" * 99]
        )
        file.write_bytes(chance.choice([bytes(data), data[:at], b"[]", b"[" * 99_999, b""]))


@pytest.fixture
def parsed(monkeypatch):
    """Note each text that is parsed."""
    texts = []

    def noting(text):
        texts.append(text)
        return parse(text)

    for module in (facts_store, source):
        monkeypatch.setattr(module, "parse", noting)
    return texts


def test_only_what_was_edited_is_parsed_again(project, command, parsed):
    helper = "from app import client\n\n\ndef find():\n    return client.query_points('docs')\n"
    root = project({"app.py": BLOCKING, "helper.py": helper})
    cold = command("check")
    assert sorted(parsed) == sorted([BLOCKING, helper])
    parsed.clear()
    edited = helper + "\n\nasync def late():\n    find()\n"
    (root / "helper.py").write_text(edited)
    warm = command("check")
    assert parsed == [edited]
    assert warm.lines[:1] == cold.lines
    assert "QDR102" in warm.lines[1]


def test_nothing_is_kept_of_a_file_that_is_gone(project, command):
    root = project({"app.py": BLOCKING, "more.py": BLOCKING})
    command("check")
    assert len(list(root.rglob("*.facts/*.json"))) == 2
    (root / "more.py").unlink()
    (root / "app.py").write_text(BLOCKING + "\n# edited\n")
    command("check")
    assert len(list(root.rglob("*.facts/*.json"))) == 1


def test_projects_that_share_a_folder_leave_each_other_alone(tmp_path, command, monkeypatch):
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "setup.cfg").touch()
        (folder / "app.py").write_text(BLOCKING)
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two", "one"):
        command("check", "--cache-dir", "kept", name)
    assert len(list(Path("kept").rglob("*.facts/*.json"))) == 2


def test_without_a_cache_nothing_is_written(project, check):
    root = project({"app.py": BLOCKING})
    check()
    assert not (root / ".flake8_qdrant_cache").exists()
