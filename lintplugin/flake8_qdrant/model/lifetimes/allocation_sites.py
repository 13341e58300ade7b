"""Which constructor calls an object comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import argument_for
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.facts.source import Source
from flake8_qdrant.model.types.functions import callers
from flake8_qdrant.model.types.names import binding_scope, seen_bindings
from flake8_qdrant.model.values import (
    Class,
    Function,
    Instance,
    Module,
    Partial,
    SdkClass,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flake8_qdrant.facts.scopes import Binding, Parameter
    from flake8_qdrant.libraries.model import ClassInfo
    from flake8_qdrant.model.evaluation import Evaluation

_DEEPEST: Final = 10


class Origin(NamedTuple):
    """A call of the constructor of a table's class."""

    source: Source
    call: Node


def origins(model: Evaluation, source: Source, node: Node, depth: int = 0) -> set[Origin] | None:
    """Return every constructor call that an expression's value may come from.

    None stands for a value of which not every origin is seen; None itself has no origin.
    """
    handler = _HANDLERS.get(node.kind)
    return None if handler is None or depth > _DEEPEST else handler(model, source, node, depth + 1)


def constructed(model: Evaluation, source: Source, call: Node) -> ClassInfo | None:
    """Return the class of a table whose constructor a call certainly is."""
    function = call.field("function")
    if call.kind != "call" or function is None:
        return None
    called = present(model.type_of(source, function))
    classes = {value.cls for value in called if isinstance(value, SdkClass)}
    return next(iter(classes)) if len(classes) == len(called) == 1 else None


def constructions(model: Evaluation, cls: ClassInfo) -> list[Origin] | None:
    """Return every construction of a class in the project, or None if one may be hidden."""
    none: dict[ClassInfo, list[Origin] | None] = {}
    found = model.once("constructions", lambda: _constructions(model), none)
    return found.get(cls, [])


def _constructions(model: Evaluation) -> dict[ClassInfo, list[Origin] | None]:
    found: dict[ClassInfo, list[Origin] | None] = {}
    for source in model.project.sources():
        for call in (call for scope in source.scopes for call in scope.calls):
            function = call.field("function")
            if function is None:
                continue
            for value in model.type_of(source, function):
                _note(found, value, Origin(source, call))
    return found


def _note(found: dict[ClassInfo, list[Origin] | None], value: object, origin: Origin) -> None:
    if isinstance(value, Partial):
        for one in value.function:
            if isinstance(one, SdkClass):
                found[one.cls] = None
    elif isinstance(value, SdkClass):
        known = found.setdefault(value.cls, [])
        if known is not None:
            known.append(origin)


def joined(parts: Iterable[set[Origin] | None]) -> set[Origin] | None:
    """Return the origins of a value that is one of several."""
    found: set[Origin] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _call(model: Evaluation, source: Source, node: Node, depth: int) -> set[Origin] | None:
    if constructed(model, source, node) is not None:
        return {Origin(source, node)}
    function = node.field("function")
    called = present(model.type_of(source, function)) if function is not None else frozenset()
    functions = [value for value in called if isinstance(value, Function)]
    if not functions or len(functions) != len(called):
        return None
    return joined(returned_origins(model, value.scope, depth) for value in functions)


def returned_origins(model: Evaluation, scope: Scope, depth: int = 0) -> set[Origin] | None:
    """Return every constructor call that what a function returns may come from, as `origins`."""
    if scope.kind is ScopeKind.LAMBDA:
        return None if scope.body is None else origins(model, scope.source, scope.body, depth)
    if scope.is_generator or not scope.returns:
        return None
    values = (next(iter(node.children), None) for node in scope.returns)
    return joined(
        set() if value is None else origins(model, scope.source, value, depth) for value in values
    )


def _identifier(model: Evaluation, source: Source, node: Node, depth: int) -> set[Origin] | None:
    name, used_in = node.text, source.scope_of(node)
    scope = binding_scope(used_in, name)
    if scope is None:
        return None
    bindings = seen_bindings(scope, used_in, node)
    return joined(bound_origins(model, binding, depth) for binding in bindings)


def bound_origins(model: Evaluation, binding: Binding, depth: int = 0) -> set[Origin] | None:
    """Return every constructor call that what a binding gives may come from, as `origins`."""
    source = binding.scope.source
    if binding.kind is BindingKind.ASSIGNMENT and not binding.unpack:
        return set() if binding.value is None else origins(model, source, binding.value, depth)
    if binding.kind is BindingKind.IMPORT and binding.imported is not None:
        what = binding.imported
        path = model.project.layout.find(what.module, what.level, str(source.path))
        return _global(model, path, what.name, depth) if path and what.name else None
    if binding.parameter is not None and depth <= _DEEPEST:
        return _passed(model, binding.scope, binding.parameter, depth + 1)
    return None


def _passed(
    model: Evaluation, scope: Scope, parameter: Parameter, depth: int
) -> set[Origin] | None:
    """A parameter has the origins of what every call in the project passes."""
    found = []
    for source, call, bound in callers(model, scope):
        given = argument_for(parameter, call, bound=bound)
        found.append(None if given is None else origins(model, source, given, depth))
    return joined(found) if found else None


def _global(model: Evaluation, path: str, name: str, depth: int) -> set[Origin] | None:
    source = model.project.source(path)
    bindings = source.module.bindings.get(name) if source is not None else None
    if not bindings or depth > _DEEPEST:
        return None
    return joined(bound_origins(model, binding, depth + 1) for binding in bindings)


def _attribute(model: Evaluation, source: Source, node: Node, depth: int) -> set[Origin] | None:
    owner, attribute = node.field("object"), node.field("attribute")
    if owner is None or attribute is None:
        return None
    name, held = attribute.text, present(model.type_of(source, owner))
    parts = []
    for value in held:
        if isinstance(value, (Instance, Class)):
            parts.append(attribute_origins(model, value.cls, name, depth))
        elif isinstance(value, Module):
            parts.append(_global(model, value.path, name, depth))
        else:
            return None
    return joined(parts) if parts else None


def attribute_origins(
    model: Evaluation, cls: Scope, name: str, depth: int = 0
) -> set[Origin] | None:
    """Return every constructor call that an attribute of a class may come from, as `origins`."""
    bindings: list[Binding] = []
    for one in model.ancestry(cls).classes:
        if isinstance(one, Scope):
            bindings += one.bindings.get(name, ())
            bindings += (assigned.binding for assigned in one.attributes.get(name, ()))
    if not bindings or is_set_outside(model, cls, name):
        return None
    return joined(_member(model, binding, depth) for binding in bindings)


def is_set_outside(model: Evaluation, cls: Scope, name: str) -> bool:
    """Tell whether code that is no method of a class assigns to an attribute of its objects."""
    family = {one for one in model.ancestry(cls).classes if isinstance(one, Scope)}
    for source, assignment in model.project.attributes(name):
        holders = model.type_of(source, assignment.target)
        if any(isinstance(one, (Instance, Class)) and one.cls in family for one in holders):
            return True
    return False


def _member(model: Evaluation, binding: Binding, depth: int) -> set[Origin] | None:
    """A property has the origins of what it returns."""
    scope = binding.defines
    if binding.kind is BindingKind.FUNCTION and scope is not None:
        is_property = model.decoration(scope).is_property
        return returned_origins(model, scope, depth) if is_property else None
    return bound_origins(model, binding, depth)


def _inner(model: Evaluation, source: Source, node: Node, depth: int) -> set[Origin] | None:
    inner = node.children
    return origins(model, source, inner[-1], depth) if inner else None


def _either(*indexes: int) -> Callable[[Evaluation, Source, Node, int], set[Origin] | None]:
    def handler(model: Evaluation, source: Source, node: Node, depth: int) -> set[Origin] | None:
        parts = node.children
        chosen = [parts[index] for index in indexes if index < len(parts)]
        return joined(origins(model, source, part, depth) for part in chosen)

    return handler


def _nothing(_model: Evaluation, _source: Source, _node: Node, _depth: int) -> set[Origin] | None:
    return set()


_HANDLERS: Final[dict[str, Callable[[Evaluation, Source, Node, int], set[Origin] | None]]] = {
    "assignment": _inner,
    "attribute": _attribute,
    "await": _inner,
    "boolean_operator": _either(0, 1),
    "call": _call,
    "conditional_expression": _either(0, 2),
    "identifier": _identifier,
    "named_expression": _inner,
    "none": _nothing,
    "parenthesized_expression": _inner,
}
