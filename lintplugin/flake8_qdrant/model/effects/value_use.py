"""What becomes of the value of an expression: awaited, dropped, used at once, or handed on."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.flow import reaching
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.types.names import binding_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Scope
    from flake8_qdrant.facts.source import Source

_DEEPEST: Final = 8
"""Variables assigned to variables; more than this many are handed on."""
_EAGER_BUILTINS: Final = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "dict",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "int",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "print",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
    ]
)
_EAGER_MODULES: Final = frozenset(
    ["json", "logging", "math", "pickle", "pprint", "statistics", "textwrap"]
)
"""Modules of the standard library whose functions look at what they get, and await nothing."""
_LEVELS: Final = frozenset(
    ["critical", "debug", "error", "exception", "info", "log", "warn", "warning"]
)
_COROUTINE_ATTRIBUTES: Final = frozenset(
    ["close", "send", "throw", "cr_frame", "cr_await", "cr_running", "cr_code", "__await__"]
)
_COLLECTING: Final = ("add", "append", "appendleft", "extend", "insert")
_EMPTY: Final = ("[]", "list()", "set()")
_UNPACKED: Final = "it is unpacked"
_OF_EACH_ITEM: Final = frozenset(
    f"`{name}()` gets it"
    for name in ("all", "any", "json.dump", "json.dumps", "max", "min", "sorted", "sum")
)
"""What is said of a container that is also true of each of its items."""
_OF_TEXT: Final = ("format", "join")
"""Methods of a text that look at what they get."""


class ValueUse(Enum):
    """What the code does with a value."""

    AWAITED = "awaited"
    DROPPED = "dropped"
    USED = "used"
    RETURNED = "returned"
    HANDED_ON = "handed on"


class Outcome(NamedTuple):
    """What becomes of a value; for `USED`, `how` says it in words."""

    use: ValueUse
    how: str = ""


_AWAITED: Final = Outcome(ValueUse.AWAITED)
_DROPPED: Final = Outcome(ValueUse.DROPPED)
_RETURNED: Final = Outcome(ValueUse.RETURNED)
_HANDED_ON: Final = Outcome(ValueUse.HANDED_ON)
_KEPT: Final = (ValueUse.AWAITED, ValueUse.RETURNED, ValueUse.HANDED_ON)


def use_of(source: Source, node: Node, depth: int = 0) -> Outcome:
    """Tell what becomes of the value of an expression."""
    around = node.parent
    if around is None or depth > _DEEPEST:
        return _HANDED_ON
    if node.text.startswith("*"):
        return Outcome(ValueUse.USED, _UNPACKED)  # the grammar reads `*a.b()` as `(*a).b()`
    while around.kind == "parenthesized_expression" and around.parent is not None:
        node, around = around, around.parent
    handler = _HANDLERS.get(around.kind)
    if handler is not None:
        return handler(source, node, around, depth)
    return _HANDED_ON


def _used(how: str) -> Callable[[Source, Node, Node, int], Outcome]:
    return lambda _source, _node, _around, _depth: Outcome(ValueUse.USED, how)


def _await(_source: Source, _node: Node, _around: Node, _depth: int) -> Outcome:
    return _AWAITED


def _statement(_source: Source, _node: Node, _around: Node, _depth: int) -> Outcome:
    return _DROPPED


def _return(_source: Source, _node: Node, _around: Node, _depth: int) -> Outcome:
    return _RETURNED


def _attribute(_source: Source, node: Node, around: Node, _depth: int) -> Outcome:
    attribute = around.field("attribute")
    if attribute is None or attribute == node or attribute.text in _COROUTINE_ATTRIBUTES:
        return _HANDED_ON
    return Outcome(ValueUse.USED, f"`.{attribute.text}` is read from it")


def _subscript(_source: Source, node: Node, around: Node, _depth: int) -> Outcome:
    return Outcome(ValueUse.USED, "it is indexed") if around.field("value") == node else _HANDED_ON


def _boolean(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    if around.field("left") == node:
        return Outcome(ValueUse.USED, "its truth is tested")
    return use_of(source, around, depth)


def _conditional(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    if around.children[1:2] == [node]:
        return Outcome(ValueUse.USED, "its truth is tested")
    return use_of(source, around, depth)


def _condition(_source: Source, node: Node, around: Node, _depth: int) -> Outcome:
    if around.field("condition") == node or around.kind == "if_clause":
        return Outcome(ValueUse.USED, "its truth is tested")
    return _HANDED_ON


def _iterated(_source: Source, node: Node, around: Node, _depth: int) -> Outcome:
    return Outcome(ValueUse.USED, "it is iterated") if around.field("right") == node else _HANDED_ON


def _argument(source: Source, _node: Node, around: Node, _depth: int) -> Outcome:
    call = around.parent
    return _HANDED_ON if call is None else _passed_to(source, call)


def _passed_to(source: Source, call: Node) -> Outcome:
    function = call.field("function")
    if function is None:
        return _HANDED_ON
    if _is_eager(source, function):
        return Outcome(ValueUse.USED, f"`{function.text}()` gets it")
    return _collected(source, function) if function.kind == "attribute" else _HANDED_ON


def _is_eager(source: Source, function: Node) -> bool:
    """Tell whether a function of the standard library looks at its arguments, and awaits none."""
    owner, attribute = function.field("object"), function.field("attribute")
    if owner is not None and attribute is not None:
        if owner.kind in ("string", "concatenated_string") and attribute.text in _OF_TEXT:
            return True
        if attribute.text in _LEVELS and owner.text.lower().endswith(("log", "logger")):
            return True
        return owner.kind == "identifier" and _is_of_module(source, owner)
    if function.kind != "identifier":
        return False
    if binding_scope(source.scope_of(function), function.text) is None:
        return function.text in _EAGER_BUILTINS
    return _is_of_module(source, function)


def _is_of_module(source: Source, name: Node) -> bool:
    """Tell whether a name is imported from, or is, one of the modules that await nothing."""
    scope = binding_scope(source.scope_of(name), name.text)
    bindings = scope.bindings[name.text] if scope is not None else []
    modules = [one.imported.module for one in bindings if one.imported is not None]
    return bool(bindings) and len(modules) == len(bindings) and _EAGER_MODULES.issuperset(modules)


def _collected(source: Source, method: Node) -> Outcome:
    """A coroutine put into a local list is lost if nothing else is ever done with the list."""
    target, name = method.field("object"), method.field("attribute")
    if target is None or name is None or name.text not in _COLLECTING:
        return _HANDED_ON
    frame = source.scope_of(target).frame()
    scope = binding_scope(frame, target.text) if target.kind == "identifier" else None
    if scope is None or scope is not frame:
        return _HANDED_ON
    bindings = scope.bindings[target.text]
    made = all(one.value is not None and one.value.text in _EMPTY for one in bindings)
    if not made or scope.kind is not ScopeKind.FUNCTION:
        return _HANDED_ON
    every = [read for binding in bindings for read in reads(source, scope, binding)]
    return _DROPPED if all(_collects(read) for read in every) else _HANDED_ON


def _collects(read: Node) -> bool:
    around = read.parent
    name = around.field("attribute") if around is not None else None
    return name is not None and name.text in _COLLECTING


def _called(source: Source, node: Node, around: Node, _depth: int) -> Outcome:
    if around.field("function") == node:
        return Outcome(ValueUse.USED, "it is called")
    return _passed_to(source, around)


def _with_item(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    if around.kind == "as_pattern":
        outer = around.parent
        if outer is None or outer.kind != "with_item" or around.children[:1] != [node]:
            return _HANDED_ON
        return _with_item(source, around, outer, depth)
    return Outcome(ValueUse.USED, "it is entered as a context manager")


def _container(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    """A coroutine in a list is lost with the list; whatever else happens to a list may save it."""
    target = _opposite(node, around)
    if target is not None:
        return _variable(source, target, depth) if target.kind == "identifier" else _HANDED_ON
    outcome = use_of(source, around, depth)
    if outcome.use is ValueUse.USED and (
        outcome.how in _OF_EACH_ITEM or outcome.how.endswith(".join()` gets it")
    ):
        return outcome
    return outcome if outcome.use in (ValueUse.DROPPED, ValueUse.RETURNED) else _HANDED_ON


def _opposite(node: Node, around: Node) -> Node | None:
    """Return the target of `a, b = node, other` that gets the value of `node`."""
    index = [child for child in around.children if child.kind != "comment"].index(node)
    outer = around.parent
    while outer is not None and outer.kind == "parenthesized_expression":
        outer = outer.parent
    left = outer.field("left") if outer is not None and outer.kind == "assignment" else None
    if left is None or left.kind not in ("pattern_list", "tuple_pattern", "list_pattern"):
        return None
    targets = left.children
    starred = any(target.kind == "list_splat_pattern" for target in targets)
    return None if starred or len(targets) <= index else targets[index]


def _comprehension(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    if around.field("body") != node:
        return _HANDED_ON
    return _container(source, node, around, depth)


def _assignment(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    if around.field("right") != node:
        return _HANDED_ON
    target = around.field("left")
    if target is None or target.kind in ("attribute", "subscript"):
        return _HANDED_ON
    if target.kind != "identifier":
        is_sequence = node.kind in ("list", "tuple", "expression_list")
        return _HANDED_ON if is_sequence else Outcome(ValueUse.USED, _UNPACKED)
    outer = around.parent
    if outer is not None and outer.kind == "assignment":
        return _HANDED_ON
    return _variable(source, target, depth)


def _walrus(source: Source, node: Node, around: Node, depth: int) -> Outcome:
    name = around.field("name")
    if name is None or around.field("value") != node:
        return _HANDED_ON
    as_value, as_variable = use_of(source, around, depth), _variable(source, name, depth)
    for outcome in (as_value, as_variable):
        if outcome.use in _KEPT:
            return _HANDED_ON
    return as_value if as_value.use is ValueUse.USED else as_variable


def _variable(source: Source, target: Node, depth: int) -> Outcome:
    """Join the fates at every place that may read this assignment's value."""
    name = target.text
    used_in = source.scope_of(target)
    scope = binding_scope(used_in, name)
    if (
        scope is None
        or scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS)
        or scope is not used_in.frame()
    ):
        return _HANDED_ON
    position = target.start
    own = next((b for b in scope.bindings[name] if b.start <= position < b.end), None)
    if own is None:
        return _HANDED_ON
    outcomes = [use_of(source, read, depth + 1) for read in reads(source, scope, own)]
    if any(outcome.use in _KEPT for outcome in outcomes):
        return _HANDED_ON
    return next((outcome for outcome in outcomes if outcome.use is ValueUse.USED), _DROPPED)


def reads(source: Source, scope: Scope, own: Binding) -> list[Node]:
    """Return the places that may read what a binding of a scope gives its name."""
    if scope.kind is not ScopeKind.FUNCTION:
        # Who reads a module's name is not in one part of the file: each asker looks itself.
        by_binding, elsewhere = _reads(source, scope, own.name)
    else:
        key = scope, own.name
        if key not in source.name_reads:
            source.name_reads[key] = _reads(source, scope, own.name)
        by_binding, elsewhere = source.name_reads[key]
    found = by_binding.get(own, [])
    return sorted((*found, *elsewhere), key=lambda node: node.row) if elsewhere else found


def _reads(source: Source, scope: Scope, name: str) -> tuple[dict[Binding, list[Node]], list[Node]]:
    """Return the places that read a name, by binding; those of other functions may see any."""
    by_binding: dict[Binding, list[Node]] = {}
    elsewhere = []
    for node in scope.node.find_names(name):
        if not _is_read(node):
            continue
        used_in = source.scope_of(node)
        if binding_scope(used_in, name) is not scope:
            continue
        if used_in.frame() is not scope.frame():
            elsewhere.append(node)
            continue
        for binding in reaching(scope.bindings[name], node):
            by_binding.setdefault(binding, []).append(node)
    return by_binding, elsewhere


def _is_read(node: Node) -> bool:
    around = node.parent
    if around is None:
        return False
    kind = around.kind
    if kind == "attribute":
        return around.field("attribute") != node
    if kind in ("keyword_argument", "named_expression"):
        return around.field("name") != node
    if kind in ("assignment", "for_statement", "for_in_clause"):
        return around.field("left") != node
    return kind not in (
        "parameters", "typed_parameter", "default_parameter", "pattern_list", "tuple_pattern",
        "global_statement", "nonlocal_statement", "as_pattern_target", "delete_statement",
        "lambda_parameters", "function_definition", "class_definition",
    )  # fmt: skip


_HANDLERS: Final[dict[str, Callable[[Source, Node, Node, int], Outcome]]] = {
    "argument_list": _argument,
    "as_pattern": _with_item,
    "assert_statement": _used("its truth is tested"),
    "assignment": _assignment,
    "attribute": _attribute,
    "augmented_assignment": _used("it is an operand"),
    "await": _await,
    "binary_operator": _used("it is an operand"),
    "boolean_operator": _boolean,
    "call": _called,
    "comparison_operator": _used("it is compared"),
    "conditional_expression": _conditional,
    "dictionary": _container,
    "dictionary_comprehension": _comprehension,
    "dictionary_splat": _used(_UNPACKED),
    "elif_clause": _condition,
    "expression_list": _container,
    "expression_statement": _statement,
    "for_in_clause": _iterated,
    "for_statement": _iterated,
    "generator_expression": _comprehension,
    "if_clause": _condition,
    "if_statement": _condition,
    "interpolation": _used("it is formatted into a string"),
    "list": _container,
    "list_comprehension": _comprehension,
    "list_splat": _used(_UNPACKED),
    "match_statement": _used("it is matched against patterns"),
    "named_expression": _walrus,
    "not_operator": _used("its truth is tested"),
    "pair": _container,
    "return_statement": _return,
    "set": _container,
    "set_comprehension": _comprehension,
    "subscript": _subscript,
    "tuple": _container,
    "unary_operator": _used("it is an operand"),
    "while_statement": _condition,
    "with_item": _with_item,
}
