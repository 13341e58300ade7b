"""Work that is done once a process: behind a guard that nothing resets, or kept by a cache.

A guard is reset where something outside of it makes its place empty again: an assignment, a `del`,
`clear()`. What closes the object at the same time ends its life and does not count, nor does what a
test does.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.facts.arguments import positional
from flake8_qdrant.facts.flow import reaching
from flake8_qdrant.facts.guards import Guarded, guards, place_of
from flake8_qdrant.facts.nodes import Node, string_value
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.facts.source import Source, called_name
from flake8_qdrant.model.effects.requests import runs_per_request
from flake8_qdrant.model.types.classes import subclasses
from flake8_qdrant.model.types.functions import callers
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import NONE, Class, External, Function, Instance, Module, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.model.evaluation import Evaluation

_CACHES: Final = ("functools.cache", "functools.lru_cache")
_CONSTRUCTORS: Final = frozenset(
    ("__attrs_post_init__", "__init__", "__init_subclass__", "__new__", "__post_init__")
)
_CLOSING: Final = frozenset(
    (
        "aclose", "aexit", "cleanup", "close", "del", "destroy", "disconnect", "dispose", "exit",
        "lifespan", "shutdown", "stop", "teardown",
    )
)  # fmt: skip
"""Words in the names of functions that end something's life."""
_EMPTY: Final = frozenset(
    ("0", "False", "None", "()", "[]", "{}", '""', "''", "dict()", "list()", "set()", "tuple()")
)
_FILLING: Final = frozenset(("add", "append", "extend", "insert", "setdefault", "update"))
_EMPTYING: Final = ("clear", "pop", "popitem")
_DEEPEST: Final = 2
"""Functions on the way from a guard to the assignment that it waits for."""


class _Setting(NamedTuple):
    """One place where code gives a guard's place a value, or takes it away (no value)."""

    source: Source
    node: Node
    value: Node | None
    frame: Scope


class Once(Enum):
    """For how long work is done that code does until something is built."""

    EACH_TIME = "each time"
    BY_OBJECT = "once an object"
    BY_PROCESS = "once a process"


def runs_once(model: Evaluation, source: Source, node: Node) -> Once:
    """Tell whether code runs only until something is built that nothing takes away again."""
    for guard in guards(node):
        place = _original(source, guard.place)
        settings = [] if place is None else list(_settings(model, source, place))
        inside = [one for one in settings if _is_in(model, source, guard.region, one)]
        if place is not None and any(not _is_empty(one) for one in inside):
            outside = (one for one in settings if one not in inside)
            if not any(_resets(model, one) for one in outside):
                return _lasting(model, source, node, place)
    return Once.EACH_TIME


def _lasting(model: Evaluation, source: Source, node: Node, place: Guarded) -> Once:
    """Tell how long a place lasts: an attribute of the receiver as long as that does."""
    method = source.scope_of(node).frame()
    cls = method.parent if method.is_method else None
    owned = place.owner is not None and cls is not None and bool(method.parameters)
    if not owned or place.owner is None or place.owner.text != method.parameters[0].name:
        return Once.BY_PROCESS
    if cls is None or model.decoration(method).is_class:
        return Once.BY_PROCESS
    assigned = cls.attributes.get(place.name, ())
    if any(one.target.text in (cls.name, "cls") for one in assigned):
        return Once.BY_PROCESS
    return Once.EACH_TIME if is_built_per_request(model, cls) else Once.BY_OBJECT


def is_built_per_request(model: Evaluation, cls: Scope) -> bool:
    """Tell whether every object of a class lives no longer than the request that it is built for.

    A handler or a dependency of one builds it, and keeps it in a variable of its own at most.
    """
    key = ("built per request", cls)
    return model.remember(key, cls, lambda: _is_built_per_request(model, cls), least=False)


def _is_built_per_request(model: Evaluation, cls: Scope) -> bool:
    found = False
    for source, call in model.project.calls(cls.name):
        function = call.field("function")
        values = model.type_of(source, function) if function is not None else ()
        if not any(isinstance(one, Class) and one.cls is cls for one in values):
            continue
        if model.project.layout.is_of_tests(source.name):
            continue
        if not runs_per_request(model, source.scope_of(call).frame()) or not _is_local(
            source, call
        ):
            return False
        found = True
    return found


def is_built_here(model: Evaluation, source: Source, node: Node) -> bool:
    """Tell whether a call or property is of an object that its user has just built for itself."""
    function = node.field("function") if node.kind == "call" else node
    owner = function.field("object") if function is not None else None
    frame = source.scope_of(node).frame()
    if owner is None or frame.kind is not ScopeKind.FUNCTION:
        return False
    if owner.kind == "identifier" and runs_per_request(model, frame):
        bindings = frame.bindings.get(owner.text, ())
        values = [one.value for one in bindings]
        owner = values[0] if len(values) == 1 and values[0] is not None else owner
    made = owner.field("function") if owner.kind == "call" else None
    values_ = () if made is None else model.type_of(source, made)
    return bool(values_) and all(isinstance(one, Class) for one in values_)


def _is_local(source: Source, call: Node) -> bool:
    """Tell whether what a call gives is kept in a variable of its function at most."""
    around = call.parent
    if around is None or around.kind != "assignment":
        return around is not None and around.kind in ("attribute", "await", "return_statement")
    target = around.field("left")
    frame = source.scope_of(call).frame()
    return target is not None and target.kind == "identifier" and target.text in frame.bindings


def is_kept(model: Evaluation, function: Function) -> bool:
    """Tell whether a cache keeps the result of a function that takes no arguments."""
    scope = function.scope
    if not scope.decorators:
        return False
    decoration = model.decoration(scope)
    taken = len(scope.parameters) - (scope.is_method and not decoration.is_static)
    if taken > 0:
        return False
    names = {name for one in scope.decorators for name in _decorator_names(model, scope, one)}
    if decoration.is_property:
        kept = any(name.endswith("cached_property") for name in names)
        return kept and not _is_taken_away(model, Guarded(None, scope.name))
    return any(name in _CACHES for name in names) and not _is_cleared(model, scope)


def _decorator_names(model: Evaluation, scope: Scope, decorator: Node) -> Iterator[str]:
    named = decorator.field("function") if decorator.kind == "call" else decorator
    for value in model.type_of(scope.source, named) if named is not None else ():
        if isinstance(value, External):
            yield value.name


def _is_cleared(model: Evaluation, scope: Scope) -> bool:
    for source, call in model.project.calls("cache_clear"):
        function = call.field("function")
        owner = function.field("object") if function is not None else None
        held = model.type_of(source, owner) if owner is not None else ()
        if any(isinstance(one, Function) and one.scope is scope for one in held):
            return not model.project.layout.is_of_tests(source.name)
    return False


def _is_taken_away(model: Evaluation, place: Guarded) -> bool:
    return any(_resets(model, one) for one in _removals(model, place))


def _original(source: Source, place: Guarded) -> Guarded | None:
    """Return the place that lasts behind a local variable: `client = self.client`.

    A variable of the function itself begins anew in each call.
    """
    if place.owner is not None or place.node is None:
        return place
    frame = source.scope_of(place.node).frame()
    scope = binding_scope(frame, place.name)
    if scope is None or scope is not frame or scope.kind is not ScopeKind.FUNCTION:
        return None if scope is None else place
    for binding in reaching(scope.bindings[place.name], place.node):
        held = place_of(binding.value) if binding.value is not None else None
        if held is not None and not binding.unpack and held.name != place.name:
            return _original(source, held)
    return None


def _settings(model: Evaluation, source: Source, place: Guarded) -> Iterator[_Setting]:
    """Give everything in the project that sets a place, or takes what it holds away."""
    if place.owner is None and place.node is not None:
        scope = binding_scope(source.scope_of(place.node), place.name)
        yield from _of_variable(model, scope, place.name) if scope is not None else ()
    elif place.owner is not None:
        yield from _of_attribute(model, source, place.owner, place.name)
    yield from _removals(model, place)
    if place.key is not None or place.node is not None:
        yield from _fillings(model, place)


def _of_variable(model: Evaluation, scope: Scope, name: str) -> Iterator[_Setting]:
    for binding in scope.bindings.get(name, ()):
        if binding.kind is not BindingKind.IMPORT:
            yield _setting(binding)
    if scope.kind is ScopeKind.MODULE:
        for other, assigned in model.project.attributes(name):
            held = model.type_of(other, assigned.target)
            path = str(scope.source.path)
            if any(isinstance(one, Module) and one.path == path for one in held):
                yield _setting(assigned.binding)


def _of_attribute(model: Evaluation, source: Source, owner: Node, name: str) -> Iterator[_Setting]:
    held = present(model.type_of(source, owner))
    modules = [one for one in held if isinstance(one, Module)]
    for module in modules:
        other = model.project.source(module.path)
        yield from _of_variable(model, other.module, name) if other is not None else ()
    if modules:
        return
    family = {
        cls
        for one in held
        if isinstance(one, (Instance, Class))
        for cls in (*model.ancestry(one.cls).classes, *subclasses(model, one.cls))
        if isinstance(cls, Scope)
    }
    for cls in family:
        yield from (_setting(binding) for binding in cls.bindings.get(name, ()))
        yield from (_setting(one.binding) for one in cls.attributes.get(name, ()))
    for other, assigned in model.project.attributes(name):
        owners = present(model.type_of(other, assigned.target))
        classes = {one.cls for one in owners if isinstance(one, (Instance, Class))}
        if not family or not owners or classes & family:
            yield _setting(assigned.binding)


def _setting(binding: Binding) -> _Setting:
    source = binding.scope.source
    frame = source.scope_at(binding.start).frame()
    return _Setting(source, binding.node, binding.value, frame)


def _removals(model: Evaluation, place: Guarded) -> Iterator[_Setting]:
    """Give what deletes the place, or empties the container that it is."""
    for source in model.project.holding(place.name):
        for statement in source.tree.find_all("delete_statement"):
            if any(_is_named(one, place.name) for one in statement.children):
                yield _Setting(source, statement, None, source.scope_of(statement).frame())
        for method in _EMPTYING:
            for call in source.calls_by_name.get(method, ()):
                function = call.field("function")
                owner = function.field("object") if function is not None else None
                if owner is not None and _is_named(owner, place.name) and _concerns(call, place):
                    yield _Setting(source, call, None, source.scope_of(call).frame())


def _concerns(call: Node, place: Guarded) -> bool:
    given = positional(call)
    key = string_value(given[0]) if given else None
    return key is None or place.key is None or key == place.key


def _fillings(model: Evaluation, place: Guarded) -> Iterator[_Setting]:
    """Give what puts something into the container that the place is, or is an item of."""
    for put in model.project.puts(place.name):
        if place.key is None or put.key == place.key:
            frame = put.source.scope_of(put.value).frame()
            yield _Setting(put.source, put.value, put.value, frame)
    if place.key is not None:
        return
    for source in model.project.holding(place.name):
        for method in _FILLING:
            for call in source.calls_by_name.get(method, ()):
                function = call.field("function")
                owner = function.field("object") if function is not None else None
                given = positional(call)
                if owner is not None and _is_named(owner, place.name) and given:
                    yield _Setting(source, call, given[-1], source.scope_of(call).frame())
        for call in source.calls_by_name.get("set", ()):
            function = call.field("function")
            owner = function.field("object") if function is not None else None
            if owner is not None and _is_named(owner, place.name) and not positional(call):
                yield _Setting(source, call, call, source.scope_of(call).frame())  # an event


def _is_named(node: Node, name: str) -> bool:
    """Tell whether an expression is a variable, attribute or item of a name."""
    if node.kind == "subscript":
        value = node.field("value")
        return value is not None and _is_named(value, name)
    if node.kind == "attribute":
        node = node.field("attribute") or node
    return node.text == name


def _is_in(model: Evaluation, source: Source, region: Node, setting: _Setting) -> bool:
    """Tell whether a place is set in a guarded region, or in a function that is called there."""
    if setting.source is source and (
        setting.node.is_within(region) or region.is_within(setting.node)
    ):
        return True
    return setting.frame in _called_in(model, source, region, 0)


def _called_in(model: Evaluation, source: Source, region: Node, depth: int) -> set[Scope]:
    found: set[Scope] = set()
    for call in region.find_all("call") if depth < _DEEPEST else ():
        function = call.field("function")
        for value in model.type_of(source, function) if function is not None else ():
            if isinstance(value, Function) and value.scope not in found:
                scope = value.scope
                found |= {scope, *_called_in(model, scope.source, scope.node, depth + 1)}
    return found


def _is_empty(setting: _Setting) -> bool:
    return setting.value is None or setting.value.text in _EMPTY


def _resets(model: Evaluation, setting: _Setting) -> bool:
    """Tell whether a setting may have a guard's code run again."""
    frame = setting.frame
    is_first = frame.kind in (ScopeKind.MODULE, ScopeKind.CLASS) or frame.name in _CONSTRUCTORS
    if (
        is_first
        or model.project.layout.is_of_tests(setting.source.name)
        or not _may_be_empty(model, setting)
    ):
        return False
    return not _closes(frame) and not _is_for_tests(model, frame)


def _may_be_empty(model: Evaluation, setting: _Setting) -> bool:
    value = setting.value
    if value is None:
        return setting.node.kind != "assignment"  # a bare annotation
    return _is_empty(setting) or bool(model.type_of(setting.source, value) & NONE)


def _closes(frame: Scope) -> bool:
    """Tell whether a function ends the life of what it drops, as its name or a call in it says."""
    names = (frame.name, *(called_name(call) or "" for call in frame.calls))
    return any(_CLOSING.intersection(name.lower().split("_")) for name in names)


def _is_for_tests(model: Evaluation, frame: Scope) -> bool:
    """Tell whether only tests call a function."""
    found = [source for source, _, _ in callers(model, frame)]
    return bool(found) and all(model.project.layout.is_of_tests(source.name) for source in found)
