"""The workload of a service as a TOML file, checked before anything starts."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from locust_qdrant.config.model import Load, Stage
from locust_qdrant.errors import UsageError
from locust_qdrant.targets.http.filling import BUILT_IN, placeholders
from locust_qdrant.targets.http.spec import ALL, Endpoint, ServiceWorkload, Setup

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WARM_UP, STEADY = "warm-up", "steady"

_DAY = 86_400.0
_MOST_USERS = 100_000
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Seconds = Annotated[float, Field(ge=0, le=_DAY)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Load(_Strict):
    users: Annotated[int, Field(ge=1, le=_MOST_USERS)] | None = None
    rate: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    arrivals: Literal["poisson", "even"] = "poisson"
    duration: Annotated[float, Field(ge=0.1, le=_DAY)] = 10.0
    warmup: Seconds = 1.0
    think_time: Seconds = 0.0
    most_in_flight: Annotated[int, Field(ge=1, le=_MOST_USERS)] = 1000
    timeout: Annotated[float, Field(gt=0, le=3600)] = 10.0

    @model_validator(mode="after")
    def _one_model(self) -> _Load:
        if self.users is not None and self.rate is not None:
            raise ValueError("give users (closed) or rate (open), not both")
        if self.rate is not None and self.think_time:
            raise ValueError("think_time is for users; with a rate nobody waits for an answer")
        return self


class _Request(_Strict):
    method: str = Field("GET", pattern=r"^[A-Za-z]+$")
    path: str = Field(pattern=r"^/[^?#\s]*$")
    query: dict[str, str | int | float | bool | list[str | int | float | bool]] = Field(
        default_factory=dict
    )
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = Field(None, alias="json")
    text: str | None = Field(None, alias="body")
    expect: list[Annotated[int, Field(ge=100, le=599)]] = Field(default_factory=list)
    name: str = ""

    @model_validator(mode="after")
    def _one_body(self) -> _Request:
        if self.body is not None and self.text is not None:
            raise ValueError("give json or body, not both")
        return self


class _Endpoint(_Request):
    weight: int = Field(1, ge=1, le=1000)
    group: str = Field(ALL, min_length=1)


class _Setup(_Request):
    times: int = Field(1, ge=1, le=1_000_000)


class _File(_Strict):
    name: str = ""
    seed: int = 0
    load: _Load = _Load()
    headers: dict[str, str] = Field(default_factory=dict)
    choices: dict[Name, Annotated[list[Any], Field(min_length=1)]] = Field(default_factory=dict)
    setup: list[_Setup] = Field(default_factory=list)
    endpoints: list[_Endpoint] = Field(default_factory=list)


def load(path: Path | None, overrides: Mapping[str, Any]) -> ServiceWorkload:
    """Return the workload of a file, or the default one.

    Args:
        path: the TOML file; None for the default.
        overrides: keys of the table `load`, as options give them.

    Raises:
        UsageError: the file cannot be read, or something in it is wrong: names file and key.
    """
    data = {} if path is None else _read(path)
    where = "the options" if path is None else str(path)
    _override(data, overrides)
    try:
        checked = _File.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"{where}: {_first(error)}.") from None
    return _workload(checked, where)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"--workload {str(path)!r} cannot be read ({error.strerror}): give a TOML file."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}.") from None


def _override(data: dict[str, Any], overrides: Mapping[str, Any]) -> None:
    given = {key: value for key, value in overrides.items() if value is not None}
    table = data.setdefault("load", {})
    if not isinstance(table, dict):
        return
    # An option chooses the model, whatever the file says.
    for chosen, others in (("users", ("rate",)), ("rate", ("users", "think_time"))):
        if chosen in given:
            for other in others:
                table.pop(other, None)
    table.update(given)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    key = "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
    ).removeprefix(".")
    if first["type"] == "extra_forbidden":
        return f"there is no key {key}; leave it out, or see the guide for the service test"
    if first["type"] == "missing":
        return f"{key} is missing"
    words = first["msg"].removeprefix("Value error, ")
    shown = "" if first["type"] == "value_error" else f"{first['input']!r}: "
    # What stands under headers may be a secret.
    shown = "" if "headers" in first["loc"] else shown
    return f"{key}: {shown}{words[:1].lower()}{words[1:]}" if key else words


def _workload(file: _File, where: str) -> ServiceWorkload:
    headers = _headers(file.headers, f"{where}: headers")
    endpoints = tuple(
        _endpoint(each, headers, f"{where}: endpoints[{number}]", each.weight, each.group)
        for number, each in enumerate(file.endpoints, 1)
    )
    setup = tuple(
        Setup(_endpoint(each, headers, f"{where}: setup[{number}]"), each.times)
        for number, each in enumerate(file.setup, 1)
    )
    known = BUILT_IN | set(file.choices)
    for endpoint in (*endpoints, *(step.request for step in setup)):
        unknown = sorted(placeholders(endpoint) - known)
        if unknown:
            raise UsageError(
                f"{where}: {endpoint.name} has the placeholder {{{unknown[0]}}}, which has no "
                f"values: add it under [choices]."
            )
    return ServiceWorkload(
        name=file.name,
        seed=file.seed,
        load=_load(file.load),
        timeout=file.load.timeout,
        endpoints=_with_own_names(endpoints, where),
        setup=setup,
        choices=file.choices,
        headers=headers,
    )


def _load(load: _Load) -> Load:
    amount = float(load.rate if load.rate is not None else load.users or 10)
    warm_up = [Stage(WARM_UP, load.warmup, amount, amount, measured=False)] if load.warmup else []
    return Load(
        open=load.rate is not None,
        stages=(*warm_up, Stage(STEADY, load.duration, amount, amount)),
        poisson=load.arrivals == "poisson",
        think_seconds=load.think_time,
        most_in_flight=load.most_in_flight,
    )


def _endpoint(
    request: _Request,
    common: Mapping[str, str],
    where: str,
    weight: int = 1,
    group: str = ALL,
) -> Endpoint:
    method = request.method.upper()
    return Endpoint(
        name=request.name or f"{method} {request.path}",
        method=method,
        path=request.path,
        weight=weight,
        query=request.query,
        headers={**common, **_headers(request.headers, f"{where}.headers")},
        json=request.body,
        body=request.text,
        expect=tuple(request.expect),
        group=group,
    )


def _headers(headers: Mapping[str, str], where: str) -> dict[str, str]:
    return {name: _from_environment(value, f"{where}.{name}") for name, value in headers.items()}


def _from_environment(value: str, where: str) -> str:
    def read(found: re.Match[str]) -> str:
        try:
            return os.environ[found[1]]
        except KeyError:
            raise UsageError(f"{where}: the environment variable {found[1]} is not set.") from None

    return _VARIABLE.sub(read, value)


def _with_own_names(endpoints: tuple[Endpoint, ...], where: str) -> tuple[Endpoint, ...]:
    seen: set[str] = set()
    for endpoint in endpoints:
        if endpoint.name in seen:
            raise UsageError(
                f"{where}: two endpoints are called {endpoint.name!r}: give one a name."
            )
        seen.add(endpoint.name)
    return endpoints
