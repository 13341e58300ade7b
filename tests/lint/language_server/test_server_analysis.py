"""A fault is a line in the log and a finding of its own, and costs no other file its findings."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from flake8_qdrant.language_server.analysis import Analysis
from flake8_qdrant.language_server.documents import Snapshot, part_of
from flake8_qdrant.language_server.model import CheckerModel
from flake8_qdrant.language_server.projects import Projects
from projects import LOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from flake8_qdrant.finding import Finding
    from flake8_qdrant.language_server.analysis import Checked


class Fragile(CheckerModel):
    """The model, with one file that it stumbles over, and another that it never takes in."""

    def findings(self, path: str) -> list[Finding]:
        if path.endswith("stumbling_block.py"):
            raise KeyError("lost")
        return super().findings(path)

    def update(self, path: str, text: str | None) -> None:
        if path.endswith("indigestible.py"):
            raise ValueError("no")
        super().update(path, text)


class Heard:
    """Keeps what the analysis tells."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        self.news = threading.Condition()
        self.revision = 0

    def checked(self, result: Checked, revision: int) -> None:
        name = result.snapshot.path.rpartition("/")[2]
        self.codes[name] = [one.finding.code for one in result.findings]

    def settled(self, revision: int) -> None:
        with self.news:
            self.revision = revision
            self.news.notify()

    def wait_for(self, revision: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: self.revision >= revision, 60)


def test_a_fault_in_one_file_is_said_and_the_others_are_checked(
    project: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    names = ("stumbling_block.py", "indigestible.py", "lost.py")
    folder = project(dict.fromkeys(names, LOST))

    heard = Heard()
    analysis = Analysis(Projects(Fragile, print, print), heard)
    analysis.set_folders((str(folder),))
    with caplog.at_level(logging.ERROR):
        analysis.start()
        for name in names:
            uri = (folder / name).as_uri()
            last = analysis.show(Snapshot(str(folder / name), (part_of(uri, 1, LOST),)))
        heard.wait_for(last)
        analysis.end()
        analysis.join(60)
    assert heard.codes == {
        "stumbling_block.py": ["QDR000"],
        "indigestible.py": ["QDR201"],
        "lost.py": ["QDR201"],
    }
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "a change could not be taken in",
        f"{folder}/stumbling_block.py could not be checked",
    ]
    assert not analysis.is_alive()
