"""The model by itself: changes that come before anybody asks."""

from __future__ import annotations

import gc
from itertools import product
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.check import Checker
from flake8_qdrant.cli import main
from flake8_qdrant.facts.source import Source
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.settings import Settings, read_settings
from projects import APP, DB, LOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MUTED = LOST.replace("points=[])", "points=[])  # noqa: QDR201")
MENDED = LOST.replace("client.upsert", "await client.upsert")


def codes(model: CheckerModel, path: Path) -> list[str]:
    return [one.code for one in model.findings(str(path))]


@pytest.mark.parametrize("steps", list(product([LOST, MENDED, None], repeat=3)))
@pytest.mark.parametrize("is_saved", [True, False])
def test_the_last_of_several_changes_counts(
    steps: tuple[str | None, ...], is_saved: bool, project: Callable[..., Path]
) -> None:
    folder = project({"lost.py": LOST} if is_saved else {})
    model = CheckerModel(str(folder), Settings())
    path = folder / "lost.py"
    model.update(str(path), LOST)
    assert codes(model, path) == ["QDR201"]
    for text in steps:
        model.update(str(path), text)
    last = steps[-1] if steps[-1] is not None or not is_saved else LOST
    assert codes(model, path) == (["QDR201"] if last == LOST else [])


def test_an_edited_import_that_changes_nothing_else_costs_no_other_file_its_findings(
    project: Callable[..., Path],
) -> None:
    folder = project({"db.py": DB, "app.py": APP, "lost.py": LOST})
    model = CheckerModel(str(folder), Settings())
    assert model.affected() == {str(folder / name) for name in ("db.py", "app.py", "lost.py")}
    assert codes(model, folder / "app.py") == ["QDR102"]
    assert codes(model, folder / "lost.py") == ["QDR201"]
    model.update(str(folder / "lost.py"), "import asyncio\n" + LOST)
    assert model.affected() == {str(folder / "lost.py")}
    assert codes(model, folder / "lost.py") == ["QDR201"]
    model.update(str(folder / "db.py"), "import asyncio\n" + DB.replace("self.client.query", "str"))
    assert str(folder / "app.py") in model.affected()
    assert codes(model, folder / "app.py") == []


def test_what_an_earlier_check_found_is_given_before_anything_is_parsed(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flake8_qdrant.cache._SETTLED", 0)
    folder = project({"db.py": DB, "app.py": APP, "lost.py": LOST, "muted.py": MUTED})
    paths = sorted(folder.glob("*.py"))
    cold = CheckerModel(str(folder), Settings())
    wanted = {path: cold.findings(str(path)) for path in paths}
    assert {path.name: len(found) for path, found in wanted.items()} == {
        "app.py": 1, "db.py": 0, "lost.py": 1, "muted.py": 0
    }  # fmt: skip
    monkeypatch.chdir(folder)
    assert main(["check", "."]) == 1

    model = CheckerModel(str(folder), Settings())
    for path in paths:
        model.update(str(path), path.read_text("utf-8"))  # as an editor opens it
    with monkeypatch.context() as patch:
        patch.setattr(Checker, "findings", None)
        assert {path: model.findings(str(path)) for path in paths} == wanted
    asked = []
    with monkeypatch.context() as patch:
        patch.setattr(Checker, "findings", lambda _, path: asked.append(path))
        model.prepare()
        model.prepare()
    assert len(asked) == 1
    db, app = folder / "db.py", folder / "app.py"
    model.update(str(db), DB.replace("self.client.query_points", "str"))
    assert str(app) in model.affected()
    assert {path.name for path in paths if codes(model, path)} == {"lost.py"}


@pytest.mark.parametrize("changed", ["db.py", "new.py", "uv.lock", "pyproject.toml"])
def test_what_an_earlier_check_found_goes_with_what_it_rests_on(
    changed: str, project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flake8_qdrant.cache._SETTLED", 0)
    folder = project({"db.py": DB, "app.py": APP})
    monkeypatch.chdir(folder)
    assert main(["check", "."]) == 1
    text = {
        "db.py": "Store = str\n",
        "new.py": "import qdrant_client\n",
        "uv.lock": '[[package]]\nname = "qdrant-client"\nversion = "1.9.0"\n',
        "pyproject.toml": '[tool.flake8-qdrant]\nextend-select = ["QDR4"]\n',
    }
    (folder / changed).write_text(text[changed], "utf-8")
    model = CheckerModel(str(folder), read_settings(str(folder)))
    asked = []
    monkeypatch.setattr(Checker, "findings", lambda _, path: asked.append(path) or [])
    assert codes(model, folder / "app.py") == []
    assert bool(asked) is (changed != "db.py")  # without a client, nothing is asked at all


def test_what_is_left_of_old_texts_does_not_pile_up(project: Callable[..., Path]) -> None:
    folder = project({"lost.py": LOST})
    model = CheckerModel(str(folder), Settings())
    path = folder / "lost.py"
    for number in range(40):
        model.update(str(path), f"{LOST}\n\ndef added_{number}() -> int:\n    return {number}\n")
        assert codes(model, path) == ["QDR201"]
    gc.unfreeze()
    gc.collect()
    kept = [one for one in gc.get_objects() if isinstance(one, Source) and one.path == path]
    assert len(kept) <= 2


TITLED = DB + "\n\ndef title() -> str:\n    return 'a'\n"


@pytest.mark.parametrize(
    ("old", "new", "affected"),
    [
        ("return 'a'", "return 'a'  # note", []),
        ("return 'a'", "return len('b')", []),
        ("return self", "# what blocks\n        return self", ["app.py"]),
        ("self.client.query_points(", "str(", ["app.py"]),
        ("QdrantClient()", "object()", ["app.py"]),
        ("class Store", "# more\nclass Store", ["app.py"]),
    ],
)
def test_only_who_has_looked_at_what_an_edit_changes_is_checked_again(
    project: Callable[..., Path], old: str, new: str, affected: list[str]
) -> None:
    folder = project({"db.py": TITLED, "app.py": APP, "lost.py": LOST})
    model = CheckerModel(str(folder), Settings())
    for path in model.affected():
        model.findings(path)
    model.update(str(folder / "db.py"), TITLED.replace(old, new))
    assert model.affected() == {str(folder / name) for name in ("db.py", *affected)}
