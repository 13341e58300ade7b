"""Requests that are awaited together, and whether their number is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments, positional
from flake8_qdrant.facts.placement import arms, loops
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.libraries.model import Colour, Kind, Takes
from flake8_qdrant.model.lifetimes.loop_entry import dotted
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import Function, SdkMethod, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Offload
    from flake8_qdrant.model.evaluation import Evaluation

_COMPREHENSIONS: Final = ("list_comprehension", "set_comprehension", "generator_expression")
_LITERALS: Final = ("list", "tuple", "set", "dictionary")
_SAME_LENGTH: Final = frozenset(
    ("enumerate", "items", "keys", "list", "reversed", "set", "sorted", "tuple", "values", "zip")
)
_BOUNDING: Final = ("acquire", "batched", "chunked")
_DEEPEST: Final = 4


def crowd_of(model: Evaluation, source: Source, call: Node) -> SdkMethod | None:
    """Return the client's method that a call awaits for every item of something unbounded.

    None where the call is none that awaits many, or the number of items is or may be bounded.
    """
    consumer = _consumer(model, source, call)
    if consumer is None or consumer.takes not in (Takes.AWAITABLES, Takes.ITERABLE):
        return None
    for argument in arguments(call):
        if argument.kind == "list_splat":
            given = next(iter(argument.children), None)
        else:
            given = argument if consumer.takes is Takes.ITERABLE else None
        found = None if given is None else _in_items(model, source, given)
        if found is not None:
            return found
    return None


def _consumer(model: Evaluation, source: Source, call: Node) -> Offload | None:
    function = call.field("function")
    if call.kind != "call" or function is None:
        return None
    names = {dotted(value) for value in present(model.type_of(source, function))}
    name = names.pop() if len(names) == 1 else None
    return model.tables.consumer(name) if name is not None else None


def _in_items(model: Evaluation, source: Source, node: Node) -> SdkMethod | None:
    """Return the method that each item of a comprehension or grown list calls."""
    if node.kind in _COMPREHENSIONS:
        clauses = [one for one in node.children if one.kind == "for_in_clause"]
        if any(_is_bounded(source, clause.field("right"), 0) for clause in clauses):
            return None
        body = node.field("body")
        return None if body is None else _awaited(model, source, body, 0)
    if node.kind != "identifier":
        return None
    binding = _only_binding(source, node)
    if binding is None or binding.value is None:
        return None
    if binding.value.kind in _COMPREHENSIONS:
        return _in_items(model, source, binding.value)
    if binding.value.kind == "list" and not binding.value.children:
        return _in_grown(model, source, binding)
    return None


def _in_grown(model: Evaluation, source: Source, binding: Binding) -> SdkMethod | None:
    """Look at what loops append to a list that begins empty."""
    for call in _appends(binding):
        loop = next(loops(call), None)
        iterated = loop.field("right") if loop is not None else None
        if any(True for _ in loops(binding.node)) or _is_bounded(source, iterated, 0):
            continue
        item = next(iter(positional(call)), None)
        found = None if item is None else _awaited(model, source, item, 0)
        if found is not None:
            return found
    return None


def _appends(binding: Binding) -> Iterator[Node]:
    for call in inline_calls(binding.scope):
        function = call.field("function")
        if function is not None and function.text == f"{binding.name}.append":
            yield call


def _awaited(model: Evaluation, source: Source, node: Node, depth: int) -> SdkMethod | None:
    """Return the client's method that an awaitable certainly calls, with nothing to bound it."""
    function = node.field("function") if node.kind == "call" else None
    if function is None or depth > _DEEPEST:
        return None
    called = present(model.type_of(source, function))
    value = next(iter(called)) if len(called) == 1 else None
    if isinstance(value, SdkMethod):
        is_request = value.cls is not None and value.cls.colour is Colour.ASYNC
        return value if is_request and value.member.kind is Kind.COROUTINE else None
    if isinstance(value, Function):
        return _in_function(model, value.scope, depth)
    consumer = _consumer(model, source, node)
    if consumer is None or consumer.takes is not Takes.AWAITABLE:
        return None
    given = next(iter(positional(node)), None)
    return None if given is None else _awaited(model, source, given, depth + 1)


def _in_function(model: Evaluation, scope: Scope, depth: int) -> SdkMethod | None:
    if not scope.is_async or scope.is_generator or scope.decorators or _may_wait(scope):
        return None
    for call in inline_calls(scope):
        around = call.parent
        if around is not None and around.kind == "await" and not arms(call):
            found = _awaited(model, scope.source, call, depth + 1)
            if found is not None:
                return found
    return None


def _may_wait(scope: Scope) -> bool:
    """Tell whether a function may let only some in at a time."""
    if any(called_name(call) in _BOUNDING for call in scope.calls):
        return True
    return any(one.is_async for one in scope.node.find_all("with_statement"))


def _is_bounded(source: Source, node: Node | None, depth: int) -> bool:
    """Tell whether an iterable may have a bounded number of items.

    Unbounded are parameters and what they hold, and what calls and queries give.
    """
    if node is None or depth > _DEEPEST:
        return True
    kind = node.kind
    if kind == "identifier":
        return _is_bounded_name(source, node, depth)
    if kind == "call":
        return _is_bounded_call(source, node, depth)
    if kind == "attribute":
        root: Node | None = node
        while root is not None and root.kind == "attribute":
            root = root.field("object")
        return root is None or root.kind != "identifier" or not _is_argument(source, root)
    if kind in _COMPREHENSIONS:
        clauses = (one for one in node.children if one.kind == "for_in_clause")
        return any(_is_bounded(source, clause.field("right"), depth + 1) for clause in clauses)
    if kind in ("await", "parenthesized_expression"):
        inner = next(iter(node.children), None)
        return kind != "await" and _is_bounded(source, inner, depth + 1)
    return True


def _is_bounded_call(source: Source, node: Node, depth: int) -> bool:
    name, function, given = called_name(node), node.field("function"), positional(node)
    if name == "range":
        return all(one.kind == "integer" for one in given)
    if name not in _SAME_LENGTH or function is None:
        return name in _BOUNDING or name is None or name[:1].isupper()
    over = [function.field("object")] if function.kind == "attribute" else given
    return any(_is_bounded(source, one, depth + 1) for one in over)


def _is_bounded_name(source: Source, node: Node, depth: int) -> bool:
    if _is_argument(source, node):
        return False
    binding = _only_binding(source, node)
    if binding is None or binding.kind is not BindingKind.ASSIGNMENT or binding.unpack:
        return True
    value = binding.value
    if value is None or value.kind in _LITERALS:
        return value is None or bool(value.children)
    if binding.scope.kind is ScopeKind.MODULE:
        return True
    return _is_bounded(source, value, depth + 1)


def _is_argument(source: Source, name: Node) -> bool:
    """Tell whether a name is a parameter, the receiver aside, that nothing else is bound to."""
    binding = _only_binding(source, name)
    if binding is None or binding.parameter is None:
        return False
    return not (binding.scope.is_method and binding.parameter.position == 0)


def _only_binding(source: Source, name: Node) -> Binding | None:
    scope = binding_scope(source.scope_of(name), name.text)
    bindings = scope.bindings[name.text] if scope is not None else []
    return bindings[0] if len(bindings) == 1 else None
