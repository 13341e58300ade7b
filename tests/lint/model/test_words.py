"""Files are found by the names in them, before they are parsed, and after they have changed."""

from __future__ import annotations

import pytest
from flake8_qdrant.model.words import NameUse, Words

CODE = {
    "a.py": b"class Store(Base):\n    @property\n    def rows(self):\n        return 1\n",
    "b.py": b"from x import Base as B\nclass Other(B, metaclass=Meta): pass\nstore.db = open()\n",
    "c.py": b"(one.left, two.right) = 1, 2\nfor each.item in rows: 1\nwith f() as g.file: pass\n",
    "d.py": b"class K:\n    def __init__(self):\n        self.db = 1\n        self.typed: int = 2",
    "f.py": b"await one.call (1)\ntwo\\\n  (2)\nthree # why\n(3)\n"
    b"def four(): ...\nrow['x'](rows)\n",
    "e.py": b"made.typed: Client = Client()\n@cached_property\n@log\nasync def late(self): ...\n",
}


@pytest.mark.parametrize(
    ("place", "name", "files"),
    [
        (NameUse.ANYWHERE, "rows", ["a.py", "c.py", "f.py"]),
        (NameUse.ANYWHERE, "row", ["f.py"]),
        (NameUse.ANYWHERE, "ro", []),
        (NameUse.CALLED, "call", ["f.py"]),
        (NameUse.CALLED, "two", ["f.py"]),
        (NameUse.CALLED, "three", ["f.py"]),
        (NameUse.CALLED, "four", []),
        (NameUse.CALLED, "x", []),
        (NameUse.CALLED, "one", []),
        (NameUse.CALLED, "open", ["b.py"]),
        (NameUse.BASE, "Base", ["a.py", "b.py"]),
        (NameUse.ASSIGNED, "db", ["b.py"]),
        (NameUse.ASSIGNED, "left", ["c.py"]),
        (NameUse.ASSIGNED, "right", ["c.py"]),
        (NameUse.ASSIGNED, "item", ["c.py"]),
        (NameUse.ASSIGNED, "file", ["c.py"]),
        (NameUse.ASSIGNED, "typed", ["e.py"]),
        (NameUse.PROPERTY, "rows", ["a.py"]),
        (NameUse.PROPERTY, "late", ["e.py"]),
    ],
)
def test_a_name_is_found_where_it_stands(place: NameUse, name: str, files: list[str]) -> None:
    assert Words(sorted(CODE), CODE.__getitem__, keeping=False).files(place, name) == files


def test_a_name_before_a_parenthesis_is_found_without_a_comment_between() -> None:
    code = {"f.py": CODE["f.py"].replace(b"# why", b"")}
    words = Words(code, code.__getitem__, keeping=False)
    found = [
        name for name in ("call", "two", "three", "four", "x") if words.files(NameUse.CALLED, name)
    ]
    assert found == ["call", "two", "three"]


def test_a_changed_file_is_found_by_its_new_names_only() -> None:
    code = dict(CODE)
    words = Words(sorted(code), code.__getitem__, keeping=True)
    assert words.files(NameUse.BASE, "Base") == ["a.py", "b.py"]

    code["a.py"] = b"class Store(Root):\n    rows = []\n"

    assert {"Base", "Root", "rows"} <= words.renew("a.py")
    assert words.files(NameUse.BASE, "Base") == ["b.py"]
    assert words.files(NameUse.BASE, "Root") == ["a.py"]
    assert words.files(NameUse.PROPERTY, "rows") == []
    assert words.files(NameUse.ANYWHERE, "rows") == ["a.py", "c.py", "f.py"]
