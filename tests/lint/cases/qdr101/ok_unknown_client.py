"""Nobody can know which client a plugin brings."""

import importlib
from types import SimpleNamespace
from typing import Any


def load_client(plugin: str) -> Any:
    module = importlib.import_module(plugin)
    return module.SimpleNamespace(count=lambda name: SimpleNamespace(count=len(name)))


async def size(plugin: str) -> int:
    client = load_client(plugin)
    return client.count("docs").count


async def main() -> None:
    assert await size("types") == 4
