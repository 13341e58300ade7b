"""Every case does, when it runs with the real client libraries, exactly what its comments claim."""

import ast
import importlib.metadata
from itertools import groupby
from pathlib import Path

import pytest
from harness import Case, all_cases, differences, read_case, record, to_sync
from packaging.version import Version

# Before that, both clients' constructors made a blocking request of their own.
CLIENT_OF_THE_CASES = Version("1.17.1")
LINES_TO_READ_AT_A_GLANCE = 45

CASES = list(all_cases())
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)

# Meant: with an older client, as in the environment `lowest`, the cases have no truth to tell.
pytestmark = pytest.mark.skipif(
    Version(importlib.metadata.version("qdrant-client")) < CLIENT_OF_THE_CASES,
    reason=f"the cases tell the truth of qdrant-client {CLIENT_OF_THE_CASES} and later",
)


def skip_if_too_new(case: Case) -> None:
    if not case.runs_here:
        pytest.skip(f"needs Python {'.'.join(map(str, case.requires))}")


@every_case
def test_a_case_does_what_its_comments_claim(case: Case) -> None:
    skip_if_too_new(case)
    found = differences(case, record(case))
    assert not found, "\n".join(found)


@every_case
def test_a_case_rewritten_without_async_makes_no_mistake(case: Case, tmp_path: Path) -> None:
    skip_if_too_new(case)
    for file in case.files:
        rewritten = tmp_path / file.relative_to(case.root)
        rewritten.parent.mkdir(parents=True, exist_ok=True)
        rewritten.write_text(to_sync(file.read_text(encoding="utf-8")), encoding="utf-8")
    several_files = case.entry.name == "main.py"
    path = tmp_path if several_files else tmp_path / case.entry.name
    assert record(read_case(path, tmp_path.parent)).marks == set()


@every_case
def test_a_case_is_an_example_that_reads_well(case: Case) -> None:
    skip_if_too_new(case)
    source = case.entry.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source), clean=False)
    assert said, "it begins with what it shows"
    assert "\n" not in said, "it says so in one line"
    for file in case.files:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= LINES_TO_READ_AT_A_GLANCE
    right = case.entry.stem.startswith("ok_") or case.root.name.startswith("ok_")
    assert right == (not case.expected), "names of programs without a mistake begin with ok_"
    assert {mark.code for mark in case.expected} <= {case.rule}, "it lies in its rule's folder"


def test_every_rule_has_right_and_wrong_programs() -> None:
    for rule, group in groupby(CASES, key=lambda case: case.rule):
        kinds = {bool(case.expected) for case in group}
        assert kinds == {True, False}, rule


NO_ANSWER = "no answer is written down for GET /cluster: add it to answers.py"
SMALL_PROGRAM = '''"""Counts."""

from qdrant_client import AsyncQdrantClient, QdrantClient

client = QdrantClient(url="http://localhost:6333")
aclient = AsyncQdrantClient(url="http://localhost:6333")


async def unused() -> None:
    client.count("docs"){unused}


async def main() -> None:
    client.count("docs"){blocks}
    await aclient.count("docs"){awaited}
    aclient.count("docs"){lost}
    {last}
'''
RIGHT = {
    "blocks": "  # error: QDR101",
    "lost": "  # error: QDR201",
    "unused": "",
    "awaited": "",
    "last": "",
}


def written(folder: Path, source: str) -> Case:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    return read_case(path, folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({}, [], id="right comments"),
        pytest.param(
            {"blocks": ""},
            ["program.py:14 deserves QDR101, and no comment says so"],
            id="comment missing",
        ),
        pytest.param(
            {"awaited": "  # error: QDR201"},
            ["program.py:15 claims QDR201, which did not happen"],
            id="comment too much",
        ),
        pytest.param(
            {"lost": "  # error: QDR101"},
            [
                "program.py:16 claims QDR101, which did not happen",
                "program.py:16 deserves QDR201, and no comment says so",
            ],
            id="wrong code",
        ),
        pytest.param(
            {"unused": "  # error: QDR101"},
            ["program.py:10 claims QDR101, which did not happen"],
            id="never reached",
        ),
        pytest.param(
            {"awaited": "  # error: QDR401"},
            ["program.py:15 claims QDR401, which did not happen"],
            id="advice for a single request",
        ),
        pytest.param(
            {"last": "raise ValueError('no')"},
            ["program.py:17 ended the case: ValueError: no"],
            id="another error",
        ),
        pytest.param(
            {"last": "await aclient.cluster_status()"},
            [
                NO_ANSWER,
                f"program.py:17 ended the case: ResponseHandlingException: {NO_ANSWER}",
            ],
            id="unknown request",
        ),
        pytest.param(
            {"last": "unused()"},
            ["program.py:17 deserves QDR201, and no comment says so"],
            id="own coroutine lost",
        ),
        pytest.param(
            {"last": "__import__('asyncio').sleep(0)"},
            ["program.py:17 loses sleep, of no client"],
            id="coroutine of nobody lost",
        ),
    ],
)
def test_a_program_with_wrong_comments_is_told(
    tmp_path: Path, change: dict[str, str], said: list[str]
) -> None:
    case = written(tmp_path, SMALL_PROGRAM.format(**RIGHT | change))
    assert differences(case, record(case)) == said


@pytest.mark.parametrize("last", ["while True: pass", "__import__('os')._exit(1)"])
def test_a_program_that_does_not_end_is_told(tmp_path: Path, last: str) -> None:
    case = written(tmp_path, SMALL_PROGRAM.format(**RIGHT | {"last": last}))
    assert "program.py did not end after 5 s" in differences(case, record(case, seconds=5))
    right = written(tmp_path, SMALL_PROGRAM.format(**RIGHT))
    assert differences(right, record(right)) == []


def test_a_call_over_several_lines_is_blamed_on_its_first(tmp_path: Path) -> None:
    source = """
from qdrant_client import AsyncQdrantClient, QdrantClient

client, aclient = QdrantClient(), AsyncQdrantClient()


async def main() -> None:
    (
        client  # error: QDR101
        .count(
            "docs",
            exact=True,
        )
    )
    print(
        "size",
        aclient.count(  # error: QDR202
            "docs"
        ),
    )
    await (
        client  # error: QDR203
        .get_collections()
    )
"""
    case = written(tmp_path, source)
    assert differences(case, record(case)) == []


def test_the_way_to_a_blocking_call_is_recorded() -> None:
    (case,) = [case for case in CASES if case.id == "qdr102/helper_of_a_helper"]
    way = record(case).blocked[0].chain
    assert [(step.function, step.line) for step in way] == [
        ("report", 19),
        ("sizes", 15),
        ("size", 11),
    ]


def test_a_comment_that_is_no_claim_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"program\.py:1: .* is no claim; write '# error: QDR101'"):
        written(tmp_path, "print()  # error: 101\n")
