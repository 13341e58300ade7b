"""Whether calling something blocks the calling thread, and through which functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from flake8_qdrant.facts.arguments import argument_for, handed, positional
from flake8_qdrant.facts.nodes import Node
from flake8_qdrant.facts.running import (
    CONSUMERS,
    called_parameters,
    inline_calls,
    is_consumed,
    is_entered,
    used_by_name,
)
from flake8_qdrant.facts.source import Source, called_name
from flake8_qdrant.finding import Step
from flake8_qdrant.model.effects.either_client import RANKS, blocks, either, is_awaited_instead
from flake8_qdrant.model.effects.once import Once, is_built_here, is_kept, runs_once
from flake8_qdrant.model.effects.value_use import ValueUse, use_of
from flake8_qdrant.model.effects.waiting import (
    consumed_jobs,
    jobs_until_exit,
    jobs_until_shutdown,
    waited_jobs,
)
from flake8_qdrant.model.types.by_name import asks_by_name
from flake8_qdrant.model.types.callees import callees, caller_of
from flake8_qdrant.model.types.calls import is_inert
from flake8_qdrant.model.types.classes import getter, implementers
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.types.handed import brings_clients, handed_over, received
from flake8_qdrant.model.types.iteration import EXIT_STACKS
from flake8_qdrant.model.types.offloading import loop_callback_of
from flake8_qdrant.model.values import (
    NONE,
    NOTHING,
    Call,
    Class,
    Context,
    ExternalMethod,
    Function,
    Instance,
    Partial,
    SdkMethod,
    Type,
    Value,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.libraries.model import Offload
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Given, Job

_WORST = (False, 0)
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


@dataclass(frozen=True, slots=True)
class BlockingPath:
    """Why a call blocks: the client's method in the end, and the functions that lead to it.

    `once` tells that it does so once a process: something is built then that nothing takes away.
    `by_object` tells that it is once for each object of a class, of which there is one as a rule.
    `is_example` tells that there are others, which the call may take as well.
    `elsewhere` tells that another thread does the work, and the caller waits for it.
    """

    method: SdkMethod
    steps: tuple[Step, ...] = ()
    once: bool = False
    elsewhere: bool = False
    by_object: bool = False
    is_example: bool = False

    def through(self, step: Step) -> BlockingPath:
        """Return the path with one more function in front."""
        return replace(self, steps=(step, *self.steps))

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
    first = min(
        certain, key=lambda path: (not path.once, len(path.steps), path.method.label, path.steps)
    )
    others = any((one.method, one.steps) != (first.method, first.steps) for one in certain)
    return replace(first, is_example=True) if others else first


class _Place(NamedTuple):
    """Where something is called; a test may have put a double in the place of the real thing."""

    source: Source
    call: Node
    in_tests: bool


class Blocking:
    """Answers for values and functions, each once.

    Args:
        model: the semantic model, as it is seen from the body that is looked at.
        work_of: tells what client's work awaiting one of some awaitables certainly does.
        plain: answers for what does not depend on what this body is handed over.
    """

    def __init__(
        self,
        model: Evaluation,
        work_of: Callable[[Type], BlockingPath | None],
        plain: Blocking | None = None,
    ) -> None:
        self._model = model
        self._work_of = work_of
        self._plain = plain or self

    def of_call(self, source: Source, call: Node) -> BlockingPath | None:
        """Tell why a call blocks where it stands, or None if that is not certain."""
        return self._where_it_stands(source, call, self._of_call(source, call))

    def _where_it_stands(
        self, source: Source, node: Node, blocking: BlockingPath | None
    ) -> BlockingPath | None:
        if blocking is None:
            return None
        if blocking.by_object and is_built_here(self._model, source, node):
            blocking = replace(blocking, once=False, by_object=False)
        once = Once.EACH_TIME if blocking.once else runs_once(self._model, source, node)
        if once is Once.EACH_TIME:
            return blocking
        return replace(blocking, once=True, by_object=once is Once.BY_OBJECT)

    def _of_call(self, source: Source, call: Node) -> BlockingPath | None:
        called = callees(self._model, source, call)
        if called and all(is_inert(self._model, one) for one in called):
            return self._of_consumer(source, call)
        in_tests = self._model.project.layout.is_of_tests(source.name)
        at = _Place(source, call, in_tests)
        blocking = self.of_all(called, at) or self._of_use(source, call)
        blocking = blocking or self._of_jobs(waited_jobs(self._model, source, call, called))
        blocking = blocking or self._of_handed(source, call, called)
        blocking = blocking or self._of_passed(source, call, called)
        blocking = blocking or self._of_either(source, call, called)
        blocking = blocking or self._of_stack(source, call, called)
        blocking = blocking or self._of_shutdown(source, call, called)
        return blocking or self._of_consumer(source, call)

    def of_read(self, source: Source, attribute: Node) -> BlockingPath | None:
        """Tell why reading an attribute blocks: it is a property that does."""
        owner, name = attribute.field("object"), attribute.field("attribute")
        if owner is None or name is None:
            return None
        owners = present(self._model.type_of(source, owner))
        getters = [getter(self._model, one, name.text) for one in owners]
        blocking = self.of_all(frozenset(one for one in getters if one)) if all(getters) else None
        return self._where_it_stands(source, attribute, blocking)

    def of_all(self, type_: Type, at: _Place | None = None) -> BlockingPath | None:
        """Tell why calling a value blocks, whichever of its type it is.

        Args:
            type_: what may be called.
            at: where it is called, if it is known.
        """
        return shortest(self.of_value(value, at) for value in type_)

    def of_value(self, value: Value, at: _Place | None = None) -> BlockingPath | None:
        """Tell why calling a value blocks."""
        if isinstance(value, SdkMethod):
            return BlockingPath(value) if blocks(value) and not value.member.lazy else None
        if isinstance(value, Function):
            return self._of_function(value, at)
        if isinstance(value, Class):
            return self._of_constructor(value, at)
        if isinstance(value, Instance):
            return self.of_all(self._functions(value, "__call__"), at)
        if isinstance(value, Partial):
            return self._of_partial(value)
        return None

    def _of_partial(self, value: Partial) -> BlockingPath | None:
        if not value.given:
            return self.of_all(present(value.function))
        scopes = [one.scope for one in value.function if isinstance(one, Function)]
        if any(map(self._is_deferred, scopes)):
            return None
        return shortest(self.of_body(one, value.given) for one in scopes)

    def of_body(self, scope: Scope, given: Given = ()) -> BlockingPath | None:
        """Tell why running a function's body blocks, in the calls that hand over such values."""
        plain, key = self._plain, ("blocks", scope)
        blocking = self._model.remember(key, scope, lambda: plain._worst_in(scope), None)  # noqa: SLF001
        brings = any(
            one == NONE or brings_clients(one) or asks_by_name(scope, name) for name, one in given
        )
        if not given or (blocking is None and not brings):
            return blocking
        inner = Blocking(self._model.within(scope, given), self._work_of, plain)
        return self._model.remember((*key, given), scope, lambda: inner._worst_in(scope), None)

    def _worst_in(self, scope: Scope) -> BlockingPath | None:
        """Return the first blocking path in a body, one that lasts before what is done once."""
        worst: BlockingPath | None = None
        for node, blocking in self._blocking_in(scope):
            if blocking.passes(scope):
                continue  # what leads back to this body blocks by something else in it
            if worst is None or _rank(blocking) < _rank(worst):
                line = node.line
                step = Step(scope.qualified_name, str(scope.source.path), line)
                worst = blocking.through(step)
            if _rank(worst) == _WORST:
                break
        return worst

    def _blocking_in(self, scope: Scope) -> Iterator[tuple[Node, BlockingPath]]:
        for call in sorted(inline_calls(scope), key=lambda node: node.start):
            blocking = self.of_call(scope.source, call)
            if blocking is not None and self._model.runs(scope.source, call):
                yield call, blocking
        for node in used_by_name(scope):
            blocking = self.of_used(scope.source, node)
            if blocking is not None and self._model.runs(scope.source, node):
                yield node, blocking
        for read in self._model.project.property_reads(scope):
            blocking = self.of_read(scope.source, read)
            if blocking is not None and self._model.runs(scope.source, read):
                yield read, blocking

    def _of_handed(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """A retry policy calls what it gets; the loop runs its callbacks on its own thread."""
        offloads = {_runs_here(self._model, value) for value in called}
        return shortest(self._of_callback(source, call, offload) for offload in offloads)

    def _of_callback(
        self, source: Source, call: Node, offload: Offload | None
    ) -> BlockingPath | None:
        given = None if offload is None else handed(call, offload)
        return None if given is None else self.of_all(present(self._model.type_of(source, given)))

    def _of_either(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """A call of either client that nobody awaits blocks with the one, is lost with the other.

        It is told of the one.
        """
        methods = either(called)
        if methods is None or use_of(source, call).use not in (ValueUse.DROPPED, ValueUse.USED):
            return None
        if is_awaited_instead(call):
            return None
        return BlockingPath(methods.blocking)

    def _of_passed(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """A function of the project calls what it gets, such as `retry(client.upsert, points)`."""
        return shortest(self._through(source, call, value) for value in called)

    def _through(self, source: Source, call: Node, value: Value) -> BlockingPath | None:
        if not isinstance(value, Function) or self._is_deferred(value.scope):
            return None
        scope = value.scope
        for inner, parameter in called_parameters(scope):
            given = argument_for(parameter, call, bound=value.receiver is not None)
            type_ = NOTHING if given is None else present(self._model.type_of(source, given))
            blocking = self.of_all(type_)
            if blocking is not None:
                line = inner.line
                step = Step(scope.qualified_name, str(scope.source.path), line)
                return self._where_it_stands(scope.source, inner, blocking.through(step))
        return None

    def _is_deferred(self, scope: Scope) -> bool:
        return scope.is_async or scope.is_generator or self._model.decoration(scope).opaque

    def _of_use(self, source: Source, call: Node) -> BlockingPath | None:
        """Iterating a generator, or entering a context manager, runs the body of its function."""
        if not (consumed := is_consumed(call)) and not is_entered(call):
            return None
        lazy = self._of_lazy(source, call) if consumed else None
        if lazy is not None:
            return lazy
        made = present(self._model.type_of(source, call))
        return self._of_used(made, consumed=consumed) or (
            None if consumed else self._of_exit(source, call)
        )

    def _of_jobs(self, jobs: Iterable[Job]) -> BlockingPath | None:
        """Waiting for work in another thread takes as long as the work does."""
        return shortest(self._of_job(job) for job in jobs)

    def _of_job(self, job: Job) -> BlockingPath | None:
        blocking = self.of_all(job.called) or self._work_of(job.called)
        return None if blocking is None else replace(blocking, elsewhere=True)

    def _of_exit(self, source: Source, call: Node) -> BlockingPath | None:
        """Leaving a pool's `with` waits for the jobs that nobody has waited for."""
        blocking_paths = map(self._of_job, jobs_until_exit(self._model, source, call))
        return min(
            (blocking for blocking in blocking_paths if blocking is not None),
            key=_rank,
            default=None,
        )

    def _of_shutdown(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """Shutting a pool down waits for the jobs that nobody has waited for."""
        blocking_paths = map(self._of_job, jobs_until_shutdown(self._model, source, call, called))
        return min(
            (blocking for blocking in blocking_paths if blocking is not None),
            key=_rank,
            default=None,
        )

    def _of_used(self, made: Type, *, consumed: bool) -> BlockingPath | None:
        jobs = consumed_jobs(made) if consumed else []
        if jobs:
            return self._of_jobs(jobs)
        bodies = []
        for value in made:
            if (consumed and isinstance(value, Call) and not value.function.scope.is_async) or (
                not consumed and isinstance(value, Context) and not value.is_async
            ):
                bodies.append(value.function)
            elif not consumed and isinstance(value, Instance):
                return self._of_block(value)
            else:
                return None
        return shortest(self.of_body(function.scope) for function in bodies)

    def _of_block(self, value: Instance) -> BlockingPath | None:
        """Entering a `with` block calls one method of the object, leaving it another."""
        entering = self.of_all(self._functions(value, "__enter__"))
        return entering or self.of_all(self._functions(value, "__exit__"))

    def of_used(self, source: Source, node: Node) -> BlockingPath | None:
        """Tell why a `with` or `for` statement blocks that gets what it uses by a name."""
        made = present(self._model.type_of(source, node))
        blocking = self._of_used(made, consumed=not is_entered(node)) if made else None
        return self._where_it_stands(source, node, blocking)

    def _of_stack(self, source: Source, call: Node, called: Type) -> BlockingPath | None:
        """`stack.enter_context(manager)` enters what it gets; its block leaves it, further down."""
        entering = {ExternalMethod(stack, "enter_context") for stack in EXIT_STACKS}
        given = positional(call)
        if not called or not called <= entering or not given:
            return None
        managers = present(self._model.type_of(source, given[0]))
        if all(isinstance(one, Instance) for one in managers):
            methods = (self._model.attribute(one, "__enter__") for one in managers)
            return shortest(self.of_all(one) for one in methods)
        return self._of_used(managers, consumed=False)

    def _of_consumer(self, source: Source, call: Node) -> BlockingPath | None:
        """`list(rows)` runs the generator that the variable holds."""
        given = positional(call) if called_name(call) in CONSUMERS else []
        if not given or given[0].kind != "identifier":
            return None
        return self._of_used(present(self._model.type_of(source, given[0])), consumed=True)

    def _of_lazy(self, source: Source, call: Node) -> BlockingPath | None:
        """Iterating what a client's lazy method gives does the method's work."""
        function = call.field("function")
        called = present(self._model.type_of(source, function)) if function is not None else NOTHING
        methods = [one for one in called if isinstance(one, SdkMethod) and one.member.lazy]
        if not methods or len(methods) != len(called):
            return None
        if not all(blocks(one) for one in methods):
            return None
        return BlockingPath(min(methods, key=lambda method: method.label))

    def _of_function(self, value: Function, at: _Place | None) -> BlockingPath | None:
        scope = value.scope
        decoration = self._model.decoration(scope)
        if self._is_deferred(scope):
            return None
        if isinstance(value.receiver, Instance) and (decoration.is_abstract or is_stub(scope)):
            return self._of_implementations(value.receiver.cls, scope.name, at)
        certain = self.of_body(scope)
        blocking = self.of_body(scope, self._given(value, at, clients_only=certain is None))
        if blocking is None or blocking.once or not is_kept(self._model, value):
            return blocking
        return replace(blocking, once=True, by_object=decoration.is_property)

    def _given(self, value: Function, at: _Place | None, *, clients_only: bool) -> Given:
        """Return what a call hands over to a function that it calls by itself."""
        function = None if at is None else at.call.field("function")
        if at is None or function is None:
            return received(value)
        direct = value in self._model.type_of(at.source, function)
        if not direct:
            return received(value)
        return handed_over(self._model, value, at.source, at.call, clients_only=clients_only)

    def _of_implementations(self, cls: Scope, name: str, at: _Place | None) -> BlockingPath | None:
        """A method without a body blocks if all that implement it in the project do."""
        in_tests = at is not None and at.in_tests
        found = {
            member.scope
            for below in implementers(self._model, cls, with_doubles=in_tests)
            for member in self._model.member(below, name)
            if isinstance(member, Function) and not is_stub(member.scope)
        }
        if not found:
            return None
        return self.of_all(frozenset(Function(scope) for scope in found))

    def _of_constructor(self, value: Class, at: _Place | None) -> BlockingPath | None:
        blocking_paths = [
            self.of_body(method.scope, self._given_new(value, method, at))
            for name in _CONSTRUCTORS
            for method in self._functions(Instance(value.cls), name)
            if isinstance(method, Function)
        ]
        return min(
            (blocking for blocking in blocking_paths if blocking is not None),
            key=_rank,
            default=None,
        )

    def _given_new(self, value: Class, method: Function, at: _Place | None) -> Given:
        """Return what a constructor is handed, with the new object: it may call methods of it."""
        function = None if at is None else at.call.field("function")
        if at is None or function is None or value not in self._model.type_of(at.source, function):
            return received(method)
        new = self._model.type_of(at.source, at.call)
        receivers = (one for one in new if isinstance(one, Instance) and one.cls is value.cls)
        method = Function(method.scope, next(receivers, method.receiver))
        if method.scope.name != "__init__":
            return received(method)
        return handed_over(self._model, method, at.source, at.call)

    def _functions(self, value: Instance, name: str) -> Type:
        found = self._model.member(value.cls, name)
        return frozenset(
            Function(one.scope, value) if isinstance(one, Function) else one for one in found
        )


def _rank(blocking: BlockingPath) -> tuple[bool, int]:
    return blocking.once, RANKS[blocking.method.library.family]


def _runs_here(model: Evaluation, value: Value) -> Offload | None:
    return loop_callback_of(model, value) or caller_of(model, value)
