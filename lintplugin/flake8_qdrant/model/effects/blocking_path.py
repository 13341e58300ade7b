"""Whether calling something blocks the calling thread, and through which functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import argument_for, handed, positional
from flake8_qdrant.facts.running import (
    CONSUMERS,
    called_parameters,
    inline_calls,
    is_consumed,
    is_entered,
    is_first_time,
)
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.finding import Step
from flake8_qdrant.libraries.model import Family, Kind
from flake8_qdrant.model.resolver import is_of_tests
from flake8_qdrant.model.types.callees import callees, caller_of
from flake8_qdrant.model.types.classes import getter, implementers
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.types.offloading import listed_names
from flake8_qdrant.model.values import (
    NOTHING,
    Call,
    Class,
    Context,
    Function,
    Instance,
    Partial,
    SdkMethod,
    Type,
    Value,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Handoff
    from flake8_qdrant.model.evaluation import Evaluation

_RANKS = {Family.MAIN: 0, Family.BESIDE: 1, Family.CPU: 2}
"""Which harm a finding speaks of, if a function does several."""
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


@dataclass(frozen=True, slots=True)
class BlockingPath:
    """Why a call blocks: the client's method in the end, and the functions that lead to it."""

    method: SdkMethod
    steps: tuple[Step, ...] = ()

    def passes(self, scope: Scope) -> bool:
        """Tell whether it leads through the body of a function."""
        own = scope.qualified_name, str(scope.source.path)
        return any((step.function, step.path) == own for step in self.steps)


def shortest(paths: Iterable[BlockingPath | None]) -> BlockingPath | None:
    """Return the path that a finding shows if all of several alternatives block; else None."""
    found = list(paths)
    certain = [path for path in found if path is not None]
    if not certain or len(certain) < len(found):
        return None
    return min(certain, key=lambda path: (len(path.steps), path.method.label, path.steps))


class Blocking:
    """Answers for values and functions, each once."""

    def __init__(self, ask: Evaluation) -> None:
        self._ask = ask

    def of_call(self, source: Source, call: Node) -> BlockingPath | None:
        """Tell why a call blocks where it stands, or None if that is not certain."""
        called = callees(self._ask, source, call)
        in_tests = is_of_tests(str(source.path).removeprefix(self._ask.project.layout.root))
        harm = self.of_all(called, in_tests=in_tests) or self._of_use(source, call)
        harm = harm or self._of_handed(source, call, called)
        harm = harm or self._of_passed(source, call, called)
        return harm or self._of_consumer(source, call)

    def of_read(self, source: Source, attribute: Node) -> BlockingPath | None:
        """Tell why reading an attribute blocks: it is a property that does."""
        owner, name = attribute.field("object"), attribute.field("attribute")
        if owner is None or name is None:
            return None
        owners = present(self._ask.type_of(source, owner))
        getters = [getter(self._ask, one, name.text) for one in owners]
        return self.of_all(frozenset(one for one in getters if one)) if all(getters) else None

    def of_all(self, type_: Type, *, in_tests: bool = False) -> BlockingPath | None:
        """Tell why calling a value blocks, whichever of its type it is.

        Args:
            type_: what may be called.
            in_tests: a test calls it, which may have put a double in the place of the real thing.
        """
        return shortest(self.of_value(value, in_tests=in_tests) for value in type_)

    def of_value(self, value: Value, *, in_tests: bool = False) -> BlockingPath | None:
        """Tell why calling a value blocks."""
        if isinstance(value, SdkMethod):
            return BlockingPath(value) if _blocks(value) and not value.member.lazy else None
        if isinstance(value, Function):
            return self._of_function(value, in_tests=in_tests)
        if isinstance(value, Class):
            return self._of_constructor(value)
        if isinstance(value, Instance):
            return self.of_all(self._functions(value, "__call__"))
        if isinstance(value, Partial):
            return self.of_all(present(value.function))
        return None

    def of_body(self, scope: Scope) -> BlockingPath | None:
        """Tell why running a function's body blocks."""
        return self._ask.remember(("blocks", scope), scope, lambda: self._worst_in(scope), None)

    def _worst_in(self, scope: Scope) -> BlockingPath | None:
        """Return the first harm in a body, one by the main library before any other."""
        worst: BlockingPath | None = None
        for node, harm in self._harms_in(scope):
            if harm.passes(scope):
                continue  # what leads back to this body blocks by something else in it
            if worst is None or _rank(harm) < _rank(worst):
                line = node.line
                step = Step(scope.qualified_name, str(scope.source.path), line)
                worst = BlockingPath(harm.method, (step, *harm.steps))
            if _rank(worst) == 0:
                break
        return worst

    def _harms_in(self, scope: Scope) -> Iterator[tuple[Node, BlockingPath]]:
        for call in sorted(inline_calls(scope), key=lambda node: node.start):
            harm = self.of_call(scope.source, call)
            if harm is not None and not is_first_time(call):
                yield call, harm
        for read in self._ask.project.property_reads(scope):
            harm = self.of_read(scope.source, read)
            if harm is not None:
                yield read, harm

    def _of_handed(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """A retry policy calls what it gets; the loop runs its callbacks on its own thread."""
        handoffs = {_runs_here(self._ask, value) for value in called}
        return shortest(self._of_callback(source, call, handoff) for handoff in handoffs)

    def _of_callback(
        self, source: Source, call: Node, handoff: Handoff | None
    ) -> BlockingPath | None:
        given = None if handoff is None else handed(call, handoff)
        return None if given is None else self.of_all(present(self._ask.type_of(source, given)))

    def _of_passed(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """A function of the project calls what it gets, such as `retry(client.upsert, points)`."""
        return shortest(self._through(source, call, value) for value in called)

    def _through(self, source: Source, call: Node, value: Value) -> BlockingPath | None:
        if not isinstance(value, Function) or self._is_deferred(value.scope):
            return None
        scope = value.scope
        for inner, parameter in called_parameters(scope):
            given = argument_for(parameter, call, bound=value.receiver is not None)
            type_ = NOTHING if given is None else present(self._ask.type_of(source, given))
            harm = self.of_all(type_)
            if harm is not None:
                line = inner.line
                step = Step(scope.qualified_name, str(scope.source.path), line)
                return BlockingPath(harm.method, (step, *harm.steps))
        return None

    def _is_deferred(self, scope: Scope) -> bool:
        return scope.is_async or scope.is_generator or self._ask.decoration(scope).opaque

    def _of_use(self, source: Source, call: Node) -> BlockingPath | None:
        """Iterating a generator, or entering a context manager, runs the body of its function."""
        if not (consumed := is_consumed(call)) and not is_entered(call):
            return None
        lazy = self._of_lazy(source, call) if consumed else None
        if lazy is not None:
            return lazy
        made = present(self._ask.type_of(source, call))
        return self._of_used(made, consumed=consumed)

    def _of_used(self, made: Type, *, consumed: bool) -> BlockingPath | None:
        bodies = []
        for value in made:
            if (consumed and isinstance(value, Call) and not value.function.scope.is_async) or (
                not consumed and isinstance(value, Context) and not value.is_async
            ):
                bodies.append(value.function)
            elif not consumed and isinstance(value, Instance):
                return self.of_all(self._functions(value, "__enter__"))
            else:
                return None
        return shortest(self.of_body(function.scope) for function in bodies)

    def _of_consumer(self, source: Source, call: Node) -> BlockingPath | None:
        """`list(rows)` runs the generator that the variable holds."""
        given = positional(call) if called_name(call) in CONSUMERS else []
        if not given or given[0].kind != "identifier":
            return None
        return self._of_used(present(self._ask.type_of(source, given[0])), consumed=True)

    def _of_lazy(self, source: Source, call: Node) -> BlockingPath | None:
        """Iterating what a client's lazy method gives does the method's work."""
        function = call.field("function")
        called = present(self._ask.type_of(source, function)) if function is not None else NOTHING
        methods = [one for one in called if isinstance(one, SdkMethod) and one.member.lazy]
        if not methods or len(methods) != len(called):
            return None
        if not all(_blocks(one) for one in methods):
            return None
        return BlockingPath(min(methods, key=lambda method: method.label))

    def _of_function(self, value: Function, *, in_tests: bool) -> BlockingPath | None:
        scope = value.scope
        decoration = self._ask.decoration(scope)
        if self._is_deferred(scope):
            return None
        if isinstance(value.receiver, Instance) and (decoration.is_abstract or is_stub(scope)):
            return self._of_implementations(value.receiver.cls, scope.name, in_tests=in_tests)
        return self.of_body(scope)

    def _of_implementations(self, cls: Scope, name: str, *, in_tests: bool) -> BlockingPath | None:
        """A method without a body blocks if all that implement it in the project do."""
        found = {
            member.scope
            for below in implementers(self._ask, cls, with_doubles=in_tests)
            for member in self._ask.member(below, name)
            if isinstance(member, Function) and not is_stub(member.scope)
        }
        if not found:
            return None
        return self.of_all(frozenset(Function(scope) for scope in found))

    def _of_constructor(self, value: Class) -> BlockingPath | None:
        harms = [
            self.of_body(method.scope)
            for name in _CONSTRUCTORS
            for method in self._functions(Instance(value.cls), name)
            if isinstance(method, Function)
        ]
        return next((harm for harm in harms if harm is not None), None)

    def _functions(self, value: Instance, name: str) -> Type:
        found = self._ask.member(value.cls, name)
        return frozenset(
            Function(one.scope, value) if isinstance(one, Function) else one for one in found
        )


def _blocks(method: SdkMethod) -> bool:
    return method.member.kind in (Kind.BLOCKING, Kind.CPU) and method.library.family in _RANKS


def _rank(harm: BlockingPath) -> int:
    return _RANKS[harm.method.library.family]


def _runs_here(ask: Evaluation, value: Value) -> Handoff | None:
    found = (ask.tables.loop_callback(name) for name in listed_names(value))
    callback = next((handoff for handoff in found if handoff is not None), None)
    return callback or caller_of(ask, value)
