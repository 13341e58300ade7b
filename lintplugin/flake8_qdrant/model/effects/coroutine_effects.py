"""Whether a coroutine function of the project does a client's work, and through which functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import handed
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.finding import Step
from flake8_qdrant.libraries.model import DecoratorRole, Family, Kind
from flake8_qdrant.model.effects.blocking_path import Blocking, BlockingPath, shortest
from flake8_qdrant.model.types.callees import callees
from flake8_qdrant.model.types.classes import subclasses
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.types.offloading import offloader_of
from flake8_qdrant.model.values import (
    NOTHING,
    Call,
    Class,
    Coroutine,
    External,
    Function,
    SdkMethod,
    Type,
    present,
)

if TYPE_CHECKING:
    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation


class CoroutineEffects:
    """Answers for coroutine functions, each once."""

    def __init__(self, model: Evaluation) -> None:
        self._model = model
        self.blocking = Blocking(model, self._of_awaitables)

    def of_made(self, made: Type) -> BlockingPath | None:
        """Tell what a coroutine would do, if it certainly is one with a client's work.

        A decorator of which nothing is known may start the work itself, so may an override that
        is no coroutine function: about those nothing is told.
        """
        return self._of_type(present(made))

    def _of_awaitables(self, type_: Type) -> BlockingPath | None:
        """Tell what awaiting one of some awaitables certainly does: a request, or its own work."""
        requests = [one.method for one in type_ if isinstance(one, Coroutine)]
        methods = [one for one in requests if one is not None and _is_request(one)]
        if methods and len(methods) == len(type_):
            return BlockingPath(min(methods, key=lambda method: method.label))
        return self._of_type(type_)

    def _of_type(self, made: Type) -> BlockingPath | None:
        if not all(isinstance(one, Call) for one in made):
            return None
        return shortest(self._of_function(one.function) for one in made if isinstance(one, Call))

    def _of_function(self, function: Function) -> BlockingPath | None:
        scope = function.scope
        if not _is_plain_coroutine(self._model, scope) or not self._is_final(function):
            return None
        return self._model.remember(("works", scope), scope, lambda: self._in_body(scope), None)

    def _is_final(self, function: Function) -> bool:
        """Tell whether every override of a method is a coroutine function as well."""
        cls = function.scope.parent if function.scope.is_method else None
        if cls is None:
            return True
        own = (
            below.bindings.get(function.scope.name, ()) for below in subclasses(self._model, cls)
        )
        return all(
            one.defines is not None and _is_plain_coroutine(self._model, one.defines)
            for bindings in own
            for one in bindings
        )

    def _in_body(self, scope: Scope) -> BlockingPath | None:
        for call in sorted(inline_calls(scope), key=lambda node: node.start):
            found = self._in_call(scope.source, call)
            if found is not None and not found.passes(scope):
                step = Step(scope.qualified_name, str(scope.source.path), call.line)
                return BlockingPath(found.method, (step, *found.steps))
        return None

    def _in_call(self, source: Source, call: Node) -> BlockingPath | None:
        methods = [one for one in callees(self._model, source, call) if isinstance(one, SdkMethod)]
        if any(_is_request(method) for method in methods):
            return BlockingPath(min(methods, key=lambda method: method.label))
        blocking = self.blocking.of_call(source, call) or self._in_thread(source, call)
        if blocking is not None and blocking.method.library.family is Family.MAIN:
            return blocking
        return self._of_type(present(self._model.type_of(source, call)))

    def _in_thread(self, source: Source, call: Node) -> BlockingPath | None:
        """Tell what a call does in another thread, which it awaits."""
        offloads = {offloader_of(self._model, one) for one in callees(self._model, source, call)}
        offload = next(iter(offloads)) if len(offloads) == 1 else None
        given = None if offload is None else handed(call, offload)
        type_ = NOTHING if given is None else present(self._model.type_of(source, given))
        return self.blocking.of_all(type_)


def _is_request(method: SdkMethod) -> bool:
    kind, family = method.member.kind, method.library.family
    return kind is Kind.COROUTINE and family is Family.MAIN


def _is_plain_coroutine(model: Evaluation, scope: Scope) -> bool:
    if not scope.is_async or scope.is_generator or is_stub(scope):
        return False
    return not model.decoration(scope).opaque and all(
        _keeps(model, scope, decorator) for decorator in scope.decorators
    )


def _keeps(model: Evaluation, scope: Scope, decorator: Node) -> bool:
    """Tell whether a decorator is known, or one of the project: what that does is known."""
    named = decorator.field("function") if decorator.kind == "call" else decorator
    values = () if named is None else model.type_of(scope.source, named)
    kept = (DecoratorRole.KEEP, DecoratorRole.STATIC_METHOD, DecoratorRole.CLASS_METHOD)
    return bool(values) and all(
        isinstance(value, (Class, Function))
        or (
            isinstance(value, External)
            and model.tables.decorator(value.name.removeprefix("builtins.")) in kept
        )
        for value in values
    )
