"""What its decorators make of a function."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.libraries.model import DecoratorRole
from flake8_qdrant.model.evaluation import Decoration
from flake8_qdrant.model.types.proxies import is_lazy_attribute
from flake8_qdrant.model.values import (
    Class,
    External,
    Function,
    Instance,
    Keeping,
    Partial,
    Sdk,
    present,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_EMPTY_STATEMENTS: Final = ("pass_statement", "raise_statement", "expression_statement", "comment")
_DEEPEST: Final = 3
"""A function that gives a decorator may call one that does; more of that is not followed."""


def decorate(model: Evaluation, scope: Scope) -> Decoration:
    """Tell what the decorators of a function make of it."""
    made = Decoration()
    for decorator in scope.decorators:
        made = _apply(model, scope, decorator, made)
    return made


def _apply(
    model: Evaluation,
    scope: Scope,
    decorator: Node,
    made: Decoration,
    source: Source | None = None,
    depth: int = 0,
) -> Decoration:
    """Add what one decorator makes of a function; it may stand in another function's `return`."""
    source = source or scope.source
    function = decorator.field("function") if decorator.kind == "call" else None
    named = function if function is not None else decorator
    if named.text.endswith((".setter", ".getter", ".deleter")):
        return replace(made, is_property=True)
    values = model.type_of(source, named)
    if _is_listed_method(model, source, named):
        return made
    for value in values:
        for one in value.function if isinstance(value, Partial) else (value,):
            made = _made_by(
                model, scope, one, made, with_arguments=function is not None, depth=depth
            )
    return made


def _made_by(
    model: Evaluation,
    scope: Scope,
    value: Value,
    made: Decoration,
    *,
    with_arguments: bool,
    depth: int,
) -> Decoration:
    if isinstance(value, External):
        return _external(model, value, made)
    if isinstance(value, Keeping):
        return made
    if _makes_property(model, value):
        return replace(made, is_property=True)
    returned = _returned_decorators(value) if with_arguments and depth < _DEEPEST else None
    if returned is not None and isinstance(value, Function):
        for node in returned:
            made = _apply(model, scope, node, made, value.scope.source, depth + 1)
        return made
    replaced = _replaces(value, scope, with_arguments=with_arguments)
    return replace(made, opaque=True) if replaced else made


def _returned_decorators(value: Value) -> list[Node] | None:
    """Give what a function returns that makes no wrapper itself: `return retry(stop=stop)`."""
    if not isinstance(value, Function) or value.scope.is_async or value.scope.is_generator:
        return None
    if any(one.kind is ScopeKind.FUNCTION for one in value.scope.children):
        return None
    given = [node.children[0] for node in value.scope.returns if node.children]
    return [one for one in given if not _is_identity(one)] if given else None


def _is_identity(node: Node) -> bool:
    """Tell whether an expression is `lambda function: function`."""
    taken, body = node.field("parameters"), node.field("body")
    return (
        node.kind == "lambda"
        and taken is not None
        and body is not None
        and (taken.text == body.text)
    )


def _external(model: Evaluation, value: External, made: Decoration) -> Decoration:
    """An unknown decorator keeps the function: nearly all do, and the rest is in the tables."""
    name = value.name.removeprefix("builtins.")
    if name.rpartition(".")[2] in ("abstractmethod", "abstractproperty"):
        return replace(made, is_abstract=True)
    role = model.tables.decorator(name)
    if role is DecoratorRole.PROPERTY:
        return replace(made, is_property=True)
    if role is DecoratorRole.STATIC_METHOD:
        return replace(made, is_static=True)
    if role is DecoratorRole.CLASS_METHOD:
        return replace(made, is_class=True)
    if role is DecoratorRole.CONTEXT_MANAGER:
        return replace(made, is_context=True)
    if role is DecoratorRole.ASYNC_CONTEXT_MANAGER:
        return replace(made, is_async_context=True)
    if model.tables.offloader(name) is not None:
        return replace(made, opaque=True)
    return made


def _is_listed_method(model: Evaluation, source: Source, decorator: Node) -> bool:
    """Tell whether a decorator is a method that is listed to keep the function: `@app.get("/")`."""
    owner, name = decorator.field("object"), decorator.field("attribute")
    if owner is None or name is None:
        return False
    held = present(model.type_of(source, owner))
    roles = [
        model.tables.decorator(f"{value.cls.name}.{name.text}") if isinstance(value, Sdk) else None
        for value in held
    ]
    return bool(roles) and all(role is DecoratorRole.KEEP for role in roles)


def _makes_property(model: Evaluation, value: Value) -> bool:
    """Tell whether a decorator of the project gives an attribute that calls the function."""
    if isinstance(value, Class):
        return is_lazy_attribute(model, value.cls)
    if not isinstance(value, Function) or len(value.scope.parameters) != 1:
        return False
    scope = value.scope
    names = {_returned_name(node) for node in scope.returns}
    made = [child for child in scope.children if child.name in names]
    return (
        len(made) == len(names) == 1
        and model.decoration(made[0]).is_property
        and _calls(made[0], scope.parameters[0].name)
    )


def _replaces(value: Value, decorated: Scope, *, with_arguments: bool) -> bool:
    """Tell whether a decorator of the project gives what does not run the function here.

    It keeps it if what it returns is the function itself, or a wrapper that calls it: for a plain
    function a plain one, for a coroutine function one that gives what the function gives.
    """
    if isinstance(value, Instance):
        return True
    if isinstance(value, Class) and not with_arguments:
        return not _calls_what_it_keeps(value.cls, decorated)
    if not isinstance(value, Function) or not value.scope.parameters:
        return not isinstance(value, Function)
    scope = value.scope
    if with_arguments:
        inner = [child for child in scope.children if child.kind is ScopeKind.FUNCTION]
        if len(inner) != 1 or not inner[0].parameters:
            return True
        scope = inner[0]
    name = scope.parameters[-1 if scope.is_method else 0].name
    applied = None if with_arguments else _applied(scope, name)
    if applied is not None:
        scope, name = applied, applied.parameters[0].name
    returned = {_returned_name(node) for node in scope.returns}
    if name in returned:
        return False
    wrappers = [child for child in scope.children if child.kind is ScopeKind.FUNCTION]
    if decorated.is_async:
        given = [one for one in wrappers if one.name in returned]
        return not given or not all(_gives_the_same(wrapper, name) for wrapper in given)
    return not any(_calls(wrapper, name) for wrapper in wrappers if not wrapper.is_async)


def _calls_what_it_keeps(cls: Scope, decorated: Scope) -> bool:
    """Tell whether the objects of a class keep a function, and call it when they are called."""
    methods = {name: found[-1].defines for name, found in cls.bindings.items()}
    constructor, call = methods.get("__init__"), methods.get("__call__")
    if constructor is None or call is None or len(constructor.parameters) != 2:  # noqa: PLR2004
        return False
    receiver, given = (one.name for one in constructor.parameters)
    kept = [
        f"{call.parameters[0].name}.{name}"
        for name, found in cls.attributes.items()
        if found[-1].binding.value is not None and found[-1].binding.value.text == given
        if found[-1].target.text == receiver and call.parameters
    ]
    if decorated.is_async:
        return any(_gives_the_same(call, name) for name in kept)
    return not call.is_async and any(_calls(call, name) for name in kept)


def _applied(scope: Scope, name: str) -> Scope | None:
    """Return the decorator that one which may get options applies: `return wrap(function)`."""
    inner = {one.name: one for one in scope.children if one.kind is ScopeKind.FUNCTION}
    for node in scope.returns:
        for call in node.find_all("call"):
            function, given = call.field("function"), positional(call)
            found = inner.get(function.text) if function is not None else None
            if found is not None and found.parameters and [one.text for one in given] == [name]:
                return found
    return None


def _gives_the_same(wrapper: Scope, name: str) -> bool:
    """Tell whether a wrapper gives the coroutine of the function that it wraps, or its result."""
    values = [next(iter(node.children), None) for node in wrapper.returns]
    return (
        not wrapper.is_generator
        and bool(values)
        and all(value is not None and _is_of(wrapper, value, name) for value in values)
    )


def _is_of(wrapper: Scope, node: Node, name: str) -> bool:
    """Tell whether an expression is the call of a function, awaited in an `async def`."""
    if node.kind == "identifier":
        bindings = wrapper.bindings.get(node.text, ())
        values = [one.value for one in bindings if not one.unpack]
        return bool(values) and all(
            value is not None and value.kind != "identifier" and _is_of(wrapper, value, name)
            for value in values
        )
    if node.kind == "parenthesized_expression":
        return any(_is_of(wrapper, inner, name) for inner in node.children)
    if node.kind == "subscript":
        stored = [one.field("right") for one in _assignments_to(wrapper, node)]
        return bool(stored) and all(
            one is not None and one.kind != "subscript" and _is_of(wrapper, one, name)
            for one in stored
        )
    if wrapper.is_async:
        if node.kind != "await" or not node.children:
            return False
        node = node.children[0]
    function = node.field("function") if node.kind == "call" else None
    return function is not None and function.text == name


def _assignments_to(wrapper: Scope, place: Node) -> list[Node]:
    """Return what stores something under the same expression: `cache[key] = await f(key)`."""
    found = wrapper.node.find_all("assignment")
    return [one for one in found if (left := one.field("left")) and left.text == place.text]


def _returned_name(node: Node) -> str | None:
    inner = node.children
    return inner[0].text if inner and inner[0].kind == "identifier" else None


def _calls(wrapper: Scope, name: str) -> bool:
    functions = (call.field("function") for call in wrapper.calls)
    return any(function is not None and function.text == name for function in functions)


def is_stub(scope: Scope) -> bool:
    """Tell whether a body does nothing but refuse: `...`, `pass`, `raise`, a docstring."""
    body = scope.body
    if body is None or body.kind != "block":
        return False
    for statement in body.children:
        kind = statement.kind
        if kind not in _EMPTY_STATEMENTS:
            return False
        if kind == "expression_statement":
            inner = statement.children
            if inner and inner[0].kind not in ("string", "ellipsis", "concatenated_string"):
                return False
        if kind == "raise_statement" and "NotImplemented" not in statement.text:
            return False
    return True
