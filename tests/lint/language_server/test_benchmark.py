"""The benchmark waits for no answer that the server rightly does not give."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from projects import APP, DB, SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IDLE = "from db import Store\n\nKINDS = (Store,)\n"
BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "lsp.py"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.spec_from_file_location("benchmark_of_lsp", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "QUIET", 0.2)
    return module


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {**SERVICE, "idle.py": IDLE}, id="an open file that an edit elsewhere does not concern"
        ),
        pytest.param({"db.py": DB, "app.py": APP}, id="the longest file is the most imported"),
    ],
)
def test_it_ends(
    files: Mapping[str, str],
    project: Callable[..., Path],
    benchmark: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    benchmark.measure(project(files), edits=2, many=2)
    assert "| memory after 2 edits |" in capsys.readouterr().out


def test_it_tells_whether_a_server_that_does_not_answer_works(
    project: Callable[..., Path], benchmark: Any
) -> None:
    server = benchmark.Server(project(SERVICE))
    with pytest.raises(SystemExit, match=r"^no answer in 0\.5 s, of which the server worked \d"):
        server.wait(lambda _: False, 0.5)
    server.end()
