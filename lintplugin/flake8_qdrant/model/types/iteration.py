"""What a loop variable gets, and what `with` hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flake8_qdrant.model.values import (
    PLAIN,
    UNKNOWN,
    Call,
    Collection,
    Context,
    Entered,
    ExternalInstance,
    Function,
    Instance,
    Job,
    Mapping,
    Plain,
    Sdk,
    Tuple,
    Type,
    Value,
    only,
    present,
    union,
)

if TYPE_CHECKING:
    from flake8_qdrant.model.evaluation import Evaluation

EXIT_STACKS: Final = ("contextlib.ExitStack", "contextlib.AsyncExitStack")


def element(model: Evaluation, type_: Type) -> Type:
    """Tell what `for item in value` (or `async for`) gives for a value of the type."""
    results = []
    for value in present(type_):
        if isinstance(value, Collection):
            results.append(value.item)
        elif isinstance(value, Tuple):
            results.append(union(value.items))
        elif isinstance(value, Call) and value.function.scope.is_generator:
            results.append(model.yields(value.function))
        elif isinstance(value, Job):
            results.append(value.result)
        elif isinstance(value, (Mapping, Plain)):
            results.append(PLAIN)
        else:
            results.append(UNKNOWN)
    return union(results)


def entered(model: Evaluation, type_: Type, *, is_async: bool) -> Type:
    """Tell what `with value as target` (or `async with`) binds."""
    results = []
    for value in present(type_):
        if isinstance(value, Context):
            results.append(model.yields(value.function))
        elif isinstance(value, Entered):
            results.append(value.value)
        elif isinstance(value, Sdk) or _is_exit_stack(value):
            results.append(only(value))
        elif isinstance(value, Instance):
            results.append(_own_enter(model, value, "__aenter__" if is_async else "__enter__"))
        else:
            results.append(UNKNOWN)
    return union(results)


def _is_exit_stack(value: Value) -> bool:
    return isinstance(value, ExternalInstance) and value.name in EXIT_STACKS


def _own_enter(model: Evaluation, value: Instance, name: str) -> Type:
    methods = model.attribute(value, name)
    return union(
        model.returns(method) if isinstance(method, Function) else UNKNOWN for method in methods
    )
