"""What a call gives that hands work to somebody else: a thread, a task, a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_qdrant.facts.arguments import handed, positional
from flake8_qdrant.libraries.model import Family, Gives, Kind, Takes
from flake8_qdrant.model.values import (
    NONE,
    UNKNOWN,
    Call,
    Coroutine,
    External,
    Factory,
    Job,
    Sdk,
    SdkClass,
    SdkMethod,
    Tuple,
    Type,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.libraries.model import Offload
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_AWAITABLE = (Gives.COROUTINE, Gives.AWAITABLE)
_JOBS = (Gives.FUTURE, Gives.ITERATOR, Gives.THREAD)


def listed_names(value: Value) -> Iterator[str]:
    """Give the dotted names under which the tables may list what is called."""
    if isinstance(value, External):
        yield value.name
    elif isinstance(value, SdkClass):
        yield value.cls.name
    elif isinstance(value, Sdk):
        yield from (f"{cls}.__call__" for cls in value.cls.lineage)
    elif isinstance(value, SdkMethod) and value.cls is None:
        yield value.member.name
    elif isinstance(value, SdkMethod) and value.cls is not None:
        for cls in value.cls.lineage:
            yield f"{cls}.{value.member.name}"


def offload_result(model: Evaluation, source: Source, call: Node, value: Value) -> Type | None:
    """Tell what a call gives that hands work on, or None if it is no such call."""
    found = _listed(model, value)
    if found is None:
        return None
    done = _done(model, source, call, found)
    if found.gives is Gives.COROUTINE and found.takes in (Takes.AWAITABLE, Takes.ITERABLE):
        return only(Coroutine(done, _awaited_method(model, source, call, found)))
    if found.gives in _JOBS and found.takes is not Takes.FUTURES:
        return only(Job(_run_there(model, source, call, found), done, found.gives))
    if found.gives is Gives.COROUTINE and model.tables.offloader(_name(value)) is found:
        return only(Coroutine(done, _offloaded_method(model, source, call, found)))
    return _given(found, done)


def loop_callback_of(model: Evaluation, value: Value) -> Offload | None:
    """Return how the tables list something by which a loop gets a function to call later."""
    found = (model.tables.loop_callback(name) for name in listed_names(value))
    return next((offload for offload in found if offload is not None), None)


def _name(value: Value) -> str:
    return value.name if isinstance(value, External) else ""


def _run_there(model: Evaluation, source: Source, call: Node, offload: Offload) -> Type:
    """Tell what another thread calls, or what a loop awaits there: `submit(asyncio.run, coro)`."""
    given = handed(call, offload)
    if given is None:
        return UNKNOWN
    called = present(model.type_of(source, given))
    runners = [model.tables.runner(name) for one in called for name in listed_names(one)]
    passed = positional(call)
    if runners and None not in runners and given in passed[:-1]:
        return present(model.type_of(source, passed[passed.index(given) + 1]))
    return called


def _offloaded_method(
    model: Evaluation, source: Source, call: Node, offload: Offload
) -> SdkMethod | None:
    """Return the client method that a thread would run once what is given is awaited."""
    given = handed(call, offload)
    values = UNKNOWN if given is None else present(model.type_of(source, given))
    methods = [one for one in values if isinstance(one, SdkMethod)]
    if not methods or len(methods) != len(values) or any(map(_gives_coroutine, methods)):
        return None
    return min(methods, key=lambda method: method.label)


def _gives_coroutine(method: SdkMethod) -> bool:
    return method.member.kind is not Kind.BLOCKING


def offloader_of(model: Evaluation, value: Value) -> Offload | None:
    """Return how the tables list something by which another thread or process gets work."""
    found = (model.tables.offloader(name) for name in listed_names(value))
    return next((offload for offload in found if offload is not None), None)


def _awaited_method(
    model: Evaluation, source: Source, call: Node, consumer: Offload
) -> SdkMethod | None:
    """Return the client method whose coroutine is awaited once what the consumer gives is.

    `asyncio.wait_for` starts nothing by itself, so the coroutine is lost with its own.
    """
    given = handed(call, consumer)
    if given is None:
        return None
    is_display = consumer.takes is Takes.ITERABLE and given.kind in ("list", "set", "tuple")
    parts = given.children if is_display else [given]
    values = [value for part in parts for value in present(model.type_of(source, part))]
    methods = [value.method for value in values if isinstance(value, Coroutine) and value.method]
    if not methods or len(methods) != len(values):
        return None
    return min(methods, key=lambda method: method.label)


def _listed(model: Evaluation, value: Value) -> Offload | None:
    tables = model.tables
    for name in listed_names(value):
        found = tables.offloader(name) or tables.consumer(name)
        found = found or tables.runner(name) or tables.caller(name)
        if found is not None:
            return found
    return None


def _given(offload: Offload, done: Type) -> Type:
    if offload.gives in _AWAITABLE:
        return only(Coroutine(done))
    if offload.gives is Gives.RESULT:
        return done
    if offload.gives is Gives.ASYNC_FUNCTION:
        return only(Factory(only(Coroutine(done))))
    return only(Factory(done)) if offload.gives is Gives.SYNC_FUNCTION else UNKNOWN


def _done(model: Evaluation, source: Source, call: Node, offload: Offload) -> Type:
    """Tell what the work gives in the end."""
    if offload.takes is Takes.AWAITABLES:
        return only(
            Tuple(tuple(awaited(model, model.type_of(source, a)) for a in positional(call)))
        )
    given = handed(call, offload)
    if given is None:
        return UNKNOWN
    type_ = present(model.type_of(source, given))
    if offload.takes is Takes.AWAITABLE:
        return awaited(model, type_)
    if offload.takes in (Takes.ITERABLE, Takes.FUTURES):
        return UNKNOWN
    if any(_listed(model, function) for function in type_):
        return UNKNOWN  # its own function is the next argument
    called = union(model.result(source, call, function) for function in type_)
    return awaited(model, called) if offload.takes is Takes.ASYNC_FUNCTION else called or UNKNOWN


def is_client(value: Sdk) -> bool:
    """Tell whether an object belongs to a client library and cannot be awaited."""
    is_runtime = value.cls.library.family is Family.RUNTIME
    return not is_runtime and value.cls.member("__await__") is None and value.cls.default is None


def awaited(model: Evaluation, type_: Type) -> Type:
    """Tell what `await` gives for a value of the type."""
    results = []
    for value in type_:
        if isinstance(value, Coroutine):
            results.append(value.result)
        elif isinstance(value, Call) and value.function.scope.is_async:
            results.append(model.returns(value.function))
        elif isinstance(value, Sdk) and is_client(value):
            results.append(only(value))  # the `await` fails, and what it was written for goes on
        elif value in NONE and len(type_) > 1:
            continue
        else:
            results.append(UNKNOWN)
    return union(results)
