"""Where an object is held, whether it stays there, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import argument_for, positional
from flake8_qdrant.facts.guards import lacks_key
from flake8_qdrant.facts.placement import loops
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.model.lifetimes.allocation_sites import (
    attribute_origins,
    bound_origins,
    is_set_outside,
    joined,
    origins,
    returned_origins,
)
from flake8_qdrant.model.lifetimes.places import (
    Attribute,
    Cached,
    ClassAttribute,
    Constant,
    Handed,
    Item,
    Variable,
    root,
)
from flake8_qdrant.model.types.names import binding_scope, seen_bindings
from flake8_qdrant.model.values import (
    Class,
    ContainerMethod,
    External,
    Function,
    Instance,
    Module,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Binding, Put
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.lifetimes.allocation_sites import Origin
    from flake8_qdrant.model.lifetimes.places import Environment, Place

_CACHES: Final = frozenset(("alru_cache", "cache", "cached", "lru_cache"))
_DEEPEST: Final = 6


_LITERALS: Final = ("string", "concatenated_string", "integer", "true", "false", "none")


def place_of(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int = 0
) -> Place | None:
    """Tell where the value of an expression is held, or None if that is not certain."""
    if depth > _DEEPEST:
        return None
    kind = node.kind
    if kind in ("await", "parenthesized_expression"):
        inner = node.children
        return place_of(model, source, inner[0], known, depth + 1) if inner else None
    if kind in _LITERALS:
        return None if node.has("interpolation") else Constant(node.text)
    handler = _PLACES.get(kind)
    return None if handler is None else handler(model, source, node, known, depth)


def _of_name(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    name, used_in = node.text, source.scope_of(node)
    scope = binding_scope(used_in, name)
    if scope is None or scope.kind is ScopeKind.CLASS:
        return None
    if scope.kind is ScopeKind.MODULE:
        return _global(model, source, name, depth)
    given = known.get(Variable(scope, name))
    if given is not None:
        is_sole = len(scope.bindings[name]) == 1
        return given if is_sole and not isinstance(given, Handed) else None
    bindings = seen_bindings(scope, used_in, node)
    stored = _stored_back(model, source, bindings, known, depth)
    if stored is not None:
        return stored
    sole = bindings[0] if len(bindings) == 1 and not bindings[0].unpack else None
    if sole is not None and sole.value is not None and sole.kind is BindingKind.ASSIGNMENT:
        held = place_of(model, source, sole.value, known, depth + 1)
        if held is not None:
            return held
    return Variable(scope, name)


def _stored_back(
    model: Evaluation,
    source: Source,
    bindings: Sequence[Binding],
    known: Environment,
    depth: int,
) -> Place | None:
    """Return the place that `client = kept.get(key)` reads, if what it lacks is put there."""
    if len(bindings) < 2:  # noqa: PLR2004  (read, or made where there was none)
        return None
    places, made = set(), []
    for binding in bindings:
        value = None if binding.unpack else binding.value
        held = None if value is None else place_of(model, source, value, known, depth + 1)
        if held is None:
            made.append(binding)
        else:
            places.add(held)
    place = places.pop() if len(places) == 1 else None
    if place is None or not all(_is_stored(binding, place) for binding in made):
        return None
    return place


def _is_stored(binding: Binding, place: Place) -> bool:
    """Tell whether what a variable gets is also assigned to a place: `kept[key] = client`."""
    written = place.label.partition("[")[0].rpartition(".")[2]
    for assignment in binding.scope.node.find_all("assignment"):
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind == "identifier" or written not in left.text:
            continue
        chained = assignment.is_within(binding.node) or binding.node.is_within(assignment)
        if chained or right.text == binding.name:
            return True
    return False


def _of_subscript(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    container, indexes = node.field("value"), node.fields("subscript")
    if container is None or len(indexes) != 1:
        return None
    return _item(model, source, (container, indexes[0]), known, depth)


def _item(
    model: Evaluation, source: Source, read: tuple[Node, Node], known: Environment, depth: int
) -> Place | None:
    owner, key = (place_of(model, source, one, known, depth + 1) for one in read)
    return None if owner is None or key is None else Item(owner, key)


def _global(model: Evaluation, source: Source, name: str, depth: int) -> Place | None:
    bindings = source.module.bindings.get(name, [])
    what = bindings[0].imported if len(bindings) == 1 else None
    if what is None:
        return Variable(source.module, name) if bindings else None
    path = model.project.layout.find(what.module, what.level, str(source.path))
    origin = model.project.source(path) if path is not None else None
    if origin is None or what.name is None or depth > _DEEPEST:
        return None
    return _global(model, origin, what.name, depth + 1)


def _of_attribute(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    owner, attribute = node.field("object"), node.field("attribute")
    held = present(model.type_of(source, owner)) if owner is not None else frozenset()
    if owner is None or attribute is None or len(held) != 1:
        return None
    value, name = next(iter(held)), attribute.text
    if isinstance(value, Module):
        origin = model.project.source(value.path)
        return None if origin is None else _global(model, origin, name, depth + 1)
    if not isinstance(value, (Instance, Class)):
        return None
    shared = _shared(model, value, name, depth)
    if shared is not None:
        return shared
    around = place_of(model, source, owner, known, depth + 1)
    if around is None or isinstance(value, Class):
        return None
    getters = [one for one in model.member(value.cls, name) if isinstance(one, Function)]
    if len(getters) == 1 and model.decoration(getters[0].scope).is_property:
        return _returned(model, getters[0].scope, {**known, **_receiver(getters[0], around)}, depth)
    return Attribute(around, value.cls, name)


def _shared(model: Evaluation, value: Instance | Class, name: str, depth: int) -> Place | None:
    """Return the place of an attribute that is the same for all objects of a class.

    The class holds it itself, or its constructor gives each object what a module holds.
    """
    classes = [one for one in model.ancestry(value.cls).classes if isinstance(one, Scope)]
    bound = [one for cls in classes for one in cls.bindings.get(name, ())]
    assigned = [one for cls in classes for one in cls.attributes.get(name, ())]
    if any(one.value is not None for one in bound):
        holder = next(cls for cls in classes if name in cls.bindings)
        to_class = all(
            isinstance(held, Class)
            for one in assigned
            for held in model.type_of(one.binding.scope.source, one.target)
        )
        return ClassAttribute(holder, name) if to_class else None
    if bound or len(assigned) != 1 or is_set_outside(model, value.cls, name):
        return None
    binding = assigned[0].binding
    if binding.value is None or binding.unpack:
        return None
    held = place_of(model, binding.scope.source, binding.value, {}, depth + 1)
    holds = None if held is None else root(held)
    if isinstance(holds, Variable) and holds.scope.kind is not ScopeKind.MODULE:
        return None
    return None if isinstance(holds, Constant) else held


def _of_call(
    model: Evaluation, source: Source, node: Node, known: Environment, depth: int
) -> Place | None:
    function = node.field("function")
    called = present(model.type_of(source, function)) if function is not None else frozenset()
    value = next(iter(called)) if len(called) == 1 else None
    if isinstance(value, ContainerMethod) and value.name in ("get", "setdefault"):
        container, given = function and function.field("object"), positional(node)
        if container is not None and given:
            return _item(model, source, (container, given[0]), known, depth)
    if not isinstance(value, Function) or value.scope.is_generator:
        return None
    if is_cached(model, value.scope):
        return Cached(value.scope)
    if value.scope.decorators and model.decoration(value.scope).opaque:
        return None
    inner = entered(model, source, node, value, known, depth + 1)
    return _returned(model, value.scope, inner, depth)


def _returned(model: Evaluation, scope: Scope, known: Environment, depth: int) -> Place | None:
    """Return the one place whose object a function returns, unless it makes it itself."""
    places = set()
    for node in scope.returns:
        value = next(iter(node.children), None)
        if value is not None:
            places.add(place_of(model, scope.source, value, known, depth + 1))
    place = places.pop() if len(places) == 1 else None
    holder = None if place is None else root(place)
    return None if isinstance(holder, Variable) and holder.scope is scope else place


def entered(
    model: Evaluation,
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
        held = None if given is None else place_of(model, source, given, known, depth)
        if held is not None:
            inner[variable] = held
        elif given is not None:
            inner[variable] = Handed(source, given, tuple(known.items()))
    called = call.field("function")
    owner = called.field("object") if called is not None else None
    held = place_of(model, source, owner, known, depth) if bound and owner is not None else None
    return {**inner, **_receiver(function, held)} if held is not None else inner


def _receiver(function: Function, held: Place) -> dict[Variable, Place]:
    scope = function.scope
    return {Variable(scope, scope.parameters[0].name): held} if scope.parameters else {}


def is_cached(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a decorator makes a function compute its result once."""
    for decorator in scope.decorators:
        named = decorator.field("function") if decorator.kind == "call" else decorator
        values = model.type_of(scope.source, named) if named is not None else frozenset()
        if any(isinstance(v, External) and v.name.rpartition(".")[2] in _CACHES for v in values):
            return True
    return False


def is_steady(model: Evaluation, place: Place) -> bool:
    """Tell whether a place certainly keeps the object that it was given first."""
    if isinstance(place, (Cached, Constant)):
        return True
    if isinstance(place, Item):
        steady = is_steady(model, place.owner) and is_steady(model, place.key)
        return steady and all(_is_put_once(put) for put in _puts(model, place))
    if isinstance(place, ClassAttribute):
        return _is_steady_attribute(model, place)
    if isinstance(place, Attribute):
        return _is_steady_attribute(model, place) and is_steady(model, place.owner)
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


def _puts(model: Evaluation, place: Item) -> list[Put]:
    """Return what is put into the container of a place, under any key or the same one."""
    name = place.owner.label.rpartition(".")[2]
    key = place.key.label.strip("'\"") if isinstance(place.key, Constant) else None
    puts = (one for one in model.project.puts(name) if one.key is None or one.key == key)
    return [one for one in puts if _is_into(model, one, place.owner)]


def _is_into(model: Evaluation, put: Put, owner: Place) -> bool:
    """Tell whether something is put into the container at a place."""
    held = place_of(model, put.source, put.target, {})
    if isinstance(held, Attribute) and isinstance(owner, Attribute):
        return (held.cls, held.name) == (owner.cls, owner.name)
    return held == owner


def _is_put_once(put: Put) -> bool:
    """Tell whether something is put into a container only where it lacks the key."""
    around = put.value.ancestors()
    is_default = any(one.kind == "call" and called_name(one) == "setdefault" for one in around)
    return is_default or lacks_key(put.value)


def _is_steady_attribute(model: Evaluation, place: Attribute | ClassAttribute) -> bool:
    if is_set_outside(model, place.cls, place.name):
        return False
    for cls in model.ancestry(place.cls).classes:
        if not isinstance(cls, Scope):
            continue
        for assigned in cls.attributes.get(place.name, ()):
            binding = assigned.binding
            inside = binding.scope.frame()
            if inside.name != "__init__" and not _is_filled_once(binding, inside, place.name):
                return False
    return True


def origins_of(model: Evaluation, place: Place) -> set[Origin] | None:
    """Return every constructor call that the object at a place may come from, if all are seen."""
    if isinstance(place, Cached):
        return returned_origins(model, place.scope)
    if isinstance(place, (Attribute, ClassAttribute)):
        return attribute_origins(model, place.cls, place.name)
    if isinstance(place, Item):
        puts = _puts(model, place)
        return joined(origins(model, one.source, one.value) for one in puts) if puts else None
    if isinstance(place, Constant):
        return None
    bindings = place.scope.bindings.get(place.name, ())
    return joined(bound_origins(model, binding) for binding in bindings)


_PLACES: Final[dict[str, Callable[[Evaluation, Source, Node, Environment, int], Place | None]]] = {
    "attribute": _of_attribute,
    "call": _of_call,
    "identifier": _of_name,
    "subscript": _of_subscript,
}
