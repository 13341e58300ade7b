"""The inside of the process in which cases run: only :func:`run` is called from outside."""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import inspect
import os
import sys
import threading
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient, QdrantClient
from quart import Quart

from .callbacks import remember_jobs, remember_registrations
from .clients import follow_clients, follow_requests
from .coroutines import watch_methods
from .inference import stand_in_for_models
from .local_mode import watch_local_mode
from .positions import positions
from .recording import Recording
from .transport import replace_network
from .truth import End, Truth, judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from .cases import Case


@dataclass
class _Stage:
    """The recording of the program that runs now."""

    recording: Recording | None = None


_stage = _Stage()


@cache
def _prepare() -> None:
    """Turn this process, for good, into one that runs cases."""
    sys.dont_write_bytecode = True
    # The clients want one, and nobody looks at it.
    os.environ |= dict.fromkeys(("OPENAI_API_KEY", "CO_API_KEY"), "none")
    replace_network(_recording)
    stand_in_for_models(_recording)
    watch_local_mode(_recording)
    follow_clients([QdrantClient, AsyncQdrantClient], _recording)
    watch_methods(AsyncQdrantClient, _recording)
    follow_requests(FastAPI, Quart)
    remember_registrations(_recording)
    remember_jobs(_recording)
    sys.set_coroutine_origin_tracking_depth(50)
    warnings.simplefilter("ignore")
    # The interpreter calls this for each coroutine that it finds never awaited.
    warnings._warn_unawaited_coroutine = _note_unawaited  # type: ignore[attr-defined]


def run(case: Case) -> Truth:
    """Run one case in this process and judge it."""
    _prepare()
    # A test may write another program into the same file.
    positions.cache_clear()
    _stage.recording = recording = Recording(frozenset(map(str, case.files)))
    # Only what the case leaves behind is looked through for lost coroutines.
    gc.freeze()
    try:
        ends = _execute(case, recording)
        gc.collect()
        return judge(case, recording, ends)
    finally:
        gc.unfreeze()
        _stage.recording = None


def _recording() -> Recording | None:
    return _stage.recording


def _note_unawaited(coroutine: Any) -> None:
    if _stage.recording is not None:
        _stage.recording.never_awaited(coroutine)


def _execute(case: Case, recording: Recording) -> list[End]:
    threading.settrace(recording.trace)
    sys.settrace(recording.trace)
    try:
        with _imported(case) as module, redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            if inspect.iscoroutinefunction(module.main):
                asyncio.run(module.main())
            else:
                module.main()
            _look_into_lost_ones(case, recording)
    except Exception as error:  # noqa: BLE001  whether an error is part of the case is judged later
        return list(_ends(error, case))
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return []


def _look_into_lost_ones(case: Case, recording: Recording) -> None:
    """Find out what the case's own coroutines would have done that it lost, by running them."""
    sys.settrace(None)
    gc.collect()
    for file, line, coroutine in recording.unstarted:
        recording.own_lost(file, line, coroutine, to_client=_reaches_a_client(coroutine, case))
    _stage.recording = recording


def _reaches_a_client(coroutine: Any, case: Case) -> bool:
    _stage.recording = probe = Recording(frozenset(map(str, case.files)))
    threading.settrace(probe.trace)
    sys.settrace(probe.trace)
    try:
        with suppress(Exception), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            asyncio.run(coroutine)
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return probe.reached or probe.coroutines.any_made


@contextmanager
def _imported(case: Case) -> Iterator[ModuleType]:
    """Import the case as ``main``, and forget it again."""
    before = set(sys.modules)
    search_path = [*sys.path]
    if case.entry.name == "main.py":
        sys.path.insert(0, str(case.root))
    try:
        spec = importlib.util.spec_from_file_location("main", case.entry)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["main"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path[:] = search_path
        own = set(map(str, case.files))
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "__file__", None) in own:
                vars(sys.modules.pop(name)).clear()
        importlib.invalidate_caches()


def _ends(error: BaseException, case: Case) -> Iterator[End]:
    """Yield the places in the program where an error, or each error of a group, came up."""
    parts = getattr(error, "exceptions", None)
    if parts:
        for part in parts:
            yield from _ends(part, case)
        return
    own = set(map(str, case.files))
    file, line = str(case.entry), 1
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in own:
            file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    yield End(file, line, f"{type(error).__name__}: {error}")
