"""Whether an argument certainly holds what makes a client compute embeddings itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments
from flake8_qdrant.facts.scopes import BindingKind, ScopeKind
from flake8_qdrant.libraries.model import Inference
from flake8_qdrant.model.evaluation import Evaluation
from flake8_qdrant.model.types.names import binding_scope, seen_bindings
from flake8_qdrant.model.values import External, ExternalInstance, Function, present

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Scope
    from flake8_qdrant.facts.source import Source

_DEEPEST: Final = 8
_COPIES: Final = ("builtins.list", "builtins.tuple", "builtins.iter", "itertools.batched")
_GROWING: Final = ("append", "extend", "insert", "add")


def held_input(model: Evaluation, inference: Inference, source: Source, call: Node) -> str | None:
    """Name the class of an inference input that a call certainly passes, or return None."""
    search = _Search(model, inference)
    found = (search.input_in(source, argument, 0) for argument in arguments(call))
    return next((name for name in found if name is not None), None)


@dataclass(frozen=True, slots=True)
class _Search:
    model: Evaluation
    inference: Inference

    def input_in(self, source: Source, node: Node, depth: int) -> str | None:
        """Name the input that an expression's value is or holds."""
        if depth > _DEEPEST:
            return None
        types = present(self.model.type_of(source, node))
        names = {value.name for value in types if isinstance(value, ExternalInstance)}
        if len(names) == len(types) == 1 and names <= set(self.inference.inputs):
            return names.pop().rpartition(".")[2]
        handler = _HANDLERS.get(node.kind)
        return None if handler is None else handler(self, source, node, depth + 1)

    def any_of(self, source: Source, nodes: list[Node], depth: int) -> str | None:
        """Name an input that one of several parts holds."""
        found = (self.input_in(source, node, depth) for node in nodes)
        return next((name for name in found if name is not None), None)

    def all_of(self, source: Source, nodes: list[Node], depth: int) -> str | None:
        """Name an input if each of several alternatives holds one."""
        found = [self.input_in(source, node, depth) for node in nodes]
        return found[0] if found and None not in found else None

    def bound(self, scope: Scope, bindings: Sequence[Binding], depth: int) -> str | None:
        """Name an input that a variable holds, whichever of its bindings it has."""
        found = [self._one(binding, depth) for binding in bindings]
        if found and None not in found:
            return found[0]
        return self._grown(scope, bindings[0].name, depth) if bindings else None

    def _one(self, binding: Binding, depth: int) -> str | None:
        kinds = (BindingKind.ASSIGNMENT, BindingKind.ITERATION)
        if binding.kind not in kinds or binding.value is None or binding.unpack:
            return None
        return self.input_in(binding.scope.source, binding.value, depth)

    def _grown(self, scope: Scope, name: str, depth: int) -> str | None:
        """A list that begins empty holds what the function appends to it."""
        for call in scope.calls:
            function = call.field("function")
            if function is None or function.kind != "attribute":
                continue
            owner, method = function.field("object"), function.field("attribute")
            if owner is None or method is None or owner.text != name:
                continue
            if method.text in _GROWING:
                found = self.any_of(scope.source, arguments(call), depth)
                if found is not None:
                    return found
        return None


def _call(search: _Search, source: Source, node: Node, depth: int) -> str | None:
    """A model of the library holds what it is made of; a function of the project returns it."""
    function = node.field("function")
    if function is None:
        return None
    called = present(search.model.type_of(source, function))
    if called and all(isinstance(value, External) for value in called):
        roots = {name.partition(".")[0] for name in search.inference.inputs}
        names = [value.name for value in called if isinstance(value, External)]
        if all(name in _COPIES or name.partition(".")[0] in roots for name in names):
            return search.any_of(source, arguments(node), depth)
        return None
    scopes = [value.scope for value in called if isinstance(value, Function)]
    if len(scopes) != 1 or len(called) != 1 or scopes[0].kind is not ScopeKind.FUNCTION:
        return None
    scope = scopes[0]
    if scope.is_generator:
        given = [one for node in scope.yields for one in node.children[:1]]
        return search.any_of(scope.source, given, depth)
    returned = [one for node in scope.returns for one in node.children[:1]]
    return search.all_of(scope.source, returned, depth)


def _identifier(search: _Search, source: Source, node: Node, depth: int) -> str | None:
    name, used_in = node.text, source.scope_of(node)
    scope = binding_scope(used_in, name)
    if scope is None:
        return None
    return search.bound(scope, seen_bindings(scope, used_in, node), depth)


def _parts(search: _Search, source: Source, node: Node, depth: int) -> str | None:
    return search.any_of(source, node.children, depth)


def _field(name: str) -> Callable[[_Search, Source, Node, int], str | None]:
    def handler(search: _Search, source: Source, node: Node, depth: int) -> str | None:
        value = node.field(name)
        return None if value is None else search.input_in(source, value, depth)

    return handler


def _conditional(search: _Search, source: Source, node: Node, depth: int) -> str | None:
    parts = node.children
    return search.all_of(source, [parts[0], parts[-1]], depth) if parts else None


_HANDLERS: Final[dict[str, Callable[[_Search, Source, Node, int], str | None]]] = {
    "await": _parts,
    "call": _call,
    "conditional_expression": _conditional,
    "dictionary": _parts,
    "dictionary_comprehension": _field("body"),
    "generator_expression": _field("body"),
    "identifier": _identifier,
    "keyword_argument": _field("value"),
    "list": _parts,
    "list_comprehension": _field("body"),
    "list_splat": _parts,
    "named_expression": _field("value"),
    "pair": _field("value"),
    "parenthesized_expression": _parts,
    "set": _parts,
    "subscript": _field("value"),
    "tuple": _parts,
}
