"""The runtime table names real callables, and the right argument of each."""

from __future__ import annotations

import inspect
import sys

import pytest
from flake8_qdrant.libraries.loader import TABLES, load_document, load_tables
from flake8_qdrant.libraries.model import DecoratorRole, Gives, Offload, Takes
from introspection import importable

RUNTIME = load_document(TABLES / "runtime.toml")
OFFLOADS = [offload for by_path in RUNTIME.offloads.values() for offload in by_path.values()]
INSTALLED = {"asyncio", "concurrent", "threading", "multiprocessing", "anyio", "starlette"}
INSTALLED |= {"fastapi", "quart", "functools", "contextlib", "abc", "typing", "warnings"}
ADDED_TO_PYTHON = {
    "asyncio.Runner": (3, 11),
    "asyncio.TaskGroup": (3, 11),
    "concurrent.futures.InterpreterPoolExecutor": (3, 14),
    "typing.override": (3, 12),
    "warnings.deprecated": (3, 13),
}


def is_installed(path: str) -> bool:
    too_new = any(
        path.startswith(name) and sys.version_info < since
        for name, since in ADDED_TO_PYTHON.items()
    )
    return path.partition(".")[0] in INSTALLED and not too_new


def known_paths() -> list[str]:
    return sorted(
        {
            *(offload.path for offload in OFFLOADS),
            *RUNTIME.functions,
            *RUNTIME.decorators,
            *RUNTIME.class_names(),
        }
    )


@pytest.mark.parametrize("path", [path for path in known_paths() if is_installed(path)])
def test_a_name_of_the_table_exists(path: str) -> None:
    assert importable(path) is not None


def test_most_names_were_looked_at() -> None:
    assert sum(is_installed(path) for path in known_paths()) > 100


def parameters(offload: Offload) -> list[inspect.Parameter] | None:
    """Give the parameters, without ``self``; None for what is written in C."""
    found = importable(offload.path)
    owner = importable(offload.path.rpartition(".")[0])
    try:
        all_of_them = list(inspect.signature(found).parameters.values())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    is_method = isinstance(owner, type) and not isinstance(found, type)
    return all_of_them[1:] if is_method else all_of_them


@pytest.mark.parametrize(
    "offload", [one for one in OFFLOADS if is_installed(one.path)], ids=lambda one: one.path
)
def test_the_argument_stands_where_the_table_says(offload: Offload) -> None:
    found = parameters(offload)
    if found is None:
        assert offload.path in ("asyncio.Future.add_done_callback", "functools.reduce")
        return
    assert offload.position is not None
    argument = found[min(offload.position, len(found) - 1)]
    if offload.takes is Takes.AWAITABLES:
        assert argument.kind is inspect.Parameter.VAR_POSITIONAL
    elif offload.keyword is None:
        assert argument.kind is inspect.Parameter.POSITIONAL_ONLY
    else:
        assert argument.name == offload.keyword


@pytest.mark.parametrize(
    "offload", [one for one in OFFLOADS if is_installed(one.path)], ids=lambda one: one.path
)
def test_a_call_gives_a_coroutine_only_where_it_must_be_awaited(offload: Offload) -> None:
    is_coroutine = inspect.iscoroutinefunction(importable(offload.path))

    assert (offload.gives is Gives.COROUTINE) == is_coroutine


@pytest.mark.parametrize(
    "name",
    [
        "asyncio.AbstractEventLoop.run_in_executor",
        "asyncio.BaseEventLoop.run_in_executor",
        "asyncio.SelectorEventLoop.run_in_executor",
        "asyncio.events.AbstractEventLoop.run_in_executor",
    ],
)
def test_a_method_is_found_by_each_name_of_its_class(name: str) -> None:
    offload = load_tables().offloader(name)

    assert offload is not None
    assert offload.path == "asyncio.AbstractEventLoop.run_in_executor"


def test_a_method_is_found_through_the_base_class() -> None:
    tables = load_tables()

    assert tables.offloader("concurrent.futures.ThreadPoolExecutor.submit") is not None
    assert tables.offloader("fastapi.BackgroundTasks.add_task") is not None
    assert tables.loop_callback("asyncio.Task.add_done_callback") is not None


def test_a_callback_of_a_thread_pool_is_none_of_the_loop() -> None:
    assert load_tables().loop_callback("concurrent.futures.Future.add_done_callback") is None


def test_each_role_answers_for_its_own_only() -> None:
    tables = load_tables()

    assert tables.consumer("asyncio.gather").takes is Takes.AWAITABLES
    assert tables.consumer("asyncio.wait_for").gives is Gives.COROUTINE
    assert tables.runner("asyncio.run") is not None
    assert tables.offloader("asyncio.run") is None
    assert tables.runner("asyncio.to_thread") is None
    assert "nest_asyncio.apply" in tables.loop_patches()
    assert "asyncio.run" not in tables.loop_patches()


def test_decorators_are_told_apart() -> None:
    tables = load_tables()

    assert tables.decorator("property") is DecoratorRole.PROPERTY
    assert tables.decorator("functools.cached_property") is DecoratorRole.PROPERTY
    assert tables.decorator("functools.wraps") is DecoratorRole.KEEP
    assert tables.decorator("contextlib.asynccontextmanager") is DecoratorRole.ASYNC_CONTEXT_MANAGER
    assert tables.decorator("fastapi.applications.FastAPI.get") is DecoratorRole.KEEP
    assert tables.decorator("celery.task") is None


def test_what_makes_a_loop_gives_one() -> None:
    tables = load_tables()
    for name in ("asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop"):
        assert tables.function_at(name).returns == "asyncio.AbstractEventLoop"
