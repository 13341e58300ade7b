"""The workload of a service: HTTP endpoints in place of Qdrant's operations."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from locust_qdrant.config.assembly import (
    array_of,
    checks_of,
    load_of,
    table_of,
    thresholds_of,
    top_of,
)
from locust_qdrant.config.headers import checked_headers
from locust_qdrant.config.schema import ClientKeys, TopKeys, TrafficKeys
from locust_qdrant.config.validation import (
    Allowed,
    ProblemError,
    Table,
    name_of,
    show,
    validate,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from locust_qdrant.config.model import Load, Threshold
    from locust_qdrant.config.validation import Path

#: The group of endpoints that were given none.
ALL = "all"
#: Placeholders that need no `[choices]`: a running number, and a random UUID.
BUILT_IN = frozenset({"number", "uuid"})

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BAD_STATUS = 400

_Status = Annotated[int, Field(ge=100, le=599)]


class RequestKeys(Table):
    """What every request takes; strings in it may hold placeholders, such as `{title}`."""

    method: str = Field("GET", pattern=r"^[A-Za-z]+$", description="of HTTP")
    path: Annotated[
        str,
        Field(pattern=r"^/[^?#\s]*$"),
        Allowed("a path that begins with a slash, without a query"),
    ] = Field(description="from the service's root")
    query: dict[str, str | int | float | bool | list[str | int | float | bool]] = Field(
        {}, description="parameters by name; a list repeats its parameter"
    )
    headers: dict[str, str] = Field(
        {}, description="sent with it, beside those of `[headers]`; shown nowhere"
    )
    body: Annotated[Any, Allowed("whatever JSON knows")] = Field(
        None, alias="json", description="the body"
    )
    text: str | None = Field(None, alias="body", description="the body as text, instead of `json`")
    expect: Annotated[list[_Status], Allowed("a list of status codes, 100 to 599")] = Field(
        [], description="the status codes that are right; without it, all below 400"
    )
    name: str | None = Field(
        None, min_length=1, description="its name in reports; without it, method and path"
    )

    @model_validator(mode="after")
    def _one_body(self) -> RequestKeys:
        if self.body is not None and self.text is not None:
            raise ValueError("json and body exclude each other; leave one out")
        return self


class EndpointKeys(RequestKeys):
    """A kind of request that the traffic consists of."""

    weight: int = Field(
        1, ge=1, le=1000, description="how often it is chosen, relative to the others"
    )
    group: str = Field(
        ALL, min_length=1, description="those it takes turns with, for `--side-by-side`"
    )


class SetupKeys(RequestKeys):
    """A request that is sent before the traffic, in order; a bad answer ends the test."""

    times: int = Field(1, ge=1, le=1_000_000, description="how often")


class ServiceKeys(Table):
    """What stands beside the tables of every workload."""

    headers: dict[str, str] = Field(
        {}, description="of every request; `${NAME}` is a variable of the environment"
    )
    choices: dict[str, list[Any]] = Field(
        {}, description="values by the name of their placeholder; one is taken at random"
    )


@dataclass(frozen=True)
class Endpoint:
    """One kind of request.

    Attributes:
        name: its name in every report, such as `GET /search`.
        method: of HTTP, in capitals.
        path: from the service's root, with placeholders.
        weight: how often it is chosen, relative to the others of its group.
        query: parameters of the query by name; a list repeats the parameter.
        headers: sent with each request; their values are shown nowhere.
        json: the body, as JSON knows it; None for no body.
        body: the body as text, for what is not JSON; None for no body.
        expect: the status codes that are right; empty for any below 400.
        group: those it is driven together with when groups take turns.
    """

    name: str
    method: str
    path: str
    weight: int = 1
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = None
    body: str | None = None
    expect: tuple[int, ...] = ()
    group: str = ALL

    def is_right(self, status: int) -> bool:
        """Tell whether an answer with `status` is what was asked for."""
        return status in self.expect if self.expect else status < _BAD_STATUS


@dataclass(frozen=True)
class Setup:
    """A request that is sent before the traffic, one after the other.

    Attributes:
        request: what is sent.
        times: how often.
    """

    request: Endpoint
    times: int = 1


@dataclass(frozen=True)
class ServiceWorkload:
    """All of it.

    Attributes:
        name: one line for the report; empty if it has none.
        seed: where chance begins.
        load: how much, and when.
        timeout: seconds until a request is given up.
        endpoints: the traffic; empty for what the service's OpenAPI document offers.
        setup: what is sent before the traffic.
        choices: values by the name of their placeholder; one is taken at random.
        headers: sent with every request; their values are shown nowhere.
        thresholds: limits that the test has to keep.
        checks: further checks, `module:function` each.
    """

    name: str
    seed: int
    load: Load
    timeout: float
    endpoints: tuple[Endpoint, ...] = ()
    setup: tuple[Setup, ...] = ()
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    thresholds: tuple[Threshold, ...] = ()
    checks: tuple[str, ...] = ()


def _traffic_of(document: Mapping[str, Any]) -> TrafficKeys:
    keys = table_of(TrafficKeys, document, "traffic")
    if keys.baseline:
        raise ProblemError(
            ("traffic", "baseline"),
            "traffic.baseline is for Qdrant's reads and writes; a service has only endpoints",
        )
    if keys.give_up:
        raise ProblemError(
            ("traffic", "give_up"),
            "traffic.give_up is for callers of Qdrant's client; for a service say client.timeout "
            "(--timeout)",
        )
    return keys


def _timeout_of(document: Mapping[str, Any]) -> float:
    keys = table_of(ClientKeys, document, "client")
    others = sorted(keys.model_fields_set - {"timeout"})
    if others:
        raise ProblemError(
            ("client", others[0]),
            f"client.{others[0]} is for Qdrant's client; of [client] a service has only timeout",
        )
    return keys.timeout


def _top_of(document: Mapping[str, Any], others: Sequence[str]) -> TopKeys:
    keys = top_of(document, others)
    for name in ("path", "answer_checks"):
        if name in keys.model_fields_set:
            raise ProblemError(
                (name,), f"{name} is for Qdrant's client, and has no effect here; leave it out"
            )
    return keys


def assemble(document: Mapping[str, Any]) -> ServiceWorkload:
    """Return the workload that `document` describes, as TOML has it, overrides included.

    Raises:
        ProblemError: something in it has to be put right.
    """
    tables = ("traffic", "client")
    arrays = ("phases", "endpoints", "setup")
    top = _top_of(document, (*tables, *arrays, *ServiceKeys.model_fields))
    own = {key: document[key] for key in ServiceKeys.model_fields if key in document}
    keys = validate(ServiceKeys, own)
    for name, values in keys.choices.items():
        if not PLACEHOLDER.fullmatch(f"{{{name}}}") or not values:
            raise ProblemError(
                ("choices", name), f"choices.{name} must be a name with a list of values"
            )
    common = _from_environment(keys.headers, ("headers",))
    known = BUILT_IN | set(keys.choices)
    endpoints: list[Endpoint] = []
    for path, each in _requests(EndpointKeys, document, "endpoints"):
        endpoint = _endpoint(each, common, path, known, each.weight, each.group)
        if endpoint.name in {other.name for other in endpoints}:
            raise ProblemError(
                path,
                f"endpoints: {show(endpoint.name)} appears twice; give each a name of its own",
            )
        endpoints.append(endpoint)
    setup = tuple(
        Setup(_endpoint(each, common, path, known), each.times)
        for path, each in _requests(SetupKeys, document, "setup")
    )
    names = [endpoint.name for endpoint in endpoints]
    return ServiceWorkload(
        name=top.name or "",
        seed=top.seed,
        load=load_of(_traffic_of(document), document.get("phases", [])),
        timeout=_timeout_of(document),
        endpoints=tuple(endpoints),
        setup=setup,
        choices=keys.choices,
        headers=common,
        thresholds=thresholds_of(top.thresholds, names or None),
        checks=checks_of("checks", top.checks),
    )


def as_data(workload: ServiceWorkload, endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return what a report and a record file say of a workload: JSON, and no header."""
    return {
        "name": workload.name,
        "seed": workload.seed,
        "timeout": workload.timeout,
        "operations": [
            {
                "name": each.name,
                "method": each.method,
                "path": each.path,
                "weight": each.weight,
                "group": each.group,
            }
            for each in endpoints
        ],
        "load": {
            **{
                name: getattr(workload.load, name)
                for name in ("open", "poisson", "think_seconds", "most_in_flight")
            },
            "stages": [vars(stage) for stage in workload.load.stages],
        },
        "thresholds": [vars(threshold) for threshold in workload.thresholds],
        "checks": list(workload.checks),
    }


def placeholders(endpoint: Endpoint) -> set[str]:
    """Return the names of all placeholders of `endpoint`."""
    parts = (endpoint.path, endpoint.query, endpoint.headers, endpoint.json, endpoint.body)
    return {name for text in _texts(parts) for name in PLACEHOLDER.findall(text)}


def groups(endpoints: Sequence[Endpoint]) -> dict[str, list[Endpoint]]:
    """Return the endpoints of each group, in the order in which the groups first appear."""
    grouped: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        grouped.setdefault(endpoint.group, []).append(endpoint)
    return grouped


def _requests(
    table: type[Any], document: Mapping[str, Any], name: str
) -> Iterator[tuple[Path, Any]]:
    for place, each in enumerate(array_of(document.get(name, []), name)):
        path: Path = (name, place)
        yield path, validate(table, each, path)


def _endpoint(
    keys: RequestKeys,
    common: Mapping[str, str],
    path: Path,
    known: frozenset[str] | set[str],
    weight: int = 1,
    group: str = ALL,
) -> Endpoint:
    method = keys.method.upper()
    endpoint = Endpoint(
        name=keys.name or f"{method} {keys.path}",
        method=method,
        path=keys.path,
        weight=weight,
        query=keys.query,
        headers={**common, **_from_environment(keys.headers, (*path, "headers"))},
        json=keys.body,
        body=keys.text,
        expect=tuple(keys.expect),
        group=group,
    )
    unknown = sorted(placeholders(endpoint) - known)
    if unknown:
        raise ProblemError(
            path,
            f"{endpoint.name} has the placeholder {{{unknown[0]}}}, which has no values; add it "
            "under [choices]",
        )
    return endpoint


def _from_environment(headers: Mapping[str, str], path: Path) -> dict[str, str]:
    def filled(name: str, value: str) -> str:
        def read(found: re.Match[str]) -> str:
            if found[1] not in os.environ:
                where = (*path, name)
                raise ProblemError(
                    where, f"{name_of(where)}: the environment variable {found[1]} is not set"
                )
            return os.environ[found[1]]

        return _VARIABLE.sub(read, value)

    return checked_headers({name: filled(name, value) for name, value in headers.items()}, path)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
