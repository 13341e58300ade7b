"""Clients that outlive the event loop in which they are used, and the next loop that uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import handed
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.placement import arms, ends_early, holds, loops
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.facts.scopes import Binding, Scope, ScopeKind
from flake8_qdrant.libraries.model import Gives
from flake8_qdrant.model.effects.requests import has_loop_per_call, runs_repeatedly
from flake8_qdrant.model.lifetimes.allocation_sites import Origin, constructed
from flake8_qdrant.model.lifetimes.loop_entry import dotted, plain_target, runner_of
from flake8_qdrant.model.lifetimes.places import Handed, Variable, keys, root
from flake8_qdrant.model.lifetimes.storage import entered, is_steady, origins_of
from flake8_qdrant.model.lifetimes.using import Held, used_by
from flake8_qdrant.model.types.functions import callers
from flake8_qdrant.model.types.local_mode import is_local
from flake8_qdrant.model.types.names import binding_scope
from flake8_qdrant.model.values import Function, SdkMethod, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.lifetimes.places import Environment, Place

_DEEPEST: Final = 6
_NEW_LOOPS: Final = ("asyncio.Runner", "asyncio.new_event_loop", "uvloop.new_event_loop")


@dataclass(frozen=True, slots=True)
class Run:
    """A call that drives an event loop, at once or in a function that it calls.

    Attributes:
        node: the call in the code that is looked at.
        site: the runner's call in the end.
        loop: the variable that holds the loop; None if each run makes a loop of its own.
        used: the clients that the coroutine certainly uses.
    """

    node: Node
    site: Origin
    loop: Binding | None
    used: frozenset[Held]


@dataclass(frozen=True, slots=True)
class Reuse:
    """A run in which a client meets a second loop.

    It met its first one in `first`, or in the same run in an earlier turn of a loop or an earlier
    call of the function `again`.
    """

    run: Run
    held: Held
    first: Run | None = None
    again: Scope | None = None


def reuses(model: Evaluation, source: Source) -> Iterator[Reuse]:
    """Give the runs in a file that reuse a client, each once."""
    seen: set[Node] = set()
    for reuse in _all_reuses(model, source):
        site = reuse.run.site
        if site.source is source and site.call not in seen:
            seen.add(site.call)
            yield reuse


def _all_reuses(model: Evaluation, source: Source) -> Iterator[Reuse]:
    for scope in _where_runs_meet(model, source):
        yield from _reuses_in(model, scope)
    for scope in source.scopes:
        if scope.is_async and has_loop_per_call(model, scope):
            yield from _in_context(model, scope)
    yield from _function_after_function(model, source)


def _in_context(model: Evaluation, scope: Scope) -> Iterator[Reuse]:
    """Give the uses of a client in a coroutine function that has a loop of its own in each call."""
    for call in sorted(inline_calls(scope), key=lambda node: node.start):
        for held in used_by(model, scope.source, call, {}):
            if not any(map(_is_local, (held.place, *keys(held.place)))) and _is_shared(model, held):
                run = Run(call, Origin(scope.source, call), None, frozenset((held,)))
                yield Reuse(run, held, again=scope)
                break


def _function_after_function(model: Evaluation, source: Source) -> Iterator[Reuse]:
    """Give the runs of functions side by side, each with a loop of its own around one client.

    A script that runs one of several functions and ends is left alone.
    """
    firsts: dict[tuple[Scope | None, str], tuple[Scope, Run]] = {}
    for scope in source.scopes:
        if scope.kind is not ScopeKind.FUNCTION or not _is_plain_code(scope) or scope.decorators:
            continue
        if not scope.is_method and _is_script(source):
            continue
        for run in runs(model, scope, {}, 0) if _drives(model, scope, 0) else ():
            for held in sorted(run.used, key=lambda one: one.place.label):
                is_own = run.loop is None or run.loop.scope is scope
                if not is_own or not _runs_itself(model, scope, run):
                    continue
                if not _outlives_call(scope, held.place) or not _is_shared(model, held):
                    continue
                first = firsts.setdefault((scope.parent, held.place.label), (scope, run))
                if first[0] is not scope:
                    same = first[1].site.call == run.site.call
                    runner = run.site.source.scope_of(run.site.call).frame()
                    yield Reuse(run, held, again=runner) if same else Reuse(run, held, first[1])


def _runs_itself(model: Evaluation, scope: Scope, run: Run) -> bool:
    """Tell whether a function hands the coroutine to a runner, or to a helper that only runs it."""
    if run.node == run.site.call:
        return True
    helper = run.site.source.scope_of(run.site.call).frame()
    return plain_target(model, scope.source, run.node) is helper and not runs(model, helper, {}, 0)


def _is_script(source: Source) -> bool:
    return "__main__" in source.text or "argv" in source.text


def _outlives_call(scope: Scope, place: Place) -> bool:
    """Tell whether a place is the same in each call of a method or function."""
    if any(map(_is_local, keys(place))):
        return False
    holder = root(place)
    receiver = scope.parameters[0].name if scope.is_method and scope.parameters else None
    return not _is_local(place) or holder == Variable(scope, receiver or "")


def _where_runs_meet(model: Evaluation, source: Source) -> Iterator[Scope]:
    """Give the file's own code that runs loops, then code elsewhere that calls it."""
    own = [one for one in source.scopes if _is_plain_code(one) and _drives(model, one, 0)]
    yield from own
    for scope in own:
        if scope.kind is ScopeKind.FUNCTION:
            for other, call, _ in callers(model, scope):
                around = other.scope_of(call).frame()
                if other is not source and _is_plain_code(around):
                    yield around


def _is_plain_code(scope: Scope) -> bool:
    return scope.kind in (ScopeKind.FUNCTION, ScopeKind.MODULE) and not scope.is_async


def _reuses_in(model: Evaluation, scope: Scope) -> Iterator[Reuse]:
    found = runs(model, scope, {}, 0)
    repeated = scope.kind is ScopeKind.FUNCTION and bool(found) and runs_repeatedly(model, scope)
    for index, run in enumerate(found):
        for held in sorted(run.used, key=lambda one: one.place.label):
            reuse = (
                _after_another(found[:index], run, held)
                or _turn_after_turn(run, held)
                or (_call_after_call(scope, run, held) if repeated else None)
            )
            if reuse is not None and _is_shared(model, held):
                yield reuse
                break


def _after_another(earlier: list[Run], run: Run, held: Held) -> Reuse | None:
    for first in earlier:
        same_loop = first.node == run.node or (first.loop is run.loop and run.loop is not None)
        always_before = arms(first.node).items() <= arms(run.node).items()
        if held in first.used and always_before and not same_loop:
            return Reuse(run, held, first)
    return None


def _turn_after_turn(run: Run, held: Held) -> Reuse | None:
    for loop in loops(run.node):
        if run.loop is not None and not holds(loop, run.loop.node):
            continue
        if not ends_early(loop) and not _is_made_in(held.place, loop):
            return Reuse(run, held)
    return None


def _is_made_in(place: Place, loop: Node) -> bool:
    if any(_is_made_in(key, loop) for key in keys(place)):
        return True
    holder = root(place)
    if not isinstance(holder, Variable):
        return False
    bindings = holder.scope.bindings.get(holder.name, ())
    return any(binding.parameter is None and holds(loop, binding.node) for binding in bindings)


def _call_after_call(scope: Scope, run: Run, held: Held) -> Reuse | None:
    own_client = any(map(_is_local, (held.place, *keys(held.place))))
    own_loop = run.loop is None or run.loop.scope is scope
    return Reuse(run, held, again=scope) if own_loop and not own_client else None


def _is_local(place: Place) -> bool:
    """Tell whether a place belongs to one call of a function."""
    holder = root(place)
    return isinstance(holder, Variable) and holder.scope.kind is not ScopeKind.MODULE


def _is_shared(model: Evaluation, held: Held) -> bool:
    """Tell whether it is certainly one client with connections, whichever run uses it."""
    made = origins_of(model, held.place)
    if not made or not is_steady(model, held.place):
        return False
    for origin in made:
        cls = constructed(model, origin.source, origin.call)
        if cls is None or is_local(cls, origin.call):
            return False
    return True


def runs(model: Evaluation, scope: Scope, known: Environment, depth: int) -> list[Run]:
    """Return the runs that a module's or plain function's code makes, in order."""
    if depth > _DEEPEST or not _drives(model, scope, 0):
        return []
    found: list[Run] = []
    for call in sorted(inline_calls(scope), key=lambda node: node.start):
        own = _run(model, scope.source, call, known)
        for run in _runs_within(model, scope, call, known, depth) if own is None else [own]:
            used = frozenset(one for one in run.used if _outlives(one.place, scope, known))
            if used:
                found.append(Run(call, run.site, run.loop, used))
    return found


def _runs_within(
    model: Evaluation, scope: Scope, call: Node, known: Environment, depth: int
) -> list[Run]:
    """Return the runs that a call of a plain function makes; each has a loop of its own."""
    value = _plain_function(model, scope.source, call)
    if value is None or not _drives(model, value.scope, 1):
        return []
    inner = entered(model, scope.source, call, value, known)
    within = runs(model, value.scope, inner, depth + 1)
    return [Run(call, run.site, None, run.used) for run in within]


def _outlives(place: Place, scope: Scope, known: Environment) -> bool:
    """Tell whether a place is there before and after a run in a module's or function's code."""
    holder = root(place)
    given = (one for one in known.values() if not isinstance(one, Handed))
    if not isinstance(holder, Variable) or holder in list(map(root, given)):
        return True
    around: Scope | None = scope
    while around is not None and around is not holder.scope:
        around = around.parent
    return around is holder.scope or holder.scope.kind is ScopeKind.MODULE


def _drives(model: Evaluation, scope: Scope, depth: int) -> bool:
    """Tell whether a function makes a runner's call, at once or in functions near by."""
    if model.once(("drives", scope), lambda: _has_runner(model, scope), False):
        return True
    if depth > 1:
        return False
    none: frozenset[Scope] = frozenset()
    targets = model.once(("plain targets", scope), lambda: _plain_targets(model, scope), none)
    return any(_drives(model, target, depth + 1) for target in targets)


def _has_runner(model: Evaluation, scope: Scope) -> bool:
    return any(runner_of(model, scope.source, call) is not None for call in inline_calls(scope))


def _plain_targets(model: Evaluation, scope: Scope) -> frozenset[Scope]:
    found = (plain_target(model, scope.source, call) for call in inline_calls(scope))
    return frozenset(target for target in found if target is not None and target is not scope)


def _plain_function(model: Evaluation, source: Source, call: Node) -> Function | None:
    if plain_target(model, source, call) is None:
        return None
    function = call.field("function")
    called = present(model.type_of(source, function)) if function is not None else frozenset()
    return next((one for one in called if isinstance(one, Function)), None)


def _run(model: Evaluation, source: Source, call: Node, known: Environment) -> Run | None:
    """Return the run that a runner's call makes; one of a loop that others know is left out."""
    runner = runner_of(model, source, call)
    given = handed(call, runner) if runner is not None else None
    function = call.field("function")
    if runner is None or given is None or function is None or runner.gives is Gives.SYNC_FUNCTION:
        return None
    loop: Binding | None = None
    if any(isinstance(one, SdkMethod) for one in model.type_of(source, function)):
        loop = _new_loop(model, source, function.field("object"))
        if loop is None:
            return None
    return Run(call, Origin(source, call), loop, frozenset(used_by(model, source, given, known)))


def _new_loop(model: Evaluation, source: Source, node: Node | None) -> Binding | None:
    """Return the variable that holds a loop which the code around it has made for itself."""
    if node is None or node.kind != "identifier":
        return None
    scope = binding_scope(source.scope_of(node), node.text)
    bindings = scope.bindings[node.text] if scope is not None else []
    value = bindings[0].value if len(bindings) == 1 else None
    function = value.field("function") if value is not None and value.kind == "call" else None
    if function is None:
        return None
    names = {dotted(one) for one in model.type_of(source, function)}
    return bindings[0] if names <= set(_NEW_LOOPS) else None
