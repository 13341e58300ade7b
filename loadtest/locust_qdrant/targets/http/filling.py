"""Placeholders in requests: `{name}` becomes a value, so that no two requests need be alike."""

from __future__ import annotations

import uuid
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from locust_qdrant.config.service import BUILT_IN, PLACEHOLDER, placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.config.service import Endpoint


class Filler:
    """Fills placeholders: with one of the choices at random, or with a value that is made.

    One placeholder has one value in the whole of a request.

    Args:
        choices: values by the name of their placeholder.
        seed: where chance begins.
        worker: number of this process, from zero; the processes share the running numbers.
        workers: number of processes.
    """

    def __init__(
        self,
        choices: Mapping[str, Sequence[Any]],
        seed: int | str,
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        self._choices = choices
        self._random = Random(f"{seed}/values")  # noqa: S311 - a load test hides nothing
        self._numbers = count(worker, workers)

    def values(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return a value for each placeholder of `endpoint` that has one."""
        known = placeholders(endpoint) & (BUILT_IN | set(self._choices))
        return {name: self._value(name) for name in sorted(known)}

    def _value(self, name: str) -> Any:  # noqa: ANN401 - whatever the workload offers
        if name in self._choices:
            return self._random.choice(self._choices[name])
        if name == "number":
            return next(self._numbers)
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def fill(value: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as JSON knows it
    """Return `value` with its placeholders replaced.

    A string that is one placeholder and nothing else becomes the value itself, of whatever type;
    names without a value stay as they are.
    """
    if isinstance(value, str):
        whole = PLACEHOLDER.fullmatch(value)
        if whole and whole[1] in values:
            return values[whole[1]]
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), value)
    if isinstance(value, dict):
        return {key: fill(each, values) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [fill(each, values) for each in value]
    return value


def fill_path(path: str, values: Mapping[str, Any]) -> str:
    """Return `path` with its placeholders replaced, each quoted as one segment."""
    return PLACEHOLDER.sub(lambda found: quote(str(values.get(found[1], found[0])), safe=""), path)


def query_pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters as HTTP knows them: a list repeats its parameter."""
    return [
        (name, str(each).lower() if isinstance(each, bool) else str(each))
        for name, value in query.items()
        for each in (value if isinstance(value, list) else [value])
    ]
