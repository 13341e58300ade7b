"""What the guide to workloads says is so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from locust_qdrant.config import operations, phases
from locust_qdrant.config.dataset import GROUP, RANK, REVISION, TENANT, VERSION
from locust_qdrant.config.file import load
from locust_qdrant.config.thresholds import OPERATION_FIGURES, RUN_FIGURES, parse_threshold

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "workloads.md").read_text("utf-8")


def test_the_reference_is_that_of_the_keys():
    place = ROOT / "docs" / "generate_workload_keys.py"
    spec = importlib.util.spec_from_file_location("generate_workload_keys", place)
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.renewed(GUIDE) == GUIDE, "run: python docs/generate_workload_keys.py"
    reference = generator.reference()
    assert all(f"#### `{kind}`" in reference for kind in [*operations.KINDS, *phases.KINDS])


@pytest.mark.parametrize(
    "text", re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
)
def test_a_workload_in_the_guide_loads(tmp_path, text):
    (tmp_path / "w.toml").write_text(text, "utf-8")
    assert load(tmp_path / "w.toml").operations


def test_the_thresholds_of_the_guide_are_read_and_every_figure_is_listed():
    section = GUIDE.partition("## Thresholds")[2].partition("\n## ")[0]
    shown = re.findall(r"`([\w.]+ [<>=]=? [\w/%]+)`", section)
    assert len(shown) == 5
    assert all(parse_threshold(text) for text in shown)
    short = {name for name in OPERATION_FIGURES if not name.startswith("service.")}
    assert all(f"`{figure}`" in section for figure in [*short, *RUN_FIGURES])


def test_the_fields_of_payloads_are_listed():
    section = GUIDE.partition("## Data")[2].partition("\n## ")[0]
    assert all(f"| `{name}` |" in section for name in (VERSION, REVISION, GROUP, TENANT, RANK))
