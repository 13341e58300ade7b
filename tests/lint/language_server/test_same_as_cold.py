"""After any edits, opens, closes, renames and deletes: what a check of the saved files says."""

from __future__ import annotations

import ast
import json
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from doors import Ran
    from editor import Editor

CASES = Path(__file__).resolve().parents[1] / "cases"
PARTS = (
    "qdr101/imported_base_class", "qdr101/imported_client", "qdr101/pytest_fixture",
    "qdr102/factory_result", "qdr102/imported_singleton", "qdr102/registry",
    "qdr102/several_modules_deep", "qdr503/imported_service",
)  # fmt: skip
"""Programs of several files each, side by side in one project."""
STEPS = 90
LOOKS = 15
"""After so many steps everything is saved and compared."""
UNDONE = 0.4
"""How often a file becomes again what it was at first: else nothing would be found in the end."""
WORDS = (
    ("AsyncQdrantClient", "QdrantClient"),
    ("QdrantClient", "AsyncQdrantClient"),
    ("await ", ""),
    ("return ", "return await "),
    ("async def", "def"),
    ("def ", "async def "),
    ("from ", "# from "),
    ("# from ", "from "),
    ("(", "("),
    (")", ""),
    (":", ""),
    ("self", "other"),
)


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class User:
    """Edits at random, as somebody would who does not know what they want."""

    def __init__(self, editor: Editor, folder: Path, seed: int) -> None:
        self.editor = editor
        self.folder = folder
        self.random = random.Random(seed)
        self.first = {name: (folder / name).read_text() for name in self.names()}
        self.open: dict[str, str] = {}
        """The texts of open files, which may not be saved."""

    def names(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.py"))

    def step(self) -> None:
        act = self.random.choices(
            (self.edit, self.look_in, self.leave, self.write, self.move, self.drop),
            (12, 4, 2, 3, 2, 1),
        )[0]
        act()

    def edit(self) -> None:
        if not self.open:
            return self.look_in()
        name = self.random.choice(sorted(self.open))
        undo = self.random.random() < UNDONE and name in self.first
        self.type(name, self.first[name] if undo else self.changed(self.open[name]))
        return None

    def type(self, name: str, text: str) -> None:
        """Send the change as an editor does: from the first line that differs."""
        before, after = self.open[name].split("\n"), text.split("\n")
        start = 0
        while start < min(len(before), len(after)) - 1 and before[start] == after[start]:
            start += 1
        new = "\n".join(after[start:])
        self.editor.change(name, ((start, 0), (len(before) - 1, len(before[-1])), new))
        self.open[name] = text

    def changed(self, text: str) -> str:
        lines = text.split("\n")
        at = self.random.randrange(len(lines))
        old, new = self.random.choice(WORDS)
        match self.random.randrange(2):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[self.random.randrange(len(lines))])
            case _:
                fitting = [index for index, line in enumerate(lines) if old in line]
                if fitting:
                    at = self.random.choice(fitting)
                    lines[at] = lines[at].replace(old, new, 1)
        return "\n".join(lines)

    def look_in(self) -> None:
        closed = [name for name in self.names() if name not in self.open]
        if closed:
            name = self.random.choice(closed)
            self.open[name] = (self.folder / name).read_text()
            self.editor.open(name, self.open[name])

    def leave(self) -> None:
        if self.open:
            name = self.random.choice(sorted(self.open))
            self.editor.close(name)
            del self.open[name]

    def write(self) -> None:
        """Another program changes a file."""
        name = self.random.choice(self.names())
        undo = self.random.random() < UNDONE and name in self.first
        text = self.first[name] if undo else self.changed((self.folder / name).read_text())
        if name not in self.open and parses(text):
            (self.folder / name).write_text(text)
            self.editor.tell_of_disk(name)

    def move(self) -> None:
        name = self.random.choice(self.names())
        new = str(Path(name).with_name(self.random.choice(["moved.py", "db.py", "app.py"])))
        if name not in self.open and new not in self.names():
            (self.folder / name).rename(self.folder / new)
            self.editor.tell_of_disk(name, new)

    def drop(self) -> None:
        name = self.random.choice(self.names())
        if name not in self.open and len(self.names()) > 4:
            (self.folder / name).unlink()
            self.editor.tell_of_disk(name)

    def save(self) -> None:
        """Save everything, each file as it parses; a file that was removed while open is back."""
        for name, text in list(self.open.items()):
            while not parses(self.open[name]):
                self.type(name, self.open[name].rpartition("\n")[0])
            del text
            self.editor.save(name, self.open[name])
            self.editor.tell_of_disk(name)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("seed", range(2))
async def test_the_server_says_what_a_check_of_the_saved_files_says(
    seed: int, editor: Editor, project: Callable[..., Path], check: Callable[..., Ran]
) -> None:
    folder = project()
    for part in PARTS:
        shutil.copytree(CASES / part, folder / part)
    editor.enter(folder)
    user = User(editor, folder, seed)
    compared = 0
    for number in range(1, STEPS + 1):
        user.step()
        if user.open and user.random.random() < 0.3:
            await editor.pull(user.random.choice(sorted(user.open)))
        if number % LOOKS:
            continue
        user.save()
        shown = []
        for name in user.names():
            if name not in user.open:
                editor.open(name)
            for one in await editor.pull(name):
                start, end = one.range.start, one.range.end
                place = (start.line + 1, start.character + 1, end.line + 1, end.character + 1)
                shown.append((name, *place, one.code, one.message))
            if name not in user.open:
                editor.close(name)
        keys = ("path", "line", "column", "end_line", "end_column", "code", "message")
        said = [
            tuple(one[key] for key in keys)
            for one in json.loads(check("--format", "json", ".").out)
        ]
        assert sorted(shown) == sorted(said), f"after {number} steps"
        compared += len(said)
    assert compared > 0
