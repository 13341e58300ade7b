"""The model by itself: changes that come before anybody asks."""

from __future__ import annotations

import gc
from itertools import product
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.facts.source import Source
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.settings import Settings
from projects import APP, DB, LOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
