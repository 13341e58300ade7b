"""Injected parameters: FastAPI's `Depends(f)`, dependency_injector's and Litestar's `Provide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.nodes import string_value
from flake8_qdrant.model.values import (
    NOTHING,
    UNKNOWN,
    Call,
    Context,
    Coroutine,
    External,
    Function,
    Instance,
    Type,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_DEPENDS: Final = ("Depends", "Security")
_PROVIDE: Final = ("dependency_injector.wiring.Provide", "dependency_injector.wiring.Closing")
_BY_NAME: Final = "litestar"
"""A package that injects by the name of the parameter: `dependencies={"client": Provide(f)}`."""
_FRAMEWORKS: Final = ("fastapi", "fast_depends", "faststream")


def depended(model: Evaluation, source: Source, node: Node) -> Type | None:
    """Tell what `Depends(f)` injects, or None if the expression is something else."""
    if node.kind == "type":
        inner = node.children
        return depended(model, source, inner[0]) if inner else None
    function, arguments = node.field("function"), node.field("arguments")
    if node.kind != "call" or function is None or arguments is None:
        return None
    if function.text.rpartition(".")[2] not in _DEPENDS:
        return None
    if not any(_is_depends(value) for value in model.type_of(source, function)):
        return None
    given = arguments.children
    if not given:
        return UNKNOWN
    dependency = given[0].field("value") if given[0].kind == "keyword_argument" else given[0]
    if dependency is None:
        return UNKNOWN
    if dependency.kind == "subscript":
        return model.type_of(source, dependency)
    values = present(model.type_of(source, dependency))
    return union(_injected(model, source, node, value) for value in values)


def _is_depends(value: Value) -> bool:
    return isinstance(value, External) and value.name.partition(".")[0] in _FRAMEWORKS


def _injected(model: Evaluation, source: Source, node: Node, value: Value) -> Type:
    """A generator is entered, a coroutine awaited, a class or callable object called."""
    if isinstance(value, Instance):
        called = model.attribute(value, "__call__")
        return union(_injected(model, source, node, one) for one in called)
    if isinstance(value, Function):
        decoration = model.decoration(value.scope)
        if value.scope.is_generator and not decoration.opaque:
            return model.yields(value)
    results = []
    for result in model.result(source, node, value):
        if isinstance(result, Call) and result.function.scope.is_async:
            results.append(model.returns(result.function))
        elif isinstance(result, Coroutine):
            results.append(result.result)
        elif isinstance(result, Context):
            results.append(model.yields(result.function))
        else:
            results.append(only(result))
    return union(results)


def is_provided(value: Value) -> bool:
    """Tell whether a value is dependency_injector's `Provide`, of which one asks an item."""
    return isinstance(value, External) and value.name in _PROVIDE


def provided(model: Evaluation, source: Source, place: Node, provider: Node) -> Type:
    """Tell what `Provide[provider]` injects: what the provider gives when it is called."""
    values = present(model.type_of(source, provider))
    return union(model.result(source, place, value) for value in values)


def provided_by_name(model: Evaluation, scope: Scope, name: str) -> Type:
    """Tell what Litestar injects into a parameter of a handler; nothing if it does not."""
    if not any(_is_handler(model, scope, one) for one in scope.decorators):
        return NOTHING
    found: dict[str, Type] = {}
    return model.once("provided by name", lambda: _by_name(model), found).get(name, NOTHING)


def _is_handler(model: Evaluation, scope: Scope, decorator: Node) -> bool:
    named = decorator.field("function") if decorator.kind == "call" else decorator
    values = NOTHING if named is None else model.type_of(scope.source, named)
    return any(_is_of(_BY_NAME, value) for value in values)


def _is_of(package: str, value: Value) -> bool:
    return isinstance(value, External) and value.name.partition(".")[0] == package


def _by_name(model: Evaluation) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for source, call in model.project.calls("Provide"):
        function, pair = call.field("function"), call.parent
        key = pair.field("key") if pair is not None and pair.kind == "pair" else None
        name, given = string_value(key) if key is not None else None, positional(call)
        values = NOTHING if function is None else model.type_of(source, function)
        if name is None or not given or not any(_is_of(_BY_NAME, one) for one in values):
            continue
        provided_ = present(model.type_of(source, given[0]))
        injected = (_injected(model, source, call, one) for one in provided_)
        found[name] = union((found.get(name, NOTHING), *injected))
    return found
