"""Where an object is held: a variable, an attribute, or the cache of a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from flake8_qdrant.facts.arguments import argument_for
from flake8_qdrant.facts.placement import loops
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.model.lifetimes.allocation_sites import (
    attribute_origins,
    bound_origins,
    is_set_outside,
    joined,
    returned_origins,
)
from flake8_qdrant.model.types.names import binding_scope, seen_bindings
from flake8_qdrant.model.values import External, Function, Instance, Module, present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.lifetimes.allocation_sites import Origin

_CACHES: Final = frozenset(("alru_cache", "cache", "cached", "lru_cache"))
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a module or function."""

    scope: Scope
    name: str

    @property
    def label(self) -> str:
        """How the source calls it."""
        return self.name


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an object of one of the project's classes, held elsewhere."""

    owner: Place
    cls: Scope
    name: str

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.owner.label}.{self.name}"


@dataclass(frozen=True, slots=True)
class Cached:
    """The result of a function that is computed once."""

    scope: Scope

    @property
    def label(self) -> str:
        """How the source calls it."""
        return f"{self.scope.name}()"


Place: TypeAlias = Variable | Attribute | Cached
Environment: TypeAlias = "Mapping[Variable, Place]"
"""What the parameters of functions hold in the call that is looked at."""


def root(place: Place) -> Variable | Cached:
    """Return what holds the object in the end."""
    while isinstance(place, Attribute):
        place = place.owner
    return place


def place_of(
    ask: Evaluation, source: Source, node: Node, known: Environment, depth: int = 0
) -> Place | None:
    """Tell where the value of an expression is held, or None if that is not certain."""
    if depth > _DEEPEST:
        return None
    kind = node.kind
    if kind in ("await", "parenthesized_expression"):
        inner = node.children
        return place_of(ask, source, inner[0], known, depth + 1) if inner else None
    if kind == "identifier":
        return _of_name(ask, source, node, known, depth)
    if kind == "attribute":
        return _of_attribute(ask, source, node, known, depth)
    return _of_call(ask, source, node, known, depth) if kind == "call" else None


def _of_name(
    ask: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    name, used_in = node.text, source.scope_of(node)
    scope = binding_scope(used_in, name)
    if scope is None or scope.kind is ScopeKind.CLASS:
        return None
    if scope.kind is ScopeKind.MODULE:
        return _global(ask, source, name, depth)
    given = known.get(Variable(scope, name))
    if given is not None:
        return given if len(scope.bindings[name]) == 1 else None
    bindings = seen_bindings(scope, used_in, node)
    if len(bindings) == 1 and bindings[0].value is not None and not bindings[0].unpack:
        held = place_of(ask, source, bindings[0].value, known, depth + 1)
        if held is not None:
            return held
    return Variable(scope, name)


def _global(ask: Evaluation, source: Source, name: str, depth: int) -> Place | None:
    bindings = source.module.bindings.get(name, [])
    what = bindings[0].imported if len(bindings) == 1 else None
    if what is None:
        return Variable(source.module, name) if bindings else None
    path = ask.project.layout.find(what.module, what.level, str(source.path))
    origin = ask.project.source(path) if path is not None else None
    if origin is None or what.name is None or depth > _DEEPEST:
        return None
    return _global(ask, origin, what.name, depth + 1)


def _of_attribute(
    ask: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    owner, attribute = node.field("object"), node.field("attribute")
    held = present(ask.type_of(source, owner)) if owner is not None else frozenset()
    if owner is None or attribute is None or len(held) != 1:
        return None
    value, name = next(iter(held)), attribute.text
    if isinstance(value, Module):
        origin = ask.project.source(value.path)
        return None if origin is None else _global(ask, origin, name, depth + 1)
    around = place_of(ask, source, owner, known, depth + 1)
    if around is None or not isinstance(value, Instance):
        return None
    getters = [one for one in ask.member(value.cls, name) if isinstance(one, Function)]
    if len(getters) == 1 and ask.decoration(getters[0].scope).is_property:
        return _returned(ask, getters[0].scope, {**known, **_receiver(getters[0], around)}, depth)
    return Attribute(around, value.cls, name)


def _of_call(
    ask: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    function = node.field("function")
    called = present(ask.type_of(source, function)) if function is not None else frozenset()
    value = next(iter(called)) if len(called) == 1 else None
    if not isinstance(value, Function) or value.scope.is_generator:
        return None
    if is_cached(ask, value.scope):
        return Cached(value.scope)
    if value.scope.decorators and ask.decoration(value.scope).opaque:
        return None
    inner = entered(ask, source, node, value, known, depth + 1)
    return _returned(ask, value.scope, inner, depth)


def _returned(ask: Evaluation, scope: Scope, known: Environment, depth: int) -> Place | None:
    """Return the one place whose object a function returns, unless it makes it itself."""
    places = set()
    for node in scope.returns:
        value = next(iter(node.children), None)
        if value is not None:
            places.add(place_of(ask, scope.source, value, known, depth + 1))
    place = places.pop() if len(places) == 1 else None
    own = place is not None and isinstance(root(place), Variable) and root(place).scope is scope
    return None if own else place


def entered(
    ask: Evaluation,
    source: Source,
    call: Node,
    function: Function,
    known: Environment,
    depth: int = 0,
) -> Environment:
    """Return what the parameters of a called function hold."""
    inner = dict(known)
    bound = function.receiver is not None
    for parameter in function.scope.parameters:
        variable = Variable(function.scope, parameter.name)
        inner.pop(variable, None)
        given = argument_for(parameter, call, bound=bound)
        held = None if given is None else place_of(ask, source, given, known, depth)
        if held is not None:
            inner[variable] = held
    called = call.field("function")
    owner = called.field("object") if called is not None else None
    held = place_of(ask, source, owner, known, depth) if bound and owner is not None else None
    return {**inner, **_receiver(function, held)} if held is not None else inner


def _receiver(function: Function, held: Place) -> dict[Variable, Place]:
    scope = function.scope
    return {Variable(scope, scope.parameters[0].name): held} if scope.parameters else {}


def is_cached(ask: Evaluation, scope: Scope) -> bool:
    """Tell whether a decorator makes a function compute its result once."""
    for decorator in scope.decorators:
        named = decorator.field("function") if decorator.kind == "call" else decorator
        values = ask.type_of(scope.source, named) if named is not None else frozenset()
        if any(isinstance(v, External) and v.name.rpartition(".")[2] in _CACHES for v in values):
            return True
    return False


def is_steady(ask: Evaluation, place: Place) -> bool:
    """Tell whether a place certainly keeps the object that it was given first."""
    if isinstance(place, Cached):
        return True
    if isinstance(place, Attribute):
        return _is_steady_attribute(ask, place) and is_steady(ask, place.owner)
    bindings = place.scope.bindings.get(place.name, [])
    if place.scope.kind is not ScopeKind.MODULE:
        return len(bindings) == 1 and not any(loops(bindings[0].node))
    return all(_is_first(one, place.name) for one in bindings)


def _is_first(binding: Binding, name: str) -> bool:
    """Tell whether a global is set when its module is read, or where it is found to be empty."""
    if binding.kind is not BindingKind.ASSIGNMENT:
        return False
    inside = binding.scope.source.scope_at(binding.start).frame()
    if inside.kind is ScopeKind.MODULE:
        return not any(loops(binding.node))
    return _is_filled_once(binding, inside, name)


def _is_filled_once(binding: Binding, inside: Scope, name: str) -> bool:
    if binding.value is None or binding.value.kind == "none":
        return False
    tests = (test.field("condition") for test in inside.node.find_all("if_statement"))
    return any(test is not None and name in test.text for test in tests)


def _is_steady_attribute(ask: Evaluation, place: Attribute) -> bool:
    if is_set_outside(ask, place.cls, place.name):
        return False
    for cls in ask.ancestry(place.cls).classes:
        if not isinstance(cls, Scope):
            continue
        for assigned in cls.attributes.get(place.name, ()):
            binding = assigned.binding
            inside = binding.scope.frame()
            if inside.name != "__init__" and not _is_filled_once(binding, inside, place.name):
                return False
    return True


def origins_of(ask: Evaluation, place: Place) -> set[Origin] | None:
    """Return every constructor call that the object at a place may come from, if all are seen."""
    if isinstance(place, Cached):
        return returned_origins(ask, place.scope)
    if isinstance(place, Attribute):
        return attribute_origins(ask, place.cls, place.name)
    bindings = place.scope.bindings.get(place.name, ())
    return joined(bound_origins(ask, binding) for binding in bindings)
