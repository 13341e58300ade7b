"""Calls that start or drive an event loop from plain code, and the functions that make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flake8_qdrant.facts.arguments import handed
from flake8_qdrant.facts.placement import arms, conditions, entered_around, handlers
from flake8_qdrant.facts.running import inline_calls
from flake8_qdrant.facts.source import called_name
from flake8_qdrant.finding import Step
from flake8_qdrant.libraries.model import Gives, Offload
from flake8_qdrant.model.types.decorators import is_stub
from flake8_qdrant.model.values import (
    Call,
    Class,
    External,
    Function,
    SdkClass,
    SdkMethod,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_qdrant.facts.nodes import Node
    from flake8_qdrant.facts.scopes import Scope
    from flake8_qdrant.facts.source import Source
    from flake8_qdrant.model.evaluation import Evaluation
    from flake8_qdrant.model.values import Value

_LOOP_TESTS: Final = ("is_running", "get_running_loop", "current_async_library")
"""Code that asks whether a loop runs knows what it does."""
_EXPECTING: Final = ("raises", "assertRaises", "assertRaisesRegex")
_NO_RUNNING_LOOP: Final = ("RuntimeError",)
_LONGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Start:
    """A call that starts a loop: the runner, and the functions that lead to it."""

    runner: Offload
    steps: tuple[Step, ...] = ()


def dotted(value: Value) -> str | None:
    """Return the name under which the tables list what is called."""
    if isinstance(value, External):
        return value.name
    if isinstance(value, SdkClass):
        return value.cls.name
    if isinstance(value, SdkMethod):
        return value.member.name if value.cls is None else f"{value.cls.name}.{value.member.name}"
    return None


def runner_of(model: Evaluation, source: Source, call: Node) -> Offload | None:
    """Return the runner that a call certainly is, or None.

    `async_to_sync(f)` only makes a function; the call of that function is what runs `f`.
    """
    function = call.field("function")
    if function is None:
        return None
    if function.kind == "call":
        made = _listed(model, source, function)
        return made if made is not None and made.gives is Gives.SYNC_FUNCTION else None
    found = _listed(model, source, call)
    return None if found is None or found.gives is Gives.SYNC_FUNCTION else found


def _listed(model: Evaluation, source: Source, call: Node) -> Offload | None:
    function = call.field("function")
    if function is None:
        return None
    names = {dotted(value) for value in present(model.type_of(source, function))}
    name = names.pop() if len(names) == 1 else None
    return None if name is None else model.tables.runner(name)


def starts(model: Evaluation, source: Source, call: Node) -> Start | None:
    """Tell how a call certainly starts a loop, or None.

    A call that expects the error, or runs only where a test found no loop, does not count.
    """
    runner = runner_of(model, source, call)
    target = None if runner is not None else plain_target(model, source, call)
    if runner is not None:
        start: Start | None = Start(runner)
    elif target is not None:
        start = model.once(("shortest start", target), lambda: _shortest(model, target), None)
    else:
        return None
    return None if _is_guarded(call) else start


def _shortest(model: Evaluation, first: Scope) -> Start | None:
    """Follow the calls of plain functions, breadth first, to the nearest runner."""
    seen = {first}
    front: list[tuple[Scope, tuple[Step, ...]]] = [(first, ())]
    for _ in range(_LONGEST):
        following: list[tuple[Scope, tuple[Step, ...]]] = []
        for scope, steps in front:
            for call, runner, target in _edges(model, scope):
                line = call.line
                way = (*steps, Step(scope.qualified_name, str(scope.source.path), line))
                if runner is not None:
                    return Start(runner, way)
                if target is not None and target not in seen:
                    seen.add(target)
                    following.append((target, way))
        front = following
    return None


def _edges(model: Evaluation, scope: Scope) -> list[tuple[Node, Offload | None, Scope | None]]:
    return model.once(("starting", scope), lambda: list(_find_edges(model, scope)), [])


def _find_edges(
    model: Evaluation, scope: Scope
) -> Iterator[tuple[Node, Offload | None, Scope | None]]:
    """Give the calls that a plain function makes whenever it is called."""
    text = scope.node.text
    if any(test in text for test in _LOOP_TESTS):
        return
    for call in sorted(inline_calls(scope), key=lambda node: node.start):
        runner = runner_of(model, scope.source, call)
        target = None if runner is not None else plain_target(model, scope.source, call)
        if (runner or target) and not arms(call) and not _is_guarded(call):
            yield call, runner, target


def plain_target(model: Evaluation, source: Source, call: Node) -> Scope | None:
    """Return the plain function of the project whose body a call certainly runs."""
    function = call.field("function")
    called = present(model.type_of(source, function)) if function is not None else frozenset()
    if len(called) != 1:
        return None
    value = next(iter(called))
    if isinstance(value, Class):
        built = [one for one in model.member(value.cls, "__init__") if isinstance(one, Function)]
        value = built[0] if len(built) == 1 else value
    if not isinstance(value, Function):
        return None
    scope, decoration = value.scope, model.decoration(value.scope)
    if scope.is_async or scope.is_generator or decoration.opaque or decoration.is_context:
        return None
    if scope.decorators and any(_runs_elsewhere(model, scope, one) for one in scope.decorators):
        return None
    return None if decoration.is_abstract or is_stub(scope) else scope


def _runs_elsewhere(model: Evaluation, scope: Scope, decorator: Node) -> bool:
    """Tell whether a decorator of which nothing is known may run the function in a thread."""
    named = decorator.field("function") if decorator.kind == "call" else decorator
    if named is None:
        return True
    values = model.type_of(scope.source, named)
    return any(
        isinstance(value, External) and model.tables.decorator(_bare(value.name)) is None
        for value in values
    )


def _bare(name: str) -> str:
    return name.removeprefix("builtins.")


def _is_guarded(call: Node) -> bool:
    """Tell whether the code knows that a loop may run, or wants to see the error."""
    if any(test in condition.text for condition in conditions(call) for test in _LOOP_TESTS):
        return True
    for clause in handlers(call):
        caught = clause.text.partition(":")[0]
        if any(name in caught for name in _NO_RUNNING_LOOP):
            return True
    for item in entered_around(call):
        inner = next(item.find_all("call"), None)
        if inner is not None and called_name(inner) in _EXPECTING:
            return True
    return False


def loops_are_patched(model: Evaluation, source: Source) -> bool:
    """Tell whether running loops accept another one where a file runs, as `nest_asyncio` has them.

    A notebook that says so is a process of its own.
    """
    none: frozenset[Source] = frozenset()
    patching = model.once("loops are patched", lambda: frozenset(_patching(model)), none)
    return any(one is source or not one.is_notebook for one in patching)


def _patching(model: Evaluation) -> Iterator[Source]:
    patches = model.tables.loop_patches()
    for name in {patch.rpartition(".")[2] for patch in patches}:
        for source, call in model.project.calls(name):
            function = call.field("function")
            if function is not None and any(
                isinstance(value, External) and value.name in patches
                for value in model.type_of(source, function)
            ):
                yield source


def has_loop_of_its_own(model: Evaluation, source: Source, node: Node) -> bool:
    """Tell whether code stands in a plain function that starts an event loop itself."""
    frame = source.scope_of(node).frame()
    return not frame.is_async and any(
        runner_of(model, source, call) is not None for call in inline_calls(frame)
    )


def is_run_by_a_script(model: Evaluation, scope: Scope) -> bool:
    """Tell whether a coroutine function is handed to a runner itself."""
    return any(scope in _all_run_by(model, source) for source in model.project.holding(scope.name))


def _all_run_by(model: Evaluation, source: Source) -> frozenset[Scope]:
    return model.once(("run by", source), lambda: frozenset(_run_by(model, source)), frozenset())


def _run_by(model: Evaluation, source: Source) -> Iterator[Scope]:
    for call in (call for scope in source.scopes for call in scope.calls):
        runner = runner_of(model, source, call)
        given = handed(call, runner) if runner is not None else None
        if given is None:
            continue
        for value in model.type_of(source, given):
            if isinstance(value, Call):
                yield value.function.scope
            elif isinstance(value, Function):
                yield value.scope
