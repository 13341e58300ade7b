"""Which part of its node a child is: the grammar's fields, told by place, kind and text.

The parser would tell as well, but only a node at a time, which costs more than the rest of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from flake8_qdrant.facts.kinds import CODES, KINDS

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import NodeTable

Role: TypeAlias = Callable[["NodeTable", int], "list[int]"]
"""Gives the rows of the children of a row that have the part."""
_ERROR: Final = CODES["ERROR"]


def _sound(table: NodeTable, row: int) -> list[int]:
    """Return the children that are none of the parser's guesses at broken code."""
    return [child for child in table.children(row) if table.kinds[child] != _ERROR]


def first(table: NodeTable, row: int) -> list[int]:
    """Give the first child; most nodes have sound ones, which are not looked at one by one."""
    child = row + 1
    if child < table.lasts[row] and table.kinds[child] != _ERROR:
        return [child]
    return _sound(table, row)[:1]


def second(table: NodeTable, row: int) -> list[int]:
    """Give the second child."""
    kinds, lasts, last = table.kinds, table.lasts, table.lasts[row]
    child = row + 1
    if child < last and kinds[child] != _ERROR:
        child = lasts[child]
        if child < last and kinds[child] != _ERROR:
            return [child]
    return _sound(table, row)[1:2]


def _from(place: int) -> Role:
    def role(table: NodeTable, row: int) -> list[int]:
        return _sound(table, row)[place:]

    return role


def _kind(*kinds: str) -> Role:
    codes = {CODES[kind] for kind in kinds}

    def role(table: NodeTable, row: int) -> list[int]:
        return [child for child in table.children(row) if table.kinds[child] in codes]

    return role


def _last(*but: str) -> Role:
    """Give the last child after the first, unless it is of one of the kinds."""
    codes = {CODES[kind] for kind in but}

    def role(table: NodeTable, row: int) -> list[int]:
        found = _sound(table, row)[1:][-1:]
        return [child for child in found if table.kinds[child] not in codes]

    return role


def _lambda_body(table: NodeTable, row: int) -> list[int]:
    listing = CODES["lambda_parameters"]
    return [child for child in _sound(table, row)[-1:] if table.kinds[child] != listing]


def _assigned(table: NodeTable, row: int) -> list[int]:
    """Give what stands after the equals sign."""
    children = _sound(table, row)
    for before, child in pairwise(children):
        if "=" in table.text[table.ends[before] : table.starts[child]]:
            return [child]
    return []


def _imported(table: NodeTable, row: int) -> list[int]:
    """Give the names after the module."""
    codes = (CODES["dotted_name"], CODES["aliased_import"])
    return [child for child in table.children(row)[1:] if table.kinds[child] in codes]


_BLOCK: Final = _kind("block")
_NAME: Final = _kind("identifier")
_TYPE: Final = _kind("type")
_OPERANDS: Final[dict[str, Role]] = {"left": first, "right": second}
_LOOP: Final[dict[str, Role]] = {**_OPERANDS, "body": _BLOCK, "alternative": _kind("else_clause")}
_BODY: Final[dict[str, Role]] = {"body": first}
_NAMED: Final[dict[str, Role]] = {"name": first, "value": second}
_CONDITION: Final[dict[str, Role]] = {"condition": first, "consequence": _BLOCK}

ROLES: Final[dict[str, dict[str, Role]]] = {
    "aliased_import": {"name": first, "alias": second},
    "assignment": {"left": first, "type": _TYPE, "right": _assigned},
    "attribute": {"object": first, "attribute": second},
    "augmented_assignment": _OPERANDS,
    "binary_operator": _OPERANDS,
    "boolean_operator": _OPERANDS,
    "call": {"function": first, "arguments": second},
    "class_definition": {
        "name": _NAME,
        "superclasses": _kind("argument_list"),
        "body": _BLOCK,
    },
    "decorated_definition": {"definition": _kind("class_definition", "function_definition")},
    "default_parameter": _NAMED,
    "dictionary_comprehension": _BODY,
    "elif_clause": _CONDITION,
    "else_clause": {"body": _BLOCK},
    "for_in_clause": _OPERANDS,
    "for_statement": _LOOP,
    "function_definition": {
        "name": _NAME,
        "parameters": _kind("parameters"),
        "return_type": _TYPE,
        "body": _BLOCK,
    },
    "generator_expression": _BODY,
    "if_statement": {**_CONDITION, "alternative": _kind("elif_clause", "else_clause")},
    "import_from_statement": {
        "module_name": first,
        "name": _imported,
    },
    "import_statement": {"name": _from(0)},
    "keyword_argument": _NAMED,
    "lambda": {"parameters": _kind("lambda_parameters"), "body": _lambda_body},
    "list_comprehension": _BODY,
    "match_statement": {"subject": first, "body": _BLOCK},
    "named_expression": _NAMED,
    "not_operator": {"argument": first},
    "pair": {"key": first, "value": second},
    "set_comprehension": _BODY,
    "subscript": {"value": first, "subscript": _from(1)},
    "try_statement": {"body": _BLOCK},
    "typed_default_parameter": {"name": first, "type": _TYPE, "value": _last("type")},
    "typed_parameter": {"type": _TYPE},
    "unary_operator": {"argument": first},
    "while_statement": {
        "condition": first,
        "body": _BLOCK,
        "alternative": _kind("else_clause"),
    },
    "with_item": {"value": first},
    "with_statement": {"body": _BLOCK},
}
PARTS: Final = tuple(ROLES.get(kind, {}) for kind in KINDS)
"""The same by a kind's place in `KINDS`."""
