"""The calls of one file: what they call, where they run, what becomes of their value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from flake8_qdrant.facts.placement import conditions
from flake8_qdrant.facts.running import runs_on_loop
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.model.effects.value_use import Fate, Outcome, fate
from flake8_qdrant.model.types.callees import callees
from flake8_qdrant.model.types.test_doubles import is_patched, is_replaced
from flake8_qdrant.model.values import (
    NOTHING,
    Call,
    Coroutine,
    SdkMethod,
    Type,
    present,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.effects.blocking_path import Blocking, BlockingPath
    from flake8_qdrant.model.effects.coroutine_effects import CoroutineEffects
    from flake8_qdrant.model.evaluation import Evaluation

_AWAITED = Outcome(Fate.AWAITED)


class Produced(NamedTuple):
    """A coroutine of a client: the methods that may have made it, and what becomes of it."""

    methods: list[SdkMethod]
    outcome: Outcome


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
    _ask: Evaluation = field(repr=False)
    _blocking: Blocking = field(repr=False)
    _errands: CoroutineEffects = field(repr=False)

    @cached_property
    def on_loop(self) -> bool:
        """Whether it runs on the thread of an event loop."""
        return runs_on_loop(self.scope)

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
        return fate(self.source, self.call)

    @cached_property
    def harm(self) -> BlockingPath | None:
        """Why it blocks the calling thread, if that is certain."""
        if self.call.kind == "attribute":
            found = self._blocking.of_read(self.source, self.call)
        else:
            found = self._blocking.of_call(self.source, self.call)
        return None if found is None or self._is_double(found.method) else found

    @cached_property
    def coroutine(self) -> Produced | None:
        """The client's coroutine that the call gives, if it certainly gives one.

        The call may be of a helper that returns the coroutine; of an `async def` that returns it,
        or of a thread that only makes it, one `await` gives the coroutine, and only a second one
        its result.
        """
        node: Node | None = self.call
        while node is not None:
            values = present(self._ask.type_of(self.source, node))
            methods = _makers(values)
            outcome = fate(self.source, node) if methods else _AWAITED
            if outcome.fate is not Fate.AWAITED:
                return Produced(methods, outcome)
            node = _await_of(node) if methods or _may_give_another(values) else None
        return None

    @cached_property
    def errand(self) -> BlockingPath | None:
        """What the coroutine of a function of the project would do that the call gives.

        Told only of one that is dropped or used, and that certainly has a client's work to do.
        """
        if self.call.kind != "call" or self.outcome.fate not in (Fate.DROPPED, Fate.USED):
            return None
        if _is_replaced(self._ask, self.source, self.call) or _asks_first(self.call):
            return None
        return self._errands.of_call(self.source, self.call)

    @property
    def sdk_methods(self) -> list[SdkMethod]:
        """The client methods it calls, if it certainly calls one, whichever it is; else none."""
        methods = [value for value in self.called if isinstance(value, SdkMethod)]
        if len(methods) != len(self.called) or any(self._is_double(one) for one in methods):
            return []
        return methods

    def _is_double(self, method: SdkMethod) -> bool:
        cls = method.cls
        return cls is not None and is_patched(self.source, self.call, cls.name)


def _is_replaced(ask: Evaluation, source: Source, call: Node) -> bool:
    """Tell whether a test may have put something else in the place of the called method."""
    function = call.field("function")
    if function is None or function.kind != "attribute":
        return False
    name = function.field("attribute")
    assigned = name is not None and bool(ask.project.attributes(name.text))
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


def sites(
    ask: Evaluation, blocking: Blocking, errands: CoroutineEffects, source: Source
) -> list[Site]:
    """Return every call of a file and every read of a project's property, in document order."""
    found = [
        Site(source, call, scope, callees(ask, source, call), ask, blocking, errands)
        for scope in source.scopes
        for call in scope.calls
    ]
    reads = (read for scope in source.scopes for read in ask.project.property_reads(scope))
    found += (
        Site(source, one, source.scope_of(one), NOTHING, ask, blocking, errands) for one in reads
    )
    return sorted(found, key=lambda site: site.call.start)
