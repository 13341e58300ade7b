"""Lines of keys in TOML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locust_qdrant.config.file import line_of

TEXT = '''\
# A comment, and [not.a.table]
name = """
[collection]
dim = 3
"""
limits = [
  "a",  # ]
  "b",
]

[collection]
dim = 8
hnsw = { m = 1, on_disk = true }
"quoted key".x = 1

[[operations]]
kind = "query"
[operations.deep]
a = 1

[[operations]]
kind = "scroll"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("name",), 2),
        (("limits",), 6),
        (("limits", 0), 7),
        (("limits", 1), 8),
        (("collection",), 11),
        (("collection", "dim"), 12),
        (("collection", "hnsw", "on_disk"), 13),
        (("collection", "quoted key", "x"), 14),
        (("operations",), 16),
        (("operations", 0), 16),
        (("operations", 0, "deep", "a"), 19),
        (("operations", 1), 21),
        (("operations", 1, "kind"), 22),
        (("operations", 2), None),
        (("collection", "dims"), None),
        (("name", "x"), None),
    ],
)
def test_a_key_stands_where_a_reader_sees_it(path, line):
    assert line_of(TEXT, path) == line
    assert line_of(TEXT.replace("\n", "\r\n"), path) == line


@settings(deadline=None)
@given(st.lists(st.sampled_from(["# x", "", "[t{n}]", "k{n} = 1", "k{n} = [\n 1,\n]"]), max_size=8))
def test_every_statement_is_found_on_its_own_line(parts):
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, part in enumerate(parts):
        if part.startswith("["):
            table = (f"t{number}",)
            expected[table] = len(lines) + 1
        elif part.startswith("k"):
            expected[(*table, f"k{number}")] = len(lines) + 1
        lines += part.format(n=number).split("\n")
    for path, line in expected.items():
        assert line_of("\n".join(lines), path) == line
