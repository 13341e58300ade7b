"""Which calls can come to nothing, so that no more is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.libraries.loader import load_tables
from flake8_qdrant.model.evaluator import Evaluator
from flake8_qdrant.model.types.calls import is_inert
from flake8_qdrant.model.values import (
    UNKNOWN,
    Class,
    Collection,
    ContainerMethod,
    External,
    ExternalInstance,
    ExternalMethod,
    Function,
    Plain,
    SdkClass,
    Unknown,
)
from flake8_qdrant.project import open_checker
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flake8_qdrant.model.values import Value

HELD = Collection(UNKNOWN)


@pytest.fixture
def model(tmp_path: Path) -> Evaluator:
    path = tmp_path / "app.py"
    path.write_text("class Store: ...\n\ndef find(): ...\n")
    checker = open_checker(str(tmp_path), [str(path)], {str(path)}, Settings(), str)
    return Evaluator(checker.project, load_tables())


@pytest.mark.parametrize(
    "value",
    [
        External("json.dumps"),
        External("builtins.len"),
        External("fastapi.HTTPException"),
        ExternalInstance("httpx.Client"),
        ExternalMethod("logging.Logger", "info"),
        ContainerMethod(HELD, "append"),
        Plain("None"),
        Unknown(),
    ],
)
def test_nothing_comes_of_what_no_table_lists(model: Evaluator, value: Value) -> None:
    assert is_inert(model, value)


@pytest.mark.parametrize(
    "value",
    [
        External("asyncio.to_thread"),
        External("asyncio.gather"),
        External("asyncio.run"),
        External("openai.chat.completions.create"),
        External("builtins.map"),
        External("builtins.next"),
        External("functools.partial"),
        External("functools.wraps"),
        External("sqlmodel.Field"),
        ExternalMethod("contextlib.ExitStack", "enter_context"),
        ExternalMethod("punq.Container", "resolve"),
        ContainerMethod(HELD, "pop"),
    ],
)
def test_something_may_come_of_what_hands_on_what_it_gets(model: Evaluator, value: Value) -> None:
    assert not is_inert(model, value)


def test_something_may_come_of_what_the_project_or_a_table_defines(model: Evaluator) -> None:
    (source,) = model.project.sources()
    store, find = source.module.children
    client = model.tables.class_at("qdrant_client.QdrantClient")
    assert client is not None
    for value in (Class(store), Function(find), SdkClass(client)):
        assert not is_inert(model, value)
