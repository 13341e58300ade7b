"""Functions of the project: what they take, return and yield."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import argument_for, arguments, positional
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.model.types.by_name import asks_by_name
from flake8_qdrant.model.types.classes import implementers, is_protocol, subclasses
from flake8_qdrant.model.types.comments import parameter_by_comment, returned_by_comment
from flake8_qdrant.model.types.containers import set_items
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.types.depends import depended, provided_by_name
from flake8_qdrant.model.types.fixtures import fixture
from flake8_qdrant.model.types.generics import argument_of, generic_bases
from flake8_qdrant.model.types.handed import is_test_double, received
from flake8_qdrant.model.types.iteration import element
from flake8_qdrant.model.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    UNSPECIFIED,
    Class,
    Collection,
    Coroutine,
    ExternalInstance,
    Factory,
    Function,
    Instance,
    Mapping,
    Sdk,
    Type,
    is_known,
    is_vague,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Parameter
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_MOST_CALLERS: Final = 200
"""A function with more call sites, or files with one, has a common name; it is not worth it."""
_YIELD_FROM: Final = re.compile(r"yield\s+from\b")
_ITEM_VALUE: Final = 2
"""The position of what `__setitem__` stores."""
_CLASS_RECEIVERS: Final = ("__new__", "__init_subclass__", "__class_getitem__")


def find_returns(model: Evaluation, function: Function) -> Type:
    """Tell what the body returns: what is promised, or if that says nothing, what it returns."""
    scope = function.scope
    if scope.kind is ScopeKind.LAMBDA:
        return model.type_of(scope.source, scope.body) if scope.body is not None else UNKNOWN
    promised = _promised(model, function)
    given = received(function)
    if given and not is_stub(scope):
        of_receiver = _body_gives(model.within(scope, given), scope)
        if not is_known(promised) or of_receiver != _body_gives(model, scope):
            return of_receiver
    vague = is_vague(promised) or all(isinstance(value, Coroutine) for value in promised)
    if is_known(promised) and not vague:
        return _double(model, scope) or promised
    if is_stub(scope):
        return _implemented(model, function) if promised == UNKNOWN else promised
    found = _body_gives(model, scope)
    return promised if vague and not is_known(found) else found


def _body_gives(model: Evaluation, scope: Scope) -> Type:
    returns = (node for node in scope.returns if model.runs(scope.source, node))
    return union(_returned(model, scope.source, node) for node in returns) or NONE


def _double(model: Evaluation, scope: Scope) -> Type:
    """Tell what a function of a test returns that is known, whatever it promises; else nothing."""
    if is_stub(scope) or not model.project.layout.is_of_tests(scope.source.name):
        return NOTHING
    found = _body_gives(model, scope)
    return NOTHING if found <= UNKNOWN | NONE else found


def _implemented(model: Evaluation, function: Function) -> Type:
    """Tell what the implementations of a method without a body return."""
    if not isinstance(function.receiver, Instance) or function.scope.parent is None:
        return UNKNOWN
    found = [
        model.returns(Function(method.scope, Instance(cls)))
        for cls in implementers(model, function.scope.parent)
        for method in model.member(cls, function.scope.name)
        if isinstance(method, Function) and not is_stub(method.scope)
    ]
    return union(found) or UNKNOWN


def _promised(model: Evaluation, function: Function) -> Type:
    scope = function.scope
    annotation = scope.node.field("return_type")
    if annotation is None:
        return returned_by_comment(model, scope) or UNKNOWN
    if isinstance(function.receiver, Instance):
        argument = _argument_given(model, function.receiver, annotation.children[0])
        if argument is not None:
            return argument
    if annotation.text in ("Self", '"Self"', "typing.Self") and function.receiver is not None:
        return only(Instance(function.receiver.cls))
    return model.annotation(scope.source, annotation)


def _argument_given(model: Evaluation, receiver: Instance, annotation: Node) -> Type | None:
    """Return what an object's class, or what it derives from, is given for a variable."""
    own = argument_of(receiver, annotation)
    if own is not None:
        return own
    found = (argument_of(base, annotation) for base in generic_bases(model, receiver.cls))
    return next((one for one in found if one is not None), None)


def _returned(model: Evaluation, source: Source, node: Node) -> Type:
    value = node.children
    return model.type_of(source, value[0]) if value else NONE


def find_yields(model: Evaluation, function: Function) -> Type:
    """Tell what a generator yields, from its annotation or its body."""
    promised = _promised(model, function)
    if any(isinstance(value, Collection) and is_known(value.item) for value in promised):
        return union(v.item for v in promised if isinstance(v, Collection))
    found = []
    for node in function.scope.yields:
        value = node.children
        if not value:
            found.append(NONE)
        elif _YIELD_FROM.match(node.text):
            found.append(element(model, model.type_of(function.scope.source, value[0])))
        else:
            found.append(model.type_of(function.scope.source, value[0]))
    return union(found) or UNKNOWN


def find_parameter(model: Evaluation, scope: Scope, parameter: Parameter) -> Type:
    """Tell what a parameter may be: promised, injected, or what the project's callers pass."""
    receiver = _receiver(model, scope, parameter)
    if receiver is not None:
        return receiver
    requested = None if parameter.star else fixture(model, scope, parameter)
    if requested is not None:
        return requested
    if parameter.annotation is not None:
        promised = model.annotation(scope.source, parameter.annotation)
        if is_known(promised):
            if parameter.star:
                return _starred(parameter, promised)
            if _asks_little(model, promised) or asks_by_name(scope, parameter.name):
                passed = _passed(model, scope, parameter)
                return passed if is_known(passed) and not is_vague(passed) else promised
            return _or_its_counterpart(model, scope, parameter, promised)
    if scope.kind is ScopeKind.LAMBDA:
        return UNKNOWN
    if parameter.annotation is None:
        commented = parameter_by_comment(model, scope, parameter)
        if commented is not None and is_known(commented):
            return _starred(parameter, commented)
    return _unpromised(model, scope, parameter)


def _unpromised(model: Evaluation, scope: Scope, parameter: Parameter) -> Type:
    if parameter.star:
        return _collected(model, scope, parameter)
    if parameter.default is not None:
        injected = depended(model, scope.source, parameter.default)
        if injected is not None:
            return injected
    return _passed(model, scope, parameter)


def _or_its_counterpart(
    model: Evaluation, scope: Scope, parameter: Parameter, promised: Type
) -> Type:
    """Tell what a parameter holds that promises one client and may be passed the other one.

    `client: OpenAI` is what people write who import the type for its attributes alone; nothing
    holds it against the `AsyncOpenAI` that they pass.
    """
    clients = [one.cls for one in promised if isinstance(one, Sdk)]
    others = {cls.counterpart for cls in clients} - {None, *(cls.name for cls in clients)}
    if not others:
        return promised
    passed = _passed(model, scope, parameter)
    other = frozenset(one for one in passed if isinstance(one, Sdk) and one.cls.name in others)
    if not other:
        return promised
    return passed if is_known(passed) else promised | other


def _asks_little(model: Evaluation, promised: Type) -> bool:
    """Tell whether values of many kinds fit an annotation, so that what callers pass says more."""
    return is_vague(promised) or _is_any_function(promised) or _is_interface(model, promised)


def _collected(model: Evaluation, scope: Scope, parameter: Parameter) -> Type:
    """Tell what a starred parameter collects in the project's calls."""
    named = {one.name for one in scope.parameters if not one.star}
    items: list[Type] = []
    keys: dict[str, Type] = {}
    for source, call, bound in callers(model, scope):
        given = arguments(call)
        if any(one.kind in ("list_splat", "dictionary_splat") for one in given):
            return UNKNOWN
        if parameter.star == "*":
            rest = positional(call)[parameter.position - bound :]
            items += (model.type_of(source, one) for one in rest)
            continue
        for one in given:
            name, value = one.field("name"), one.field("value")
            if name is not None and value is not None and name.text not in named:
                known = keys.get(name.text, frozenset())
                keys[name.text] = union((known, model.type_of(source, value)))
    if parameter.star == "*":
        return only(Collection(union(items))) if items else UNKNOWN
    return only(Mapping(union(keys.values()), tuple(keys.items()))) if keys else UNKNOWN


def _is_any_function(promised: Type) -> bool:
    """Tell whether an annotation says no more than that one can call it: `Callable[..., Any]`."""
    functions = [value for value in promised if isinstance(value, Factory)]
    return bool(functions) and all(not is_known(value.result) for value in functions)


def _is_interface(model: Evaluation, promised: Type) -> bool:
    """Tell whether an annotation names only what objects of several classes fit.

    Such are protocols, and the base classes of a client library's own.
    """
    return all(
        (isinstance(one, Instance) and is_protocol(model, one.cls))
        or (isinstance(one, ExternalInstance) and model.tables.library(one.name) is not None)
        for one in present(promised)
    )


def _starred(parameter: Parameter, each: Type) -> Type:
    """`*items: T` is a tuple of T, `**named: T` a dictionary of T."""
    if parameter.star == "*":
        return only(Collection(each))
    return only(Mapping(each)) if parameter.star else each


def _receiver(model: Evaluation, scope: Scope, parameter: Parameter) -> Type | None:
    """Return the type of `self` or `cls`, or None for any other parameter."""
    if parameter.position != 0 or parameter.star or not scope.is_method or scope.parent is None:
        return None
    decoration = model.decoration(scope)
    if decoration.is_static:
        return None
    if decoration.is_class or scope.name in _CLASS_RECEIVERS:
        return only(Class(scope.parent))
    return only(Instance(scope.parent))


def _passed(model: Evaluation, scope: Scope, parameter: Parameter) -> Type:
    """Join what every call of the function in the project passes; tests count if no other does."""
    default = parameter.default
    omitted = UNSPECIFIED if default is None else model.type_of(scope.source, default)
    found: list[Type] = []
    of_tests: list[Type] = []
    for source, call, bound in callers(model, scope):
        given = argument_for(parameter, call, bound=bound)
        type_ = omitted if given is None else model.type_of(source, given)
        if not any(map(is_test_double, type_)):
            (of_tests if model.project.layout.is_of_tests(source.name) else found).append(type_)
    if parameter.position == (scope.is_method and not model.decoration(scope).is_static):
        found += (only(value) for value in _decorated_by(model, scope))
    if parameter.position == _ITEM_VALUE:
        found += set_items(model, scope)
    if provided := provided_by_name(model, scope, parameter.name):
        found.append(provided)
    if model.project.layout.is_of_tests(scope.source.name) or not found:
        found += of_tests
    if found:
        return union(found)
    return union((omitted, UNSPECIFIED))


def _decorated_by(model: Evaluation, scope: Scope) -> Iterator[Function | Class]:
    """Give what the project decorates with a function, or with what a call of another one gives."""
    outer = scope.parent
    is_made = outer is not None and outer.kind is ScopeKind.FUNCTION
    name = outer.name if outer is not None and is_made else scope.name
    if model.project.count_calling(name) > _MOST_CALLERS or not _keeps_its_argument(scope):
        return
    for source in model.project.holding(name):
        for one in source.scopes:
            for decorator in one.decorators:
                called = decorator.field("function") if is_made else decorator
                if called is None or called.text.rpartition(".")[2] != name:
                    continue
                values = model.type_of(source, decorator)
                if any(isinstance(v, Function) and v.scope is scope for v in values):
                    yield Class(one) if one.kind is ScopeKind.CLASS else Function(one)


def _keeps_its_argument(scope: Scope) -> bool:
    """Tell whether a function stores its first argument, as one that fills a registry does."""
    position = int(scope.is_method)
    if len(scope.parameters) <= position:
        return False
    name = scope.parameters[position].name
    return any(
        put.value.text == name for put in scope.source.puts if put.value.is_within(scope.node)
    )


def callers(model: Evaluation, scope: Scope) -> Iterator[tuple[Source, Node, bool]]:
    """Give each call of a function in the project, and whether its receiver is bound already."""
    cls = scope.parent if scope.is_method else None
    builds = cls is not None and scope.name in ("__init__", "__new__")
    if cls is not None and builds:
        names = {cls.name, "__init__", "cls", *(one.name for one in subclasses(model, cls))}
    else:
        names = {scope.name}
    if sum(map(model.project.count_calling, names)) > _MOST_CALLERS:
        return
    sites = [site for name in sorted(names) for site in model.project.calls(name)]
    if len(sites) > _MOST_CALLERS:
        return
    for source, call in sites:
        function = call.field("function")
        if function is None:
            continue
        for value in model.type_of(source, function):
            if isinstance(value, Function) and value.scope is scope:
                yield source, call, value.receiver is not None
            elif builds and isinstance(value, Class) and _builds_with(model, value.cls, scope):
                yield source, call, True


def _builds_with(model: Evaluation, cls: Scope, constructor: Scope) -> bool:
    found = model.member(cls, constructor.name)
    return any(isinstance(one, Function) and one.scope is constructor for one in found)
