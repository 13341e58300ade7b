"""What a test of a service is asked to do, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.config.model import Load

#: The group of endpoints that were given none.
ALL = "all"


@dataclass(frozen=True)
class Endpoint:
    """One kind of request.

    Strings in `path`, `query`, `headers` and `json` may hold placeholders, such as `{title}`: see
    `filling`.

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
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    body: str | None = None
    expect: tuple[int, ...] = ()
    group: str = ALL

    def is_right(self, status: int) -> bool:
        """Tell whether an answer with `status` is what was asked for."""
        return status in self.expect if self.expect else status < 400  # noqa: PLR2004 - of HTTP


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
        name: one line for the report.
        seed: where chance begins.
        load: how much, and when.
        timeout: seconds until a request is given up.
        endpoints: the traffic; empty for what the service's OpenAPI document offers.
        setup: what is sent before the traffic.
        choices: values by the name of their placeholder; one is taken at random.
        headers: sent with every request; their values are shown nowhere.
    """

    name: str
    seed: int
    load: Load
    timeout: float
    endpoints: tuple[Endpoint, ...] = ()
    setup: tuple[Setup, ...] = ()
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def groups(endpoints: Sequence[Endpoint]) -> dict[str, list[Endpoint]]:
    """Return the endpoints of each group, in the order in which the groups first appear."""
    grouped: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        grouped.setdefault(endpoint.group, []).append(endpoint)
    return grouped
