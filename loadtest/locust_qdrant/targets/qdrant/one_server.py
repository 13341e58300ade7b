"""Are the REST and the gRPC port one server? Asked before anything is written."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import grpc
from qdrant_client import grpc as qdrant
from qdrant_client.models import CollectionsResponse

from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import redact_url

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import VersionInfo

    from locust_qdrant.client.factory import ClientSettings

#: How often both ports are asked for their collections, and seconds between: others make some.
_LOOKS = 3
_LOOK_AGAIN_SECONDS = 0.2
#: Health checks that have to be among those that the server counted. Other clients ask for some,
#: too, but hardly as many between two looks at its counters.
_HEALTH_CHECKS = 5
_HEALTH_CHECK = "/qdrant.Qdrant/HealthCheck"


def refuse_other_server(client: QdrantClient, about: VersionInfo, settings: ClientSettings) -> None:
    """Refuse a gRPC port that is not of the server at `settings.url`, before it gets the key.

    It is asked for its health, which needs no key. The release that it answers with has to be the
    server's, and the server has to have counted these very requests, as its telemetry says. A
    cluster counts on each node for itself, and telemetry may be kept from a key: there the port is
    only held against what is known of the collections.

    Args:
        client: asks the server over REST.
        about: what the server said of itself over REST.
        settings: how clients are made.

    Raises:
        UsageError: it is another server.
    """
    before = _counted(client)
    try:
        with _channel(settings) as channel:
            server: Any = qdrant.QdrantStub(channel)  # type: ignore[no-untyped-call]  # generated
            for _ in range(_HEALTH_CHECKS):
                answer = server.HealthCheck(qdrant.HealthCheckRequest(), timeout=settings.timeout)
    except grpc.RpcError:
        return  # whoever asks next says why
    if answer.version != about.version:
        raise UsageError(two_servers(settings, f"Qdrant {about.version} and {answer.version}"))
    after = _counted(client)
    if before is None or after is None or before.process != after.process:
        return
    if after.health_checks < before.health_checks + _HEALTH_CHECKS:
        raise UsageError(
            two_servers(settings, "what is asked over gRPC is not counted by the server")
        )


def refuse_other_collections(client: QdrantClient, settings: ClientSettings) -> None:
    """Refuse two ports that do not know the same collections.

    Raises:
        UsageError: they are two servers.
    """
    for attempt in range(_LOOKS):
        time.sleep(attempt * _LOOK_AGAIN_SECONDS)
        over_rest, over_grpc = (
            sorted(each.name for each in there.collections)
            for there in (_collections_over_rest(client), client.get_collections())
        )
        if over_rest == over_grpc:
            return
    raise UsageError(two_servers(settings, "they do not know the same collections"))


def two_servers(settings: ClientSettings, why: str) -> str:
    """Return in a sentence that the two ports are not one server, and what to do."""
    return (
        f"{redact_url(settings.url)} and its gRPC port {settings.grpc_port} are not one server "
        f"({why}): give the port of its gRPC API with --grpc-port."
    )


class _Counted(NamedTuple):
    """What a server has counted.

    Attributes:
        process: which process of which server; another one after each start.
        health_checks: those over gRPC that it answered.
    """

    process: str
    health_checks: int


def _counted(client: QdrantClient) -> _Counted | None:
    """Return what the server over REST has counted; None where it does not say, or for a part."""
    try:
        # As it is: releases differ in how deep the counters lie, and so do the client's models.
        answer = client.http.client.request(type_=dict, method="GET", url="/telemetry")
        told = answer["result"]
        if told["cluster"]["enabled"]:
            return None
        return _Counted(told["id"], _sum(told["requests"]["grpc"]["responses"].get(_HEALTH_CHECK)))
    except (*SERVER_FAILURES, LookupError, TypeError, ValueError):
        return None


def _sum(counters: Any) -> int:  # noqa: ANN401 - of an answer
    """Return the sum of the counters of a method, one for each status where a server has them."""
    if not counters:
        return 0
    if "count" in counters:
        return int(counters["count"])
    return sum(int(each["count"]) for each in counters.values())


def _channel(settings: ClientSettings) -> grpc.Channel:
    """Return a channel that sends no key."""
    parts = urlsplit(settings.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    target = f"{host}:{settings.grpc_port}"
    if parts.scheme != "https":
        return grpc.insecure_channel(target)
    roots = Path(settings.ca_cert).read_bytes() if settings.ca_cert else None
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(roots))


def _collections_over_rest(client: QdrantClient) -> CollectionsResponse:
    answer = client.http.collections_api.get_collections().result
    return answer if answer is not None else CollectionsResponse(collections=[])
