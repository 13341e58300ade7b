"""Where a client is built anew: once a request, or once a turn of a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import arguments
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.placement import (
    COMPREHENSIONS,
    arms,
    ends_early,
    holds,
    loops,
)
from flake8_qdrant.facts.scopes import BindingKind, Scope, ScopeKind
from flake8_qdrant.libraries.model import ClassInfo
from flake8_qdrant.model.effects.requests import runs_per_request
from flake8_qdrant.model.lifetimes.allocation_sites import constructed
from flake8_qdrant.model.lifetimes.escape import Use, uses
from flake8_qdrant.model.lifetimes.iteration import names_in, pauses
from flake8_qdrant.model.lifetimes.loop_entry import has_loop_of_its_own
from flake8_qdrant.model.types.depends import depended
from flake8_qdrant.model.types.functions import callers
from flake8_qdrant.model.types.local_mode import is_local
from flake8_qdrant.model.types.names import binding_scope

if TYPE_CHECKING:
    from flake8_qdrant.facts.scopes import Binding
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation

_DEEPEST: Final = 4
_IN_A_REQUEST: Final = frozenset((Use.LOOKED_AT, Use.CALLED, Use.CLOSED, Use.WRAPPED, Use.RETURNED))
_IN_A_TURN: Final = _IN_A_REQUEST - {Use.RETURNED}


@dataclass(frozen=True, slots=True)
class Anew:
    """A constructor call that runs again and again, though one client would do for all.

    Either `handler` is the function that runs once a request and builds the client, itself or by
    the function that the call stands in, or `loop` is the loop that builds one in every turn.
    """

    cls: ClassInfo
    handler: Scope | None = None
    loop: Node | None = None


def built_anew(model: Evaluation, source: Source, call: Node) -> Anew | None:
    """Tell how a constructor call builds a client again and again, or return None.

    A client that depends on what the request or the turn brings, or that is stored, is left alone.
    """
    cls = constructed(model, source, call)
    if cls is None or cls.close is None or cls.colour is None or is_local(cls, call):
        return None
    loop = _once_a_turn(model, source, call, cls)
    if loop is not None:
        return Anew(cls, loop=loop)
    if not _is_constant(model, source, call, source.scope_of(call).frame()):
        return None
    handler = _handler(model, source, call, cls, 0)
    return None if handler is None else Anew(cls, handler)


def _handler(
    model: Evaluation, source: Source, call: Node, cls: ClassInfo, depth: int
) -> Scope | None:
    """Return a function that runs once a request and certainly has a call run each time.

    The call gives a client, or an object with one of its own. What a plain function runs in a new
    event loop needs a client of that loop, so it does not count.
    """
    frame = source.scope_of(call).frame()
    if cls.loop_bound and has_loop_of_its_own(model, source, call):
        return None
    done = {used.use for used in uses(model, source, call, cls.close)}
    in_object = _is_kept_by_a_new_object(frame, call)
    if runs_per_request(model, frame):
        return frame if in_object or done <= _IN_A_REQUEST else None
    if depth > _DEEPEST or frame.kind is not ScopeKind.FUNCTION:
        return None
    if frame.decorators or frame.is_generator:
        return None
    if done <= _IN_A_TURN:
        return _caller_per_request(model, frame, cls, depth + 1)
    handed_out = Use.RETURNED in done and done <= _IN_A_REQUEST - {Use.CLOSED}
    if not in_object and not handed_out:
        return None
    found = (
        _handler(model, other, outer, cls, depth + 1) for other, outer, _ in callers(model, frame)
    )
    return next((handler for handler in found if handler is not None), None)


def _caller_per_request(
    model: Evaluation, scope: Scope, cls: ClassInfo, depth: int
) -> Scope | None:
    """Return a function that runs once a request and calls another, at once or through others."""
    if depth > _DEEPEST or scope.decorators:
        return None
    around = [
        source.scope_of(call).frame()
        for source, call, _ in callers(model, scope)
        if not (cls.loop_bound and has_loop_of_its_own(model, source, call))
    ]
    found = next((one for one in around if runs_per_request(model, one)), None)
    if found is not None:
        return found
    further = (
        _caller_per_request(model, one, cls, depth + 1) for one in around if one is not scope
    )
    return next((one for one in further if one is not None), None)


def _is_kept_by_a_new_object(frame: Scope, call: Node) -> bool:
    """Tell whether a constructor of the project always stores what it makes in its own object."""
    if not frame.is_method or frame.parent is None or frame.name != "__init__":
        return False
    own = _is_own_attribute(call) and not arms(call)
    return own and _makes_an_object_a_call(frame.parent)


def _makes_an_object_a_call(cls: Scope) -> bool:
    listing = cls.node.field("superclasses")
    is_meta = listing is not None and "metaclass" in listing.text
    return not cls.decorators and "__new__" not in cls.bindings and not is_meta


def _is_own_attribute(call: Node) -> bool:
    """Tell whether a value is assigned to an attribute of the object that is being made."""
    around = call.parent
    target = around.field("left") if around is not None else None
    owner = target.field("object") if target is not None else None
    return owner is not None and owner.text == "self"


def _is_constant(model: Evaluation, source: Source, call: Node, frame: Scope) -> bool:
    """Tell whether the arguments are the same at each call of the function."""
    return all(
        _is_same(model, source, name, frame, 0)
        for argument in arguments(call)
        for name in names_in(argument)
    )


def _is_same(model: Evaluation, source: Source, name: Node, frame: Scope, depth: int) -> bool:
    scope = binding_scope(source.scope_of(name), name.text)
    if scope is None or scope.kind is ScopeKind.MODULE:
        return True
    if scope is not frame or depth > _DEEPEST:
        return False
    return all(_binds_same(model, one, frame, depth) for one in scope.bindings[name.text])


def _binds_same(model: Evaluation, binding: Binding, frame: Scope, depth: int) -> bool:
    source = binding.scope.source
    if binding.kind is BindingKind.IMPORT:
        return True
    if binding.kind is BindingKind.ASSIGNMENT and binding.value is not None:
        names = names_in(binding.value)
        return all(_is_same(model, source, name, frame, depth + 1) for name in names)
    parameter = binding.parameter
    if parameter is None:
        return False
    if parameter.position == 0 and frame.is_method and not model.decoration(frame).is_static:
        return False
    return any(
        node is not None and _is_injected(model, source, node)
        for node in (parameter.default, parameter.annotation)
    )


def _is_injected(model: Evaluation, source: Source, node: Node) -> bool:
    """Tell whether the framework gives a parameter its value, such as the settings."""
    return depended(model, source, node) is not None or any(
        depended(model, source, call) is not None for call in node.find_all("call")
    )


def _once_a_turn(model: Evaluation, source: Source, call: Node, cls: ClassInfo) -> Node | None:
    """Return the loop in whose every turn a call builds a client that one could replace."""
    around = list(loops(call))
    if not around:
        return None
    inner, outer = around[0], around[-1]
    if inner.kind in COMPREHENSIONS or any(map(_tries_again, around)):
        return None
    if any(_is_bound_in(source, name, outer) for one in arguments(call) for name in names_in(one)):
        return None
    found = uses(model, source, call, cls.close)
    if any(used.use not in _IN_A_TURN or not holds(inner, used.node) for used in found):
        return None
    return inner


def _tries_again(loop: Node) -> bool:
    """Tell whether a loop may try until it works, or comes round only now and then."""
    if loop.kind in COMPREHENSIONS:
        return False
    return ends_early(loop) or pauses(loop)


def _is_bound_in(source: Source, name: Node, loop: Node) -> bool:
    scope = binding_scope(source.scope_of(name), name.text)
    if scope is None:
        return False
    return any(loop.start <= one.start < loop.end for one in scope.bindings[name.text])
