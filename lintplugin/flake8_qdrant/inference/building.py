"""Where a client is built anew: once a request, or once a turn of a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from flake8_qdrant.finding import Step
from flake8_qdrant.inference.arguments import arguments, keyword
from flake8_qdrant.inference.depends import depended
from flake8_qdrant.inference.keeping import Use, uses
from flake8_qdrant.inference.names import binding_scope
from flake8_qdrant.inference.origins import constructed, origins
from flake8_qdrant.inference.placement import COMPREHENSIONS, arms, ends_early, holds, loops
from flake8_qdrant.inference.requests import runs_per_request
from flake8_qdrant.inference.values import Class, Function, present
from flake8_qdrant.syntax.scopes import BindingKind, ScopeKind
from flake8_qdrant.syntax.source import called_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

    from flake8_qdrant.inference.ask import Ask
    from flake8_qdrant.sdk.model import ClassInfo
    from flake8_qdrant.syntax.scopes import Binding, Scope
    from flake8_qdrant.syntax.source import Source

_DEEPEST: Final = 4
_IN_A_REQUEST: Final = frozenset((Use.LOOKED_AT, Use.CALLED, Use.CLOSED, Use.WRAPPED, Use.RETURNED))
_IN_A_TURN: Final = _IN_A_REQUEST - {Use.RETURNED}
_WAITING: Final = ("sleep", "wait")


class Built(NamedTuple):
    """A client that a call builds, and the function of the project that does it, if any."""

    cls: ClassInfo
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Anew:
    """A client that is built again and again; `loop` is None where requests make it so."""

    built: Built
    loop: SgNode | None = None


def built_anew(ask: Ask, source: Source, call: SgNode, scope: Scope) -> Anew | None:
    """Tell how a call builds a client again and again, though one would do for all.

    A client that depends on what the request or the turn brings, or that is stored, is left alone.
    """
    built = built_by(ask, source, call)
    if built is None:
        return None
    turn = _once_a_turn(ask, source, call, built)
    if turn is not None:
        return Anew(built, turn)
    frame = scope.frame()
    if not runs_per_request(ask, frame) or not _is_constant(ask, source, call, frame):
        return None
    done = {used.use for used in uses(ask, source, call, built.cls.close)}
    return Anew(built) if done <= _IN_A_REQUEST else None


def built_by(ask: Ask, source: Source, call: SgNode) -> Built | None:
    """Return the client that a call certainly builds: by its constructor, or in a function."""
    cls = constructed(ask, source, call)
    if cls is not None:
        return Built(cls) if _is_remote_client(cls, call) else None
    function = call.field("function")
    called = present(ask.type_of(source, function)) if function is not None else frozenset()
    value = next(iter(called)) if len(called) == 1 else None
    if isinstance(value, Function):
        return _by_factory(ask, value.scope)
    return _by_class(ask, value.cls) if isinstance(value, Class) else None


def is_local(cls: ClassInfo, call: SgNode) -> bool:
    """Tell whether a constructor call opens local files or memory instead of a connection."""
    for told in cls.local_arguments:
        name, _, value = told.partition("=")
        given = keyword(call, name)
        if given is not None and (not value or given.text().strip("'\"") == value):
            return True
        if value and any(one.text().strip("'\"") == value for one in arguments(call)):
            return True
    return False


def _is_remote_client(cls: ClassInfo, call: SgNode) -> bool:
    return cls.close is not None and cls.colour is not None and not is_local(cls, call)


def _by_factory(ask: Ask, scope: Scope) -> Built | None:
    """A function that returns a new client at each call: nothing caches or stores it."""
    if scope.kind is not ScopeKind.FUNCTION or scope.decorators or scope.is_generator:
        return None
    found: set[ClassInfo] = set()
    line = 0
    for node in scope.returns:
        value = next(iter(node.named_children()), None)
        made = None if value is None else origins(ask, scope.source, value)
        for origin in made or ():
            cls = constructed(ask, origin.source, origin.call)
            own = origin.source is scope.source and _frame_of(origin.source, origin.call) is scope
            if cls is None or not own or not _is_fresh(ask, scope, cls, origin.call):
                return None
            found.add(cls)
            line = origin.call.range().start.line + 1
        if not made:
            return None
    if len(found) != 1 or runs_per_request(ask, scope):
        return None
    return Built(found.pop(), (Step(scope.qualified_name, str(scope.source.path), line),))


def _frame_of(source: Source, node: SgNode) -> Scope:
    return source.scope_of(node).frame()


def _is_fresh(ask: Ask, scope: Scope, cls: ClassInfo, call: SgNode) -> bool:
    if not _is_remote_client(cls, call) or not _is_constant(ask, scope.source, call, scope):
        return False
    done = {used.use for used in uses(ask, scope.source, call, cls.close)}
    return Use.RETURNED in done and done <= {Use.RETURNED, Use.LOOKED_AT, Use.CALLED}


def _by_class(ask: Ask, cls: Scope) -> Built | None:
    """A class whose constructor always builds a client of its own."""
    if cls.decorators or "__new__" in cls.bindings or "metaclass" in _head(cls):
        return None
    for method in ask.member(cls, "__init__"):
        if not isinstance(method, Function):
            return None
        scope = method.scope
        for call in scope.calls:
            made = constructed(ask, scope.source, call)
            if made is None or not _is_remote_client(made, call) or arms(call):
                continue
            if _is_own_attribute(call) and _is_constant(ask, scope.source, call, scope):
                line = call.range().start.line + 1
                name = f"{cls.qualified_name}.{scope.name}"
                return Built(made, (Step(name, str(scope.source.path), line),))
    return None


def _head(cls: Scope) -> str:
    listing = cls.node.field("superclasses")
    return "" if listing is None else listing.text()


def _is_own_attribute(call: SgNode) -> bool:
    """Tell whether a value is assigned to an attribute of the object that is being made."""
    around = call.parent()
    target = around.field("left") if around is not None else None
    owner = target.field("object") if target is not None else None
    return owner is not None and owner.text() == "self"


def _is_constant(ask: Ask, source: Source, call: SgNode, frame: Scope) -> bool:
    """Tell whether the arguments are the same at each call of the function."""
    return all(
        _is_same(ask, source, name, frame, 0)
        for argument in arguments(call)
        for name in _names(argument)
    )


def _is_same(ask: Ask, source: Source, name: SgNode, frame: Scope, depth: int) -> bool:
    scope = binding_scope(source.scope_of(name), name.text())
    if scope is None or scope.kind is ScopeKind.MODULE:
        return True
    if scope is not frame or depth > _DEEPEST:
        return False
    return all(_binds_same(ask, one, frame, depth) for one in scope.bindings[name.text()])


def _binds_same(ask: Ask, binding: Binding, frame: Scope, depth: int) -> bool:
    source = binding.scope.source
    if binding.kind is BindingKind.IMPORT:
        return True
    if binding.kind is BindingKind.ASSIGNMENT and binding.value is not None:
        names = _names(binding.value)
        return all(_is_same(ask, source, name, frame, depth + 1) for name in names)
    parameter = binding.parameter
    if parameter is None:
        return False
    if parameter.position == 0 and frame.is_method and not ask.decoration(frame).is_static:
        return False
    return any(
        node is not None and _is_injected(ask, source, node)
        for node in (parameter.default, parameter.annotation)
    )


def _is_injected(ask: Ask, source: Source, node: SgNode) -> bool:
    """Tell whether the framework gives a parameter its value, such as the settings."""
    return depended(ask, source, node) is not None or any(
        depended(ask, source, call) is not None for call in node.find_all(kind="call")
    )


def _names(node: SgNode) -> Iterator[SgNode]:
    """Give the names that an expression reads."""
    if node.kind() == "identifier":
        yield node
        return
    for name in node.find_all(kind="identifier"):
        around = name.parent()
        if around is None:
            continue
        if around.kind() == "attribute" and around.field("attribute") == name:
            continue
        if around.kind() == "keyword_argument" and around.field("name") == name:
            continue
        yield name


def _once_a_turn(ask: Ask, source: Source, call: SgNode, built: Built) -> SgNode | None:
    """Return the loop in whose every turn a call builds a client that one could replace."""
    around = list(loops(call))
    if not around:
        return None
    inner, outer = around[0], around[-1]
    if inner.kind() in COMPREHENSIONS or any(map(_tries_again, around)):
        return None
    if any(_is_bound_in(source, name, outer) for one in arguments(call) for name in _names(one)):
        return None
    found = uses(ask, source, call, built.cls.close)
    if any(used.use not in _IN_A_TURN or not _within(used.node, inner) for used in found):
        return None
    return inner


def _within(node: SgNode, loop: SgNode) -> bool:
    return holds(loop, node)


def _tries_again(loop: SgNode) -> bool:
    """Tell whether a loop may try until it works, or comes round only now and then."""
    if loop.kind() in COMPREHENSIONS:
        return False
    return ends_early(loop) or any(
        called_name(call) in _WAITING for call in loop.find_all(kind="call")
    )


def _is_bound_in(source: Source, name: SgNode, loop: SgNode) -> bool:
    scope = binding_scope(source.scope_of(name), name.text())
    if scope is None:
        return False
    span = loop.range()
    return any(
        span.start.index <= one.start < span.end.index for one in scope.bindings[name.text()]
    )
