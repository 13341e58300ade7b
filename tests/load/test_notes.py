"""What a reader should know besides is said once, and of the path that it is about."""

from __future__ import annotations

import pytest
from locust_qdrant.runs.run import together


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ({"async": ["a", "b"]}, ["a", "b"]),
        ({"async": ["a", "b"], "sync": ["a", "b"]}, ["a", "b"]),
        ({"async": ["a", "b"], "sync": ["a"]}, ["a", "async path: b"]),
        ({"async": ["1 of 2"], "sync": ["2 of 2"]}, ["async path: 1 of 2", "sync path: 2 of 2"]),
        ({"async": [], "sync": []}, []),
    ],
)
def test_what_holds_for_both_paths_is_said_once(notes, said):
    assert together(notes) == said
