"""What a test around (or before) a use says about the type of what is used."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.placement import COMPREHENSIONS, leaves
from flake8_qdrant.facts.targets import matched_class
from flake8_qdrant.model.values import (
    UNKNOWN,
    Class,
    ExternalInstance,
    Instance,
    Sdk,
    SdkClass,
    Tuple,
    Type,
    Value,
    is_known,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_SCOPES: Final = ("function_definition", "class_definition", "lambda", "module")
_BRANCHING: Final = ("if_statement", "elif_clause", "for_statement", "while_statement")


class Fact(NamedTuple):
    """A condition that holds (or does not) where the use stands."""

    condition: Node
    holds: bool


def narrowed(model: Evaluation, source: Source, use: Node, type_: Type) -> Type:
    """Leave out of a union what `isinstance` tests exclude where the value is used.

    An unknown value that a test shows to be of a class is of that class.
    """
    if len(present(type_)) < 2 and is_known(type_):  # noqa: PLR2004  (nothing to choose from)
        return type_
    if not source.mentions("isinstance") and not source.mentions("case "):
        return type_
    name = use.text
    for fact in facts(use):
        type_ = _apply(model, source, fact, name, type_)
    return type_


def facts(use: Node) -> Iterator[Fact]:
    """Give the conditions that hold, or do not, where a node of a function's body stands."""
    inner = use
    for outer in use.ancestors():
        kind = outer.kind
        if kind in _SCOPES:
            return
        if kind == "case_clause" and outer.children:
            yield Fact(outer.children[0], holds=True)
        elif kind in _BRANCHING:
            yield from _arm_facts(outer, inner)
        elif kind == "conditional_expression":
            yield from _conditional_facts(outer, inner)
        elif kind in COMPREHENSIONS:
            yield from _comprehension_facts(outer, inner)
        elif kind == "boolean_operator" and inner == outer.field("right"):
            left = outer.field("left")
            if left is not None:
                yield Fact(left, outer.operator == "and")
        elif kind == "block":
            yield from starmap(Fact, _earlier_exits(inner))
        inner = outer


def _arm_facts(statement: Node, inner: Node) -> Iterator[Fact]:
    stepped = statement.field("right")
    if stepped is not None and inner == statement.field("body"):
        yield Fact(stepped, holds=True)  # a loop over nothing never comes here
    condition, body = statement.field("condition"), statement.field("consequence")
    body = body or statement.field("body")
    if condition is None or inner == condition:
        return
    yield Fact(condition, inner == body)
    if inner.kind in ("elif_clause", "else_clause"):
        for before in inner.before():
            earlier = before.field("condition") if before.kind == "elif_clause" else None
            if earlier is not None:
                yield Fact(earlier, holds=False)


def _comprehension_facts(comprehension: Node, inner: Node) -> Iterator[Fact]:
    for clause in comprehension.children:
        if clause == inner and clause.kind in ("for_in_clause", "if_clause"):
            return
        stepped = clause.field("right") if clause.kind == "for_in_clause" else None
        if clause.kind == "if_clause":
            stepped = next(iter(clause.children), None)
        if stepped is not None:
            yield Fact(stepped, holds=True)


def _conditional_facts(expression: Node, inner: Node) -> Iterator[Fact]:
    parts = expression.children
    if len(parts) == 3 and inner != parts[1]:  # noqa: PLR2004  (value, condition, other value)
        yield Fact(parts[1], inner == parts[0])


def _earlier_exits(statement: Node) -> tuple[tuple[Node, bool], ...]:
    """`if test: return` before the statement says that it failed; `assert test`, that it held."""
    exits = statement.table.exits
    if statement.row not in exits:
        exits[statement.row] = tuple(_find_exits(statement))
    return exits[statement.row]


def _find_exits(statement: Node) -> Iterator[tuple[Node, bool]]:
    for before in statement.before():
        if before.kind == "assert_statement":
            tested = before.children
            if tested:
                yield tested[0], True
        if before.kind != "if_statement":
            continue
        condition, body = before.field("condition"), before.field("consequence")
        if condition is None or body is None or before.field("alternative") is not None:
            continue
        if leaves(body):
            yield condition, False


def _apply(model: Evaluation, source: Source, fact: Fact, name: str, type_: Type) -> Type:
    condition, holds = fact
    kind = condition.kind
    if kind == "parenthesized_expression":
        inner = condition.children
        return _apply(model, source, Fact(inner[0], holds), name, type_) if inner else type_
    if kind == "not_operator":
        argument = condition.field("argument")
        if argument is None:
            return type_
        return _apply(model, source, Fact(argument, not holds), name, type_)
    if kind == "boolean_operator":
        return _apply_boolean(model, source, fact, name, type_)
    test = _kept_test(source, condition)
    if test is not None:
        return _apply(model, source, Fact(test, holds), name, type_)
    wanted = _wanted(model, source, condition, name)
    if not wanted:
        return type_
    if not holds:
        return frozenset(value for value in type_ if not is_one(model, value, wanted))
    kept = frozenset(value for value in type_ if is_one(model, value, wanted))
    return kept or union(only(value) for value in wanted)


def _kept_test(source: Source, condition: Node) -> Node | None:
    """Return the test whose result a local variable keeps: `is_async = isinstance(client, A)`."""
    if condition.kind != "identifier":
        return None
    scope = source.scope_of(condition).frame()
    bindings = scope.bindings.get(condition.text, ())
    value = bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None
    return value if value is not None and value.kind == "call" else None


def _wanted(model: Evaluation, source: Source, condition: Node, name: str) -> list[Value]:
    """Return what a name is shown to be by `isinstance` or `case Class():`; nothing without one."""
    if condition.kind == "case_pattern":
        statement = next(
            (one for one in condition.ancestors() if one.kind == "match_statement"), None
        )
        subject = statement.field("subject") if statement is not None else None
        matched = matched_class(condition)
        if subject is None or matched is None or subject.text != name:
            return []
        promised = model.annotation(source, matched)
        return [] if promised & UNKNOWN else list(promised)
    tested = _isinstance_test(condition, name)
    classes = UNKNOWN if tested is None else model.type_of(source, tested)
    return [] if classes & UNKNOWN else [item for cls in classes for item in instances(cls)]


def _apply_boolean(model: Evaluation, source: Source, fact: Fact, name: str, type_: Type) -> Type:
    """Both sides of an `and` that holds hold; both sides of an `or` that fails fail."""
    left, right = fact.condition.field("left"), fact.condition.field("right")
    if left is None or right is None:
        return type_
    if (fact.condition.operator == "and") is not fact.holds:
        return type_
    type_ = _apply(model, source, Fact(left, fact.holds), name, type_)
    return _apply(model, source, Fact(right, fact.holds), name, type_)


def _isinstance_test(condition: Node, name: str) -> Node | None:
    """Return the class (or tuple of classes) that `isinstance(name, ...)` asks for."""
    function, arguments = condition.field("function"), condition.field("arguments")
    if condition.kind != "call" or function is None or arguments is None:
        return None
    given = arguments.children
    if function.text != "isinstance" or len(given) != 2 or given[0].text != name:  # noqa: PLR2004
        return None
    return given[1]


def instances(cls: Value) -> list[Value]:
    """Return what stands for the objects of a class, or of each class in a tuple."""
    if isinstance(cls, SdkClass):
        return [Sdk(cls.cls)]
    if isinstance(cls, Class):
        return [Instance(cls.cls)]
    if isinstance(cls, Tuple):
        return [one for item in cls.items for value in item for one in instances(value)]
    return []


def is_narrower(model: Evaluation, value: Type, promised: Type) -> bool:
    """Tell whether what is assigned says more than an annotation does, and nothing else."""
    held = present(value)
    if not held or not is_known(value) or held == present(promised):
        return False
    return all(is_one(model, one, list(promised)) for one in held)


def is_one(model: Evaluation, value: Value, wanted: list[Value]) -> bool:
    """Tell whether a value is an object of one of several classes."""
    if value in wanted:
        return True
    if isinstance(value, Sdk):
        names = {one.cls.name for one in wanted if isinstance(one, Sdk)}
        package = value.cls.name.partition(".")[0]
        if any(
            isinstance(one, ExternalInstance) and one.name.startswith(f"{package}.")
            for one in wanted
        ):
            return True  # a base class of the library's own, which no table lists
        return not names.isdisjoint(value.cls.lineage)
    if isinstance(value, Instance):
        bases = model.ancestry(value.cls).classes
        return any(isinstance(one, (Instance, Sdk)) and one.cls in bases for one in wanted)
    return False
