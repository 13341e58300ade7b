"""Whether a condition holds, as far as what is known of its parts decides it."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.types.narrowing import instances, is_one
from flake8_qdrant.model.values import (
    FALSE,
    NONE,
    SWITCHES,
    TRUE,
    UNKNOWN,
    UNSPECIFIED,
    Class,
    ExternalInstance,
    Function,
    Instance,
    Module,
    Plain,
    Sdk,
    SdkClass,
    SdkMethod,
    Tuple,
    Type,
    Value,
    is_constant,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_OPERANDS: Final = 2
_ORDERS: Final[dict[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LITERALS: Final = ("false", "none", "string", "true")
_DISPLAYS: Final = ("dictionary", "list", "set", "tuple")
_SPLATS: Final = ("dictionary_splat", "list_splat")
_WRITTEN: Final = ("false", "integer", "none", "true", *_DISPLAYS)
_TESTED_LITERAL: Final = re.compile(
    r"\b(?:if|elif|while|and|or|not|in)\s+(?:not\s+)?\(*(?:False|None|True|0|1|[(\[{]\s*[)\]}])"
    r"|\b(?:False|None|True|0|1)\s+(?:and|or)\b"
)
_ALWAYS_TRUE: Final = (Class, Function, Module, Sdk, SdkClass, SdkMethod)


def truth(model: Evaluation, source: Source, condition: Node) -> bool | None:
    """Tell whether a condition holds; None where that is not certain."""
    kind = condition.kind
    if kind == "parenthesized_expression":
        inner = condition.children
        return truth(model, source, inner[0]) if inner else None
    if kind == "not_operator":
        argument = condition.field("argument")
        found = None if argument is None else truth(model, source, argument)
        return None if found is None else not found
    if kind == "boolean_operator":
        return _of_boolean(model, source, condition)
    if kind == "comparison_operator":
        return _of_comparison(model, source, condition)
    if kind == "case_pattern":
        return _of_case(model, source, condition)
    if kind == "call":
        return _of_call(model, source, condition)
    if kind in _DISPLAYS:
        return _of_display(condition)
    if kind == "attribute" and _is_set_elsewhere(model, condition):
        return None
    return _agreed(_truth_of(model, value) for value in model.type_of(source, condition))


def _of_boolean(model: Evaluation, source: Source, condition: Node) -> bool | None:
    left, right = condition.field("left"), condition.field("right")
    if left is None or right is None:
        return None
    parts = truth(model, source, left), truth(model, source, right)
    decided = condition.operator == "or"
    if decided in parts:
        return decided
    return None if None in parts else not decided


def _of_display(display: Node) -> bool | None:
    """A list or dictionary that is written out is empty, or holds what is no `*rest`."""
    parts = display.children
    return None if any(one.kind in _SPLATS for one in parts) else bool(parts)


def _of_comparison(model: Evaluation, source: Source, condition: Node) -> bool | None:
    parts = condition.children
    if len(parts) != _OPERANDS:
        return None
    left, right = parts
    asked = " ".join(condition.table.text[left.end : right.start].split())
    if left.kind == "attribute" and _is_set_elsewhere(model, left):
        return None
    values, others = model.type_of(source, left), _literals(model, source, right)
    if "in" in asked.split() and len(others) == 1 and len(others[0]) == 1:
        (held,) = others[0]
        others = list(held.items) if isinstance(held, Tuple) else others
    if asked in ("is", "==", "is not", "!=") and len(others) == 1:
        found = _agreed(_is_same(value, others[0]) for value in values)
    elif asked in ("in", "not in") and others:
        found = _agreed(_is_among(value, others) for value in values)
    elif asked in _ORDERS and len(others) == 1:
        return _agreed(_is_ordered(value, asked, right) for value in values)
    else:
        return None
    return found if found is None or ("not" not in asked and asked != "!=") else not found


def _of_case(model: Evaluation, source: Source, pattern: Node) -> bool | None:
    """Tell whether a subject matches a pattern of literals, if no pattern above it does."""
    clause, statement = pattern.parent, _statement_of(pattern)
    subject = statement.field("subject") if statement is not None else None
    if clause is None or subject is None:
        return None
    values = model.type_of(source, subject)
    earlier = [one for one in clause.before() if one.kind == "case_clause"]
    if any(_matches(model, source, one.children[0], values) for one in earlier if _is_bare(one)):
        return False
    return _matches(model, source, pattern, values)


def _statement_of(pattern: Node) -> Node | None:
    return next((one for one in pattern.ancestors() if one.kind == "match_statement"), None)


def _is_bare(clause: Node) -> bool:
    return len(clause.children) == 2  # noqa: PLR2004  (a pattern and a block, with no guard)


def _matches(model: Evaluation, source: Source, pattern: Node, values: Type) -> bool | None:
    literals = _alternatives(pattern)
    if not literals:
        return None
    others = [model.type_of(source, one) for one in literals]
    return _agreed(_is_among(value, others) for value in values)


def _alternatives(pattern: Node) -> list[Node]:
    """Return the literals of a pattern; none for one that may match in another way."""
    while pattern.kind in ("case_pattern", "parenthesized_expression") and pattern.children:
        if len(pattern.children) > 1:
            return []
        pattern = pattern.children[0]
    parts = pattern.children if pattern.kind == "union_pattern" else [pattern]
    return parts if all(one.kind in _LITERALS for one in parts) else []


def has_constants(source: Source) -> bool:
    """Tell whether a module has a constant that may keep some of its code from ever running."""
    return _TESTED_LITERAL.search(source.text) is not None or any(
        name.isupper() and len(found) == 1 and _is_constant_value(found[0].value)
        for name, found in source.module.bindings.items()
    )


def is_settled(model: Evaluation, source: Source, condition: Node) -> bool:
    """Tell whether constants decide a condition: literals, or those of its module.

    Nobody changes these. One side of `and` or `or` may be enough.
    """
    kind, parts = condition.kind, condition.children
    if kind == "identifier":
        return _is_constant_name(model, source, condition)
    if kind in ("not_operator", "parenthesized_expression"):
        return all(is_settled(model, source, one) for one in parts)
    if kind == "boolean_operator":
        settled = [one for one in parts if is_settled(model, source, one)]
        decided = condition.operator == "or"
        return len(settled) == len(parts) or any(
            truth(model, source, one) is decided for one in settled
        )
    return kind in _WRITTEN


def _is_constant_name(model: Evaluation, source: Source, node: Node) -> bool:
    scope = binding_scope(source.scope_of(node), node.text)
    if scope is None or scope.kind is not ScopeKind.MODULE or not node.text.isupper():
        return False
    bindings = scope.bindings[node.text]
    return (
        len(bindings) == 1
        and _is_constant_value(bindings[0].value)
        and not model.project.attributes(node.text)
    )


def _is_constant_value(value: Node | None) -> bool:
    if value is not None and value.kind == "tuple":
        return not value.children
    return value is not None and value.kind in ("true", "false", "none")


def _literals(model: Evaluation, source: Source, node: Node) -> list[Type]:
    if node.kind in ("tuple", "list", "set"):
        return [model.type_of(source, one) for one in node.children]
    return [model.type_of(source, node)]


def _is_ordered(value: Value, order: str, other: Node) -> bool | None:
    if not isinstance(value, Plain) or value.name not in SWITCHES or not other.text.isdigit():
        return None
    return _ORDERS[order](int(value.name), int(other.text))


def _is_same(value: Value, other: Type) -> bool | None:
    """Tell whether a value equals a constant."""
    if len(other) != 1 or not all(map(is_constant, other)):
        return None
    if is_constant(value):
        return value in other
    told_apart = isinstance(value, (*_ALWAYS_TRUE, Instance))
    return False if told_apart and other <= NONE | TRUE | FALSE else None


def _is_among(value: Value, others: list[Type]) -> bool | None:
    found = {_is_same(value, other) for other in others}
    return True if True in found else None if None in found else False


def _of_call(model: Evaluation, source: Source, call: Node) -> bool | None:
    function, given = call.field("function"), positional(call)
    name = function.text if function is not None else ""
    if name == "bool" and len(given) == 1:
        return truth(model, source, given[0])
    if name != "isinstance" or len(given) != _OPERANDS:
        return _agreed(_truth_of(model, value) for value in model.type_of(source, call))
    classes = model.type_of(source, given[1])
    wanted = [one for cls in classes for one in instances(cls)]
    values = model.type_of(source, given[0])
    if not wanted or classes & UNKNOWN or not values or values & (UNKNOWN | UNSPECIFIED):
        return None
    return _agreed(is_one(model, value, wanted) for value in values)


def _is_set_elsewhere(model: Evaluation, attribute: Node) -> bool:
    """Tell whether code that is no method of the object may switch its attribute."""
    name = attribute.field("attribute")
    return name is None or bool(model.project.attributes(name.text))


def _truth_of(model: Evaluation, value: Value) -> bool | None:
    if isinstance(value, Plain) and is_constant(value):
        return value.name not in ("None", "False", "0", "''", '""')
    if isinstance(value, Tuple):
        return bool(value.items)
    if isinstance(value, Instance):
        own = (model.attribute(value, name) for name in ("__bool__", "__len__"))
        return None if any(isinstance(one, Function) for found in own for one in found) else True
    if isinstance(value, ExternalInstance):
        return True if value.name.startswith("unittest.mock.") else None
    return True if isinstance(value, _ALWAYS_TRUE) else None


def _agreed(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return found.pop() if len(found) == 1 else None
