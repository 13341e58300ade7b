"""After any changes, what is kept, and what is found anew, is what a check of everything finds."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.discovery import client_names, project_files, what_matters
from flake8_qdrant.files import Trees
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.project import open_checker
from flake8_qdrant.runner import Means, check_files
from flake8_qdrant.settings import Settings, codes_on
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from flake8_qdrant.finding import Finding

CASES = Path(__file__).resolve().parents[1] / "cases"
PROGRAMS = sorted(path for path in CASES.glob("*/*") if len(list(path.glob("*.py"))) > 1)
"""Those of several files, of which one may change what is found in another."""
EXAMPLES = int(os.environ.get("INCREMENTAL_EXAMPLES", "15"))
STEPS = 8
WORDS = (
    ("AsyncQdrantClient", "QdrantClient"), ("QdrantClient", "AsyncQdrantClient"),
    ("await ", ""), ("return ", "return await "), ("return ", ""), ("async def", "def"),
    ("def ", "async def "), ("from ", "# from "), (")", ""), (":", ""), ("self", "other"),
    (" = ", " == "), ("client", "db"), ("(", "(None, "), ("    ", ""), ("import", ""),
)  # fmt: skip


class Project:
    """A folder that is edited, and a model that is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = CheckerModel(str(folder), Settings())
        self.buffers: dict[str, str] = {}

    def paths(self) -> list[str]:
        return sorted({*map(str, self.folder.rglob("*.py")), *self.buffers})

    def text(self, path: str) -> str:
        return self.buffers[path] if path in self.buffers else Path(path).read_text("utf-8")

    def put(self, path: str, text: str, *, saved: bool) -> None:
        if saved:
            Path(path).write_text(text, "utf-8")
            self.buffers.pop(path, None)
        else:
            self.buffers[path] = text
        self.model.update(path, None if saved else text)

    def remove(self, path: str) -> None:
        self.buffers.pop(path, None)
        Path(path).unlink(missing_ok=True)
        self.model.update(path, None)

    def cold(self) -> dict[str, list[Finding]]:
        root, plain = str(self.folder), Settings()
        files = project_files(root, plain, self.paths())
        matters = what_matters(root, files, client_names(plain), self.buffers)
        checker = open_checker(root, files, matters, plain, str, self.buffers)
        on = codes_on((), (), ())
        return {
            path: [one for one in checker.check(path) if one.code in on] for path in self.paths()
        }

    def checked(self, *, kept: bool) -> list[Finding]:
        """Check what is on disk as a run of the command would."""
        trees = Trees(None)
        wanted = set(trees.below(str(self.folder)))
        return check_files(set(), wanted, Settings(), Means(cache=kept), trees, print)


def step(project: Project, draw: st.DrawFn, first: dict[str, str], *, on_disk: bool) -> str:
    """Change something, and say what."""
    path = draw(st.sampled_from(project.paths()))
    act = draw(st.sampled_from(("word", "word", "word", "line", "copy", "back", "new", "remove")))
    saved = on_disk or draw(st.booleans())
    text = project.text(path)
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    if act == "word":
        old, new = draw(st.sampled_from(WORDS))
        fitting = [index for index, line in enumerate(lines) if old in line]
        if fitting:
            at = draw(st.sampled_from(fitting))
            lines[at] = lines[at].replace(old, new, 1)
        project.put(path, "\n".join(lines), saved=saved)
    elif act == "line":
        del lines[at]
        project.put(path, "\n".join(lines), saved=saved)
    elif act == "copy":
        other = project.text(draw(st.sampled_from(project.paths()))).split("\n")
        lines.insert(at, draw(st.sampled_from((*other, "# note", "", "    # note"))))
        project.put(path, "\n".join(lines), saved=saved)
    elif act == "back":
        project.put(path, first.get(path, text), saved=saved)
    elif act == "new":
        name = draw(st.sampled_from(("helper.py", "app.py", "qdrant.py", "db/__init__.py")))
        new_path = Path(path).parent / name
        new_path.parent.mkdir(exist_ok=True)
        project.put(str(new_path), text, saved=saved)
    else:
        project.remove(path)
    return f"{act} {path}:{at + 1} {'saved' if saved else ''}"


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
@given(st.data())
def test_what_is_kept_is_what_would_be_found_anew(data: st.DataObject) -> None:
    programs = data.draw(st.lists(st.sampled_from(PROGRAMS), min_size=1, max_size=3, unique=True))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(os.path.realpath(name))
        for program in programs:
            shutil.copytree(program, folder / f"{program.parent.name}_{program.name}")
        (folder / "pyproject.toml").write_text("")
        project = Project(folder)
        first = {path: project.text(path) for path in project.paths()}
        shown = {path: project.model.findings(path) for path in project.paths()}
        project.model.affected()
        done: list[str] = []
        for _ in range(STEPS):
            if not project.paths():
                break
            done.append(step(project, data.draw, first, on_disk=False))
            affected = project.model.affected()
            for path in project.paths():
                if path in affected or path not in shown:
                    shown[path] = project.model.findings(path)
            cold = project.cold()
            assert {path: shown[path] for path in cold} == cold, done


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
@given(st.data())
def test_a_run_that_goes_on_from_an_earlier_one_finds_the_same(data: st.DataObject) -> None:
    programs = data.draw(st.lists(st.sampled_from(PROGRAMS), min_size=1, max_size=3, unique=True))
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr("flake8_qdrant.cache._SETTLED", 0)
        folder = Path(os.path.realpath(name))
        for program in programs:
            shutil.copytree(program, folder / f"{program.parent.name}_{program.name}")
        (folder / "pyproject.toml").write_text("")
        project = Project(folder)
        first = {path: project.text(path) for path in project.paths()}
        done: list[str] = []
        for _ in range(STEPS):
            assert project.checked(kept=True) == project.checked(kept=False), done
            if not project.paths():
                break
            for _ in range(data.draw(st.integers(1, 3))):
                done.append(step(project, data.draw, first, on_disk=True))
                if not project.paths():
                    break
