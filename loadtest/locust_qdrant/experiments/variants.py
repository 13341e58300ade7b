"""The ways to talk to a server, by their names: `async-rest`, `sync-grpc:clients=4`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from locust_qdrant.config import keys
from locust_qdrant.config.schema import ClientKeys
from locust_qdrant.errors import UsageError
from locust_qdrant.experiments.experiment import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from locust_qdrant.client.factory import ClientSettings

#: What is the same for all variants, or has no short form.
_COMMON = frozenset({"grpc", "grpc_port", "headers", "grpc_options"})

#: Each way by its name: the path, and what its client is made of besides the common settings.
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "async-rest": ("async", {"grpc": False}),
    "async-grpc": ("async", {"grpc": True}),
    "async-rest-loopback-pool": ("async", {"grpc": False, "connections": None, "keepalive": 0}),
    "sync-rest": ("sync", {"grpc": False}),
    "sync-grpc": ("sync", {"grpc": True}),
    "sync-rest-on-loop": ("async", {"grpc": False, "on_loop": True}),
    "sync-grpc-on-loop": ("async", {"grpc": True, "on_loop": True}),
}
#: What may follow a name: keys of the table `client` of a workload file.
SETTINGS = tuple(name for name in ClientKeys.model_fields if name not in _COMMON)


def candidates(variants: Sequence[str], client: ClientSettings) -> list[Candidate]:
    """Return what the names stand for; each client has the settings of `client` besides.

    Raises:
        UsageError: there is no such variant or setting, or fewer than two.
    """
    if len(set(variants)) != len(variants) or len(variants) < 2:  # noqa: PLR2004 - a comparison is between two
        raise UsageError("--variants: name at least two, each once.")
    return [_candidate(way, client) for way in variants]


def _candidate(way: str, client: ClientSettings) -> Candidate:
    name, *given = way.split(":")
    if name not in VARIANTS:
        raise UsageError(
            f"--variants: there is no variant {name!r}; choose from {', '.join(VARIANTS)}."
        )
    path, changes = VARIANTS[name]
    return Candidate(way, path, replace(client, **{**changes, **_settings(way, given)}))


def _settings(way: str, given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in given:
        name, _, value = each.partition("=")
        if name not in SETTINGS:
            raise UsageError(
                f"--variants: {way!r}: there is no setting {name!r}; "
                f"choose from {', '.join(SETTINGS)}."
            )
        try:
            found[name] = keys.parse(f"client.{name}", value)
        except ValueError as error:
            raise UsageError(f"--variants: {way!r}: {name} {error}.") from None
    return found
