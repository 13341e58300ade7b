"""How the tests of the workload write a workload file."""

from __future__ import annotations

import pytest
from locust_qdrant.config.file import load
from locust_qdrant.errors import UsageError


@pytest.fixture
def written(tmp_path):
    """Write a workload file and load it."""

    def write(text: str, overrides=None):
        file = tmp_path / "w.toml"
        file.write_text(text, "utf-8")
        return load(file, overrides)

    return write


@pytest.fixture
def refused(written, tmp_path):
    """Load a text that must be refused; return the sentence, without the folder."""

    def load_it(text: str, overrides=None) -> str:
        with pytest.raises(UsageError) as caught:
            written(text, overrides)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return load_it
