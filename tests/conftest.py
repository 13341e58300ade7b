"""What holds for all tests."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would every command
# that they start; some tests interrupt theirs.
signal.signal(signal.SIGINT, signal.default_int_handler)

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture(scope="session")
def examples_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the examples only: beside our tests, the linter looks at those, too."""
    root = tmp_path_factory.mktemp("alone")
    (root / "pyproject.toml").touch()
    shutil.copytree(EXAMPLES, root / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a server where none is named."""
    if "QDRANT_URL" not in os.environ:
        # Meant: no server can be had on every machine; the workflow with the container runs these.
        skip = pytest.mark.skip(reason="QDRANT_URL names no Qdrant server")
        for item in items:
            if item.get_closest_marker("qdrant") is not None:
                item.add_marker(skip)
