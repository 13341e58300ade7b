"""The calls of one file: what they call, where they run, what becomes of their value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from flake8_qdrant.facts.arguments import handed, positional
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.placement import conditions
from flake8_qdrant.facts.running import CONSUMERS, is_entered, runs_on_loop
from flake8_qdrant.facts.scopes import Scope, ScopeKind
from flake8_qdrant.facts.source import Source, called_name
from flake8_qdrant.libraries.model import Gives
from flake8_qdrant.model.effects.blocking_path import BlockingPath
from flake8_qdrant.model.effects.coroutine_effects import CoroutineEffects
from flake8_qdrant.model.effects.either_client import either, is_awaited_instead
from flake8_qdrant.model.effects.entry_points import entry_point
from flake8_qdrant.model.effects.loop_callbacks import is_called_on_loop
from flake8_qdrant.model.effects.value_use import Outcome, ValueUse, use_of
from flake8_qdrant.model.evaluation import Evaluation
from flake8_qdrant.model.types.callees import callees
from flake8_qdrant.model.types.calls import is_inert
from flake8_qdrant.model.types.offloading import awaited, loop_callback_of, offloader_of
from flake8_qdrant.model.types.patches import active_patches
from flake8_qdrant.model.types.test_doubles import is_replaced
from flake8_qdrant.model.values import (
    NOTHING,
    Call,
    Coroutine,
    External,
    Function,
    Job,
    SdkMethod,
    Type,
    closed,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.model.effects.either_client import Either

_FILTER = External("builtins.filter")
_MAPPING = frozenset((External("builtins.map"), _FILTER))
_ASKING = "get"
"""The method that gives what the program has stored with a framework, whatever its object is."""
_COPYING = ("list", "set", "tuple")
_AWAITED, _DROPPED = Outcome(ValueUse.AWAITED), Outcome(ValueUse.DROPPED)


class Produced(NamedTuple):
    """A coroutine of a client: the methods that may have made it, and what becomes of it.

    `by_thread` tells that another thread only makes it.
    """

    methods: list[SdkMethod]
    outcome: Outcome
    by_thread: bool = False


class CoroutineEffect(NamedTuple):
    """What a lost coroutine of the project's own would do, as `Produced`."""

    path: BlockingPath
    outcome: Outcome
    by_thread: bool = False


@dataclass(eq=False)
class Site:
    """One call in a file, or one read of a property, which calls a function as well.

    Attributes:
        source: the file.
        call: the node of the call or of the attribute.
        scope: the innermost scope that holds it.
        called: what it may call, None left out.
    """

    source: Source
    call: Node
    scope: Scope
    called: Type
    _model: Evaluation = field(repr=False)
    _effects: CoroutineEffects = field(repr=False)
    _is_real: bool = True

    @cached_property
    def _with_doubles(self) -> Site | None:
        """The same site with what the tests around it replace; None where that is nothing."""
        patches = active_patches(self._model, self.source, self.call) if self._is_real else None
        if not patches:
            return None
        model = self._model.without(patches)
        called = callees(model, self.source, self.call) if self.call.kind == "call" else NOTHING
        effects = CoroutineEffects(model)
        return Site(self.source, self.call, self.scope, called, model, effects, _is_real=False)

    @cached_property
    def _is_reached(self) -> bool:
        """Whether no constant keeps the program from ever coming here."""
        return self._model.runs(self.source, self.call)

    @cached_property
    def on_loop(self) -> bool:
        """Whether it runs on the thread of an event loop."""
        return runs_on_loop(self.scope) or is_called_on_loop(self._model, self.scope)

    @cached_property
    def in_coroutine_function(self) -> bool:
        """Whether `await` could be written here: in an `async def`, or a cell of a notebook."""
        frame = self.scope.frame()
        return frame.is_async or self.in_cell

    @property
    def in_cell(self) -> bool:
        """Whether it stands at the top level of a notebook's cell, where a loop runs."""
        return self.source.is_notebook and self.at_top_level

    @property
    def at_top_level(self) -> bool:
        """Whether it runs when the module is imported."""
        return self.scope.frame().kind is ScopeKind.MODULE

    @cached_property
    def outcome(self) -> Outcome:
        """What becomes of its value."""
        return use_of(self.source, self.call)

    @cached_property
    def blocking(self) -> BlockingPath | None:
        """Why it blocks the calling thread, if that is certain."""
        kind = self.call.kind
        if kind == "identifier" or (kind == "attribute" and is_entered(self.call)):
            found = self._effects.blocking.of_used(self.source, self.call)
        elif kind == "attribute":
            found = self._effects.blocking.of_read(self.source, self.call)
        else:
            found = self._effects.blocking.of_call(self.source, self.call)
        if found is None or not self._is_reached:
            return None
        doubled = self._with_doubles
        return found if doubled is None else doubled.blocking

    @property
    def once(self) -> bool:
        """Whether it blocks once a process only."""
        return self.blocking is not None and self.blocking.once

    @cached_property
    def coroutine(self) -> Produced | None:
        """The client's coroutine that the call gives, if it certainly gives one.

        The call may be of a helper that returns the coroutine; of an `async def` that returns it,
        or of a thread that only makes it, one `await` gives the coroutine, and only a second one
        its result.
        """
        if _is_inert(self._model, self.call, self.called):
            return None
        found = self._mapped() or self._produced()
        found = found if found is not None and self._is_reached else None
        doubled = None if found is None else self._with_doubles
        return found if doubled is None else doubled.coroutine

    def _produced(self) -> Produced | None:
        by_thread = self._by_thread
        if self._left and (methods := _makers(self._left)):
            return Produced(methods, _DROPPED, by_thread)
        node: Node | None = self.call
        while node is not None:
            values = present(self._model.type_of(self.source, node))
            if by_thread and (methods := _makers(_left_in_jobs(values))):
                dropped = _is_dropped(self.source, node)
                return Produced(methods, _DROPPED, by_thread) if dropped else None
            methods = _makers(values)
            outcome = use_of(self.source, node) if methods else _AWAITED
            if outcome.use is not ValueUse.AWAITED:
                return Produced(methods, outcome, by_thread)
            node = _await_of(node) if methods or _may_give_another(values) else None
        return None

    def _mapped(self) -> Produced | None:
        """Return the coroutines that `map` or `filter` gets from a function, if they are lost."""
        function, given = self.call.field("function"), positional(self.call)
        called = NOTHING if function is None else self._model.type_of(self.source, function)
        if not called or not called <= _MAPPING or not given:
            return None
        functions = present(self._model.type_of(self.source, given[0]))
        made = union(self._model.result(self.source, self.call, one) for one in functions)
        methods = _makers(made)
        if methods and called == only(_FILTER):
            return Produced(methods, Outcome(ValueUse.USED, "`filter()` tests its truth"))
        if not methods or not _is_dropped(self.source, self.call):
            return None
        return Produced(methods, _DROPPED)

    @cached_property
    def _by_thread(self) -> bool:
        return any(offloader_of(self._model, value) is not None for value in self.called)

    @cached_property
    def _left(self) -> Type:
        """What a function gives that a thread or the loop calls, and whose result nobody gets."""
        given = present(self._model.type_of(self.source, self.call)) if self._by_thread else NOTHING
        if any(isinstance(one, Job) and one.gives is Gives.THREAD for one in given):
            return _left_in_jobs(given)
        if given and use_of(self.source, self.call).use is ValueUse.DROPPED:
            return _left_in_jobs(given) or closed(present(awaited(self._model, given)))
        return self._left_by_loop

    @property
    def _left_by_loop(self) -> Type:
        offloads = [loop_callback_of(self._model, value) for value in self.called]
        offload = offloads[0] if len(offloads) == 1 else None
        given = None if offload is None else handed(self.call, offload)
        if offload is None or given is None or offload.gives is not Gives.NOTHING:
            return NOTHING
        functions = present(self._model.type_of(self.source, given))
        return union(self._model.result(self.source, self.call, one) for one in functions)

    @cached_property
    def effect(self) -> CoroutineEffect | None:
        """What the coroutine of a function of the project would do that the call gives.

        Told only of one that is dropped or used, and that certainly has a client's work to do.
        """
        if _is_inert(self._model, self.call, self.called):
            return None
        made, outcome = self._made()
        if self.call.kind != "call" or outcome.use not in (ValueUse.DROPPED, ValueUse.USED):
            return None
        path = self._effects.of_made(made)
        if path is None or _asks_first(self.call):
            return None
        if _is_replaced(self._model, self.source, self.call):
            return None
        path = self._of_this_call(path)
        doubled = None if path is None else self._with_doubles
        if doubled is not None:
            return doubled.effect
        return None if path is None else CoroutineEffect(path, outcome, self._by_thread)

    def _of_this_call(self, path: BlockingPath | None) -> BlockingPath | None:
        """Name the method that this call hands over to a function which runs what it gets."""
        parameters = [
            self._model.parameter(one.scope, parameter)
            for one in self.called
            if isinstance(one, Function)
            for parameter in one.scope.parameters
        ]
        if path is None or not any(path.method in held for held in parameters):
            return path
        given = {
            value
            for argument in positional(self.call)
            for value in self._model.type_of(self.source, argument)
            if isinstance(value, SdkMethod)
        }
        return replace(path, method=given.pop()) if len(given) == 1 else path

    def _made(self) -> tuple[Type, Outcome]:
        """Return what the call gives, or what a thread that it starts only makes."""
        if self._left:
            return self._left, _DROPPED
        made = present(self._model.type_of(self.source, self.call))
        if not self._by_thread:
            return made, self.outcome
        left = _left_in_jobs(made)
        if left:
            return left, _DROPPED if _is_dropped(self.source, self.call) else _AWAITED
        node = _await_of(self.call)
        if node is None:
            return NOTHING, _AWAITED
        return present(self._model.type_of(self.source, node)), use_of(self.source, node)

    @property
    def entry_point(self) -> str | None:
        """The route or tool in whose function it stands."""
        return entry_point(self._model, self.scope)

    @property
    def either(self) -> Either | None:
        """The methods of both clients, if it certainly calls one of either and nobody awaits it.

        Code that asks whether it gets a coroutine knows both, and so does code that awaits in the
        other branch.
        """
        found = either(frozenset(self.sdk_methods))
        kept = (ValueUse.AWAITED, ValueUse.HANDED_ON)
        if found is None or self.outcome.use in kept or _asks_first(self.call):
            return None
        return None if is_awaited_instead(self.call) else found

    @cached_property
    def sdk_methods(self) -> list[SdkMethod]:
        """The client methods it calls, if it certainly calls one, whichever it is; else none."""
        methods = [value for value in self.called if isinstance(value, SdkMethod)]
        if not methods or len(methods) != len(self.called) or not self._is_reached:
            return []
        return methods if self._with_doubles is None else self._with_doubles.sdk_methods


def _is_replaced(model: Evaluation, source: Source, call: Node) -> bool:
    """Tell whether a test may have put something else in the place of the called method."""
    function = call.field("function")
    if function is None or function.kind != "attribute":
        return False
    name = function.field("attribute")
    assigned = name is not None and bool(model.project.attributes(name.text))
    return assigned or is_replaced(source, function)


def _asks_first(call: Node) -> bool:
    """Tell whether the code asks before it calls whether it gets a coroutine."""
    asked = ("iscoroutine", "isawaitable")
    return any(word in condition.text for condition in conditions(call) for word in asked)


def _makers(values: Type) -> list[SdkMethod]:
    """Return the client methods whose coroutines the values certainly are; else none."""
    methods = [value.method for value in values if isinstance(value, Coroutine)]
    found = [method for method in methods if method is not None]
    return found if len(found) == len(values) else []


def _left_in_jobs(values: Type) -> Type:
    """Return what the work of other threads gives, if all that is waited for is such work."""
    jobs = [value for value in values if isinstance(value, Job)]
    return union(job.result for job in jobs) if len(jobs) == len(values) else NOTHING


def _is_dropped(source: Source, job: Node) -> bool:
    """Tell whether nobody looks at what a job gives, run through or not: `list(pool.map(...))`."""
    if use_of(source, job).use is ValueUse.DROPPED:
        return True
    listing = job.parent
    call = listing.parent if listing is not None and listing.kind == "argument_list" else None
    if call is None or called_name(call) not in _COPYING:
        return False
    return use_of(source, call).use is ValueUse.DROPPED


def _may_give_another(values: Type) -> bool:
    """Tell whether awaiting a value may give a coroutine in its turn."""
    return any(
        (isinstance(value, Call) and value.function.scope.is_async)
        or (isinstance(value, Coroutine) and value.method is None)
        for value in values
    )


def _await_of(node: Node) -> Node | None:
    """Return the `await` of an expression, if it is awaited where it stands."""
    around = node.parent
    while around is not None and around.kind == "parenthesized_expression":
        around = around.parent
    return around if around is not None and around.kind == "await" else None


def _is_inert(model: Evaluation, call: Node, called: Type) -> bool:
    """Tell whether a call surely blocks nothing itself, and gives nothing that can be awaited."""
    return (
        bool(called)
        and call.kind == "call"
        and all(is_inert(model, one) for one in called)
        and called_name(call) != _ASKING
    )


def sites(model: Evaluation, effects: CoroutineEffects, source: Source) -> list[Site]:
    """Return the calls of a file that may matter and its reads of properties, in document order."""
    called = (
        (scope, call, callees(model, source, call))
        for scope in source.scopes
        for call in scope.calls
    )
    found = [
        Site(source, call, scope, values, model, effects)
        for scope, call, values in called
        if not _is_inert(model, call, values) or called_name(call) in CONSUMERS
    ]
    reads = (read for scope in source.scopes for read in model.project.property_reads(scope))
    found += (Site(source, one, source.scope_of(one), NOTHING, model, effects) for one in reads)
    known = {site.call for site in found}
    used = (one for one in source.used_by_name if one not in known)
    found += (Site(source, one, source.scope_of(one), NOTHING, model, effects) for one in used)
    return sorted(found, key=lambda site: site.call.start)
