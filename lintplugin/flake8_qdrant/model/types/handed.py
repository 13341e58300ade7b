"""What a call hands over to a function or constructor, where that says more than is known anyway.

A fake, None, or a flag that switches a branch off counts for the one call that hands it over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import argument_for, arguments, positional
from flake8_qdrant.facts.scopes import Scope
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.model.types.by_name import asks_by_name
from flake8_qdrant.model.types.generics import argument_of
from flake8_qdrant.model.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    UNSPECIFIED,
    Class,
    External,
    ExternalInstance,
    ExternalMethod,
    Function,
    Given,
    Instance,
    Mapping,
    Module,
    Partial,
    Sdk,
    SdkClass,
    SdkMethod,
    Tuple,
    Type,
    Value,
    is_constant,
    is_known,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Table

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import AttributeAssignment, Parameter
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_SPLATS: Final = ("list_splat", "dictionary_splat")
_DECIDING: Final = (
    "argument_list",
    "boolean_operator",
    "comparison_operator",
    "conditional_expression",
    "elif_clause",
    "for_statement",
    "if_statement",
    "match_statement",
    "not_operator",
    "while_statement",
)
_SWITCHES: Final = ("attribute", "false", "integer", "string", "true")
_DATACLASS: Final = re.compile(r"(?:^|\.)(?:dataclass|define|frozen|attrs|s)\b")
_DEEPEST: Final = 2
"""Objects that were handed objects that were handed objects; what is deeper is left out."""
_CARRIERS: Final = (Class, Function, Instance, Module, Partial, Sdk, SdkClass, SdkMethod)
_TEST_DOUBLES: Final = ("unittest.mock", "mock", "pytest_mock")


def is_test_double(value: Value) -> bool:
    """Tell whether a value is a mock."""
    if isinstance(value, ExternalMethod):
        return value.owner.startswith(_TEST_DOUBLES)
    return isinstance(value, (External, ExternalInstance)) and value.name.startswith(_TEST_DOUBLES)


def depending(scope: Scope, given: Table[str, Type]) -> frozenset[str]:
    """Return the names of a function that hold something that depends on what it is handed."""
    found = set(given)
    grown = True
    while grown:
        grown = False
        for name, bindings in scope.bindings.items():
            if name not in found and any(_mentions(one.value, found) for one in bindings):
                found.add(name)
                grown = True
    return frozenset(found)


def _mentions(value: Node | None, names: set[str]) -> bool:
    return value is not None and any(next(value.find_names(one), None) for one in names)


def handed_over(
    model: Evaluation, value: Function, source: Source, call: Node, *, clients_only: bool = False
) -> Given:
    """Return what a call of a function hands over, as far as it says more than the function does.

    Args:
        model: the semantic model, as the caller sees it.
        value: the function; its receiver is handed over as well.
        source: where the call stands.
        call: calls the function itself, not something that calls it.
        clients_only: leave out what brings no client with it.
    """
    scope = value.scope
    found = dict(received(value))
    for parameter, type_ in _arguments(
        model, scope, source, call, bound=value.receiver is not None
    ):
        asked = all(map(is_constant, type_)) and asks_by_name(scope, parameter.name)
        if clients_only and not brings_clients(type_) and not asked:
            instead = present(model.parameter(scope, parameter)) if type_ == NONE else NOTHING
            if not any(isinstance(one, _CARRIERS) for one in instead):
                continue
        if parameter.name not in found and _says_more(model, scope, parameter, type_, source):
            found[parameter.name] = _shallow(type_)
    return tuple(sorted(found.items(), key=lambda one: one[0]))


def given_to_partial(model: Evaluation, function: Type, source: Source, call: Node) -> Given:
    """Return the switches that `functools.partial` hands to a function of the project."""
    scopes = [one.scope for one in function if isinstance(one, Function)]
    if len(scopes) != 1 or len(function) != 1:
        return ()
    found = {}
    for one in arguments(call):
        name, value = one.field("name"), one.field("value")
        if one.kind == "keyword_argument" and name is not None and value is not None:
            type_ = model.type_of(source, value)
            if all(map(is_constant, type_)) and _decides(scopes[0], name.text):
                found[name.text] = type_
    return tuple(sorted(found.items(), key=lambda one: one[0]))


def returns_within(
    model: Evaluation, value: Function, given: Given, *, at_least: Type | None = None
) -> Type:
    """Tell what a function's body returns in the calls that hand over such values.

    Where that is not known, it is `at_least`, or what the function returns in any call.
    """
    scope = value.scope
    within = model.within(scope, given)
    returns = [node for node in scope.returns if within.runs(scope.source, node)]
    found = union(
        within.type_of(scope.source, node.children[0]) for node in returns if node.children
    )
    if found and is_known(found):
        return found
    return model.returns(value) if at_least is None else found or at_least


def received(value: Function) -> Given:
    """Return the receiver of a method, if it says more than the class of the method does."""
    scope, receiver = value.scope, value.receiver
    if receiver is None or not scope.parameters or scope.parent is None:
        return ()
    plain = receiver.cls is scope.parent and not (isinstance(receiver, Instance) and receiver.given)
    return () if plain else ((scope.parameters[0].name, only(receiver)),)


def _arguments(
    model: Evaluation, scope: Scope, source: Source, call: Node, *, bound: bool
) -> Iterator[tuple[Parameter, Type]]:
    splats = [one for one in arguments(call) if one.kind in _SPLATS]
    unpacked = _unpacked(model, source, splats)
    for parameter in scope.parameters[bound:]:
        if parameter.star:
            if parameter.star == "**" and unpacked is not None:
                rest = _rest(model, scope, source, call, unpacked)
                if rest:
                    yield parameter, only(Mapping(union(rest.values()), tuple(rest.items())))
            continue
        given = argument_for(parameter, call, bound=bound)
        if given is not None:
            yield parameter, model.type_of(source, given)
        elif unpacked is not None and parameter.name in unpacked:
            yield parameter, unpacked[parameter.name]
        elif (not splats or unpacked is not None) and parameter.default is not None:
            default = parameter.default
            yield parameter, model.type_of(scope.source, default)


def _unpacked(model: Evaluation, source: Source, splats: list[Node]) -> dict[str, Type] | None:
    """Return what `**options` passes by name; None where that is not known."""
    found: dict[str, Type] = {}
    for splat in splats:
        held = model.type_of(source, splat.children[0]) if splat.children else UNKNOWN
        if splat.kind != "dictionary_splat" or len(held) != 1:
            return None
        for value in held:
            if not isinstance(value, Mapping) or not value.keys:
                return None
            found |= dict(value.keys)
    return found


def _rest(
    model: Evaluation, scope: Scope, source: Source, call: Node, unpacked: dict[str, Type]
) -> dict[str, Type]:
    """Return what a call passes by names that no parameter has."""
    named = {one.name for one in scope.parameters if not one.star}
    found = {name: type_ for name, type_ in unpacked.items() if name not in named}
    for one in arguments(call):
        name, value = one.field("name"), one.field("value")
        if name is not None and value is not None and name.text not in named:
            found[name.text] = model.type_of(source, value)
    return found


def _says_more(
    model: Evaluation, scope: Scope, parameter: Parameter, type_: Type, source: Source
) -> bool:
    if not type_ or next(scope.node.find_names(parameter.name), None) is None:
        return False
    if all(map(_is_switch, type_)):
        return _decides(scope, parameter.name)
    if parameter.star:
        held = [inner for one in type_ if isinstance(one, Mapping) for _, inner in one.keys]
        return any(all(map(is_constant, one)) or brings_clients(one) for one in held)
    if any(map(is_test_double, type_)):
        return True
    if type_ & (UNKNOWN | UNSPECIFIED):
        return model.project.layout.is_of_tests(source.name)
    if not brings_clients(type_):
        return False
    return type_ != model.parameter(scope, parameter)


def _is_switch(value: Value) -> bool:
    if isinstance(value, Tuple):
        return all(is_constant(one) for item in value.items for one in item)
    return is_constant(value)


def brings_clients(type_: Type) -> bool:
    """Tell whether a value may bring a client with it, and is nothing but that or a constant."""
    held = [one for one in type_ if not is_constant(one)]
    return bool(held) and all(isinstance(one, _CARRIERS) for one in held)


def _decides(scope: Scope, name: str) -> bool:
    """Tell whether a function looks at a parameter to choose what it does, or hands it on."""
    for node in scope.node.find_names(name):
        around = node.parent
        while around is not None and around.kind in ("parenthesized_expression", "attribute"):
            around = around.parent
        if around is not None and around.kind == "keyword_argument":
            return True
        if around is not None and around.kind in _DECIDING:
            return True
        if around is not None and around.kind == "assignment":
            return True
    return False


def _shallow(type_: Type, depth: int = 0) -> Type:
    if not any(isinstance(one, Instance) and one.given for one in type_):
        return type_
    return frozenset(_less(one, depth) for one in type_)


def _less(value: Value, depth: int) -> Value:
    if not isinstance(value, Instance) or not value.given:
        return value
    if depth >= _DEEPEST:
        return Instance(value.cls)
    return Instance(value.cls, tuple((name, _shallow(one, depth + 1)) for name, one in value.given))


def made(model: Evaluation, source: Source, call: Node, cls: Scope) -> Instance:
    """Return the object that a call of a class makes, with what its constructor is handed."""
    constructor = _constructor(model, cls)
    if constructor is None:
        given = _fields(model, source, call, cls)
    else:
        given = handed_over(model, Function(constructor, Instance(cls)), source, call)
        given = tuple(one for one in given if one[0] != constructor.parameters[0].name)
    return Instance(cls, given)


def _constructor(model: Evaluation, cls: Scope) -> Scope | None:
    found = [one for one in model.member(cls, "__init__") if isinstance(one, Function)]
    return found[0].scope if len(found) == 1 and found[0].scope.parameters else None


def _fields(model: Evaluation, source: Source, call: Node, cls: Scope) -> Given:
    """Return what the fields of a dataclass, named tuple or model are given."""
    found = []
    given = positional(call)
    named = _field_names(model, cls) if given else ()
    passed = list(zip(named, given, strict=False))
    for one in arguments(call):
        name, value = one.field("name"), one.field("value")
        if one.kind == "keyword_argument" and name is not None and value is not None:
            passed.append((name.text, value))
    for field, value in passed:
        type_ = model.type_of(source, value)
        if _is_told(model, type_, source) and _is_field(model, cls, field):
            found.append((field, _shallow(type_)))
    return _with_defaults(model, cls, call, found)


def _with_defaults(
    model: Evaluation, cls: Scope, call: Node, found: list[tuple[str, Type]]
) -> Given:
    """Add the switches that a dataclass has by default; settings may get theirs from outside."""
    fields = dict(found)
    classes = [one for one in model.ancestry(cls).classes if isinstance(one, Scope)]
    named = {one.field("name") for one in arguments(call)}
    given = {one.text for one in named if one is not None}
    splatted = any(one.kind in _SPLATS for one in arguments(call))
    if not splatted and any(map(_is_dataclass, classes)):
        names = _field_names(model, cls)
        given |= set(names[: len(positional(call))])
        changed = {name for one in classes for name in one.attributes}
        for name in names:
            default = next(
                (c.bindings[name][-1].value for c in classes if name in c.bindings), None
            )
            if default is None or default.kind not in _SWITCHES or name in given | changed:
                continue
            type_ = model.type_of(cls.source, default)
            if all(map(is_constant, type_)) and not model.project.attributes(name):
                fields[name] = type_
    return tuple(sorted(fields.items(), key=lambda one: one[0]))


def _is_dataclass(cls: Scope) -> bool:
    listing = cls.node.field("superclasses")
    bases = listing.text if listing is not None else ""
    texts = [one.text for one in cls.decorators]
    return bases == "(BaseModel)" or any(_DATACLASS.search(text) for text in texts)


def _is_told(model: Evaluation, type_: Type, source: Source) -> bool:
    if any(map(is_test_double, type_)):
        return True
    if type_ & (UNKNOWN | UNSPECIFIED):
        return model.project.layout.is_of_tests(source.name)
    return bool(type_) and (all(map(is_constant, type_)) or brings_clients(type_))


def _field_names(model: Evaluation, cls: Scope) -> list[str]:
    """Return the annotated names of a class and its bases, in the order of a dataclass's fields."""
    classes = [one for one in model.ancestry(cls).classes if isinstance(one, Scope)]
    names: dict[str, None] = {}
    for one in reversed(classes):
        names |= dict.fromkeys(
            name
            for name, found in one.bindings.items()
            if found[0].annotation is not None and "ClassVar" not in found[0].annotation.text
        )
    return list(names)


def _is_field(model: Evaluation, cls: Scope, name: str) -> bool:
    classes = (one for one in model.ancestry(cls).classes if isinstance(one, Scope))
    return any(one.annotation is not None for c in classes for one in c.bindings.get(name, ()))


def given_attribute(model: Evaluation, value: Instance, name: str) -> Type | None:
    """Tell what an attribute holds because of what the object's constructor was handed.

    None if it does not depend on that.
    """
    promised = _promised(model, value, name)
    if promised is not None:
        return promised
    fields = dict(value.given)
    if name in fields and _constructor(model, value.cls) is None:
        return fields[name]
    assigned = [
        (cls, one)
        for cls in model.ancestry(value.cls).classes
        if isinstance(cls, Scope)
        for one in cls.attributes.get(name, ())
    ]
    depends, found = False, []
    for cls, one in assigned:
        inside = one.binding.scope.frame()
        if inside.name != "__init__" or inside.parent is not cls or one.binding.value is None:
            found.append(model.binding(one.binding))
            continue
        given = _given_above(model, value, inside)
        if not given:
            found.append(model.binding(one.binding))
            continue
        within = model.within(inside, given)
        depends = depends or _is_affected(inside, one, dict(given))
        if within.runs(inside.source, one.binding.value):
            found.append(within.type_of(inside.source, one.binding.value))
    if not depends:
        return None
    return union(found)


def _promised(model: Evaluation, value: Instance, name: str) -> Type | None:
    """Tell what the object's class is given for the variable that annotates an attribute."""
    for cls in model.ancestry(value.cls).classes:
        if isinstance(cls, Scope):
            bindings = [*cls.bindings.get(name, ())]
            bindings += (one.binding for one in cls.attributes.get(name, ()))
            for binding in bindings:
                found = argument_of(value, binding.annotation)
                if found is not None:
                    return found
    return None


def _is_affected(scope: Scope, assignment: AttributeAssignment, given: Table[str, Type]) -> bool:
    names = depending(scope, given)
    node: Node | None = assignment.binding.node
    while node is not None and node.kind != "function_definition":
        node = node.parent
        if node is not None and node.kind in ("if_statement", "block") and _tests(node, names):
            return True
    return _mentions(assignment.binding.value, set(names))


def _tests(node: Node, names: frozenset[str]) -> bool:
    tests = [node] if node.kind == "if_statement" else node.children
    conditions = (one.field("condition") for one in tests if one.kind == "if_statement")
    return any(_mentions(one, set(names)) for one in conditions)


def calls_above(cls: Scope) -> bool:
    """Tell whether a class's constructor hands constants to that of its base."""
    bindings = cls.bindings.get("__init__")
    own = bindings[-1].defines if bindings else None
    return own is not None and any(
        called_name(call) == "__init__" and any(map(_is_literal, arguments(call)))
        for call in own.calls
    )


def _is_literal(argument: Node) -> bool:
    value = argument.field("value") if argument.kind == "keyword_argument" else argument
    return value is not None and value.kind in ("false", "none", "string", "true")


def _given_above(model: Evaluation, value: Instance, constructor: Scope) -> Given:
    """Return what a constructor gets that the object's own one calls as `super().__init__`."""
    own = _constructor(model, value.cls)
    given = value.given
    if own is not None:
        types = {one.name: argument_of(value, one.annotation) for one in own.parameters}
        known = {name: type_ for name, type_ in types.items() if type_ is not None}
        given = tuple(sorted({**known, **dict(given)}.items(), key=lambda one: one[0]))
    for _ in range(_DEEPEST + 2):
        if own is None or own is constructor:
            break
        within = model.within(own, given)
        calls = [one for one in own.calls if called_name(one) == "__init__"]
        above = _called_constructor(within, own, calls)
        if above is None:
            return ()
        call, function = above
        given = handed_over(within, function, own.source, call)
        own = function.scope
    return given if own is constructor else ()


def _called_constructor(
    model: Evaluation, scope: Scope, calls: list[Node]
) -> tuple[Node, Function] | None:
    for call in calls:
        called = call.field("function")
        for one in model.type_of(scope.source, called) if called is not None else ():
            if isinstance(one, Function) and one.scope is not scope:
                return call, Function(one.scope, one.receiver)
    return None
