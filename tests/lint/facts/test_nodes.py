"""The nodes that are kept tell what the parser's own tree tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ast_grep_py import SgRoot
from flake8_qdrant.facts.kinds import CODES
from flake8_qdrant.facts.parse import parse
from flake8_qdrant.facts.roles import ROLES
from flake8_qdrant.facts.type_defaults import without_defaults
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from ast_grep_py import SgNode
    from flake8_qdrant.facts.nodes import Node

CASES = sorted((Path(__file__).parents[1] / "cases").rglob("*.py"))
SYNTAX = '''\
async def f(a, /, b: int = 3, *c: str, d=1, **e) -> dict[str, int | None]:
    """docs"""
    x: int = 3
    x = y = z  # comment
    (p, [q, *r]), s.t, u[0, 1:2] = x += 1
    async for i, j in g(): await i
    else: pass
    async with a as b, c() as (d, e): yield from k
    try: raise E from None
    except (A, B) as e: del e
    except* C: pass
    finally: return [x async for x in y if z if w for v in x]
    match x:
        case A(b=c, d=_) | [1, *rest] as m if m: pass
        case {"k": v, **others}: pass
    while not (n := next(it)): break
    return f"{a!r:>{width}} {b}" "more" b"\\0" if a and b or not c else lambda q, *, r: q
if a:
    pass
elif b: pass
elif c: pass
else: pass
from ..pkg.mod import (a as b,  # why
    c)
from . import *
import a.b as c, d.e
@dec.with_(1)
class K[T](Base, metaclass=Meta):
    global g1, g2
    type A = list[T]
    name = {**a, "k": -v, (yield): ...}
    other = {i: j for i, j in pairs} | {i for i in x} ^ {1, 2}
print(*args, sep="", **kw, end=(i for i in x))
'''


def shape(node: SgNode) -> list[tuple[str, int, int, tuple[str, ...]]]:
    """Return what is kept of a parser's tree, with the parts that its nodes have."""
    found = []
    stack = [node]
    while stack:
        one = stack.pop()
        if one.is_named() and one.kind() in CODES:
            span = one.range()
            parts = tuple(told(one, name) for name in ROLES.get(one.kind(), ()))
            found.append((one.kind(), span.start.index, span.end.index, parts))
        stack += reversed(one.children())
    return found


def told(node: SgNode, name: str) -> str:
    """Return the kind and place of a node's first part under a name."""
    kept = [one for one in node.field_children(name) if one.is_named()]
    if not kept:
        return f"{name}: none"
    span = kept[0].range()
    return f"{name}: {kept[0].kind()} {span.start.index}-{span.end.index}, {len(kept)} in all"


def kept(node: Node) -> list[tuple[str, int, int, tuple[str, ...]]]:
    """Return the same of the nodes that are kept."""
    table = node.table
    found = []
    for row in range(len(table.kinds)):
        one = table.node(row)
        parts = tuple(told_by_role(one, name) for name in ROLES.get(one.kind, ()))
        found.append((one.kind, one.start, one.end, parts))
    return found


def told_by_role(node: Node, name: str) -> str:
    """Return the kind and place of a node's first part under a name."""
    parts = node.fields(name)
    if not parts:
        return f"{name}: none"
    return f"{name}: {parts[0].kind} {parts[0].start}-{parts[0].end}, {len(parts)} in all"


def assert_same(text: str) -> None:
    tree = shape(SgRoot(without_defaults(text), "python").root())
    nodes = kept(parse(text).root)
    assert nodes[1:] == tree[1:]


def test_every_kind_of_statement_and_expression_keeps_its_parts() -> None:
    assert_same(SYNTAX)


@pytest.mark.parametrize("folder", sorted({case.parent.name for case in CASES}))
def test_programs_keep_their_nodes_and_parts(folder: str) -> None:
    for case in CASES:
        if case.parent.name == folder:
            assert_same(case.read_text(encoding="utf-8"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_broken_code_loses_no_node(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SYNTAX)))
    text = SYNTAX[:start] + SYNTAX[data.draw(st.integers(start, len(SYNTAX))) :]
    tree = [(kind, start, end) for kind, start, end, _ in shape(SgRoot(text, "python").root())]
    nodes = [(one.kind, one.start, one.end) for one in parse(text).root.find_all(*CODES)]
    assert nodes[1:] == tree[1:]


def test_positions_count_characters() -> None:
    name = list(parse("x = 'äé😀' + y").root.find_all("identifier"))[-1]
    assert (name.start, name.end, name.line) == (12, 13, 1)


def test_the_rows_of_a_subtree_are_consecutive() -> None:
    table = parse(SYNTAX)
    for row in range(1, len(table.kinds)):
        around = table.parents[row]
        assert around < row < table.lasts[row] <= table.lasts[around]
