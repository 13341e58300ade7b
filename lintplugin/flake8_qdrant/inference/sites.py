"""The calls of one file: what they call, where they run, what becomes of their value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_qdrant.inference.fate import Outcome, fate
from flake8_qdrant.inference.running import runs_on_loop
from flake8_qdrant.inference.values import (
    NOTHING,
    Coroutine,
    Partial,
    SdkMethod,
    Type,
    only,
    present,
    union,
)
from flake8_qdrant.syntax.scopes import ScopeKind

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from flake8_qdrant.inference.ask import Ask
    from flake8_qdrant.inference.blocking import Blocking, Harm
    from flake8_qdrant.syntax.scopes import Scope
    from flake8_qdrant.syntax.source import Source


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
    call: SgNode
    scope: Scope
    called: Type
    _ask: Ask = field(repr=False)
    _blocking: Blocking = field(repr=False)

    @cached_property
    def on_loop(self) -> bool:
        """Whether it runs on the thread of an event loop."""
        return runs_on_loop(self.scope)

    @cached_property
    def in_coroutine_function(self) -> bool:
        """Whether `await` could be written here: the code belongs to an `async def`."""
        frame = self.scope.frame()
        return frame.kind is ScopeKind.FUNCTION and frame.is_async

    @property
    def at_top_level(self) -> bool:
        """Whether it runs when the module is imported."""
        return self.scope.frame().kind is ScopeKind.MODULE

    @cached_property
    def outcome(self) -> Outcome:
        """What becomes of its value."""
        return fate(self.source, self.call)

    @cached_property
    def harm(self) -> Harm | None:
        """Why it blocks the calling thread, if that is certain."""
        if self.call.kind() == "attribute":
            return self._blocking.of_read(self.source, self.call)
        return self._blocking.of_call(self.source, self.call)

    @cached_property
    def lost_methods(self) -> list[SdkMethod]:
        """The client methods whose coroutine the call gives, if it certainly gives one; else none.

        The call may be of a helper that returns the coroutine.
        """
        values = present(self._ask.type_of(self.source, self.call))
        methods = [value.method for value in values if isinstance(value, Coroutine)]
        found = [method for method in methods if method is not None]
        return found if len(found) == len(values) else []

    @property
    def sdk_methods(self) -> list[SdkMethod]:
        """The client methods it calls, if it certainly calls one, whichever it is; else none."""
        methods = [value for value in self.called if isinstance(value, SdkMethod)]
        return methods if len(methods) == len(self.called) else []


def sites(ask: Ask, blocking: Blocking, source: Source) -> list[Site]:
    """Return every call of a file and every read of a project's property, in document order."""
    found = []
    for scope in source.scopes:
        for call in scope.calls:
            function = call.field("function")
            if function is not None:
                called = _unwrapped(ask.type_of(source, function))
                found.append(Site(source, call, scope, called, ask, blocking))
    reads = (read for each in ask.project.property_reads(source).values() for read in each)
    found += (Site(source, one, source.scope_of(one), NOTHING, ask, blocking) for one in reads)
    return sorted(found, key=lambda site: site.call.range().start.index)


def _unwrapped(type_: Type) -> Type:
    """Put what a `functools.partial` calls in its place."""
    return union(
        _unwrapped(value.function) if isinstance(value, Partial) else only(value)
        for value in present(type_)
    )
