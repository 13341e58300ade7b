"""What is tested: a service that we start beside its Qdrant, or one that runs already."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.interrupts import children_ignore_interrupts
from locust_qdrant.redaction import redact_url
from locust_qdrant.targets.http.delay import DelayedServer
from locust_qdrant.targets.http.process import HostedService, Launch
from locust_qdrant.targets.http.spans import (
    HEARTBEAT_PATH,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEFAULT_PORTS = {"http": 80, "https": 443}
_DOCUMENT = "/openapi.json"


@dataclass(frozen=True)
class ServiceSource:
    """What is to be tested, as asked for.

    Attributes:
        app: import string of an application that we start; empty for a running service.
        factory: whether it is a function that makes the application.
        app_dir: where it is imported from.
        root: the user's own code is what lies below it.
        python: the interpreter that runs it; empty for the one that runs this.
        environment: variables for the service, with `{qdrant_url}` and the like in their values.
        patience: seconds until a service that was started has to serve.
        url: address of a running service, without a slash at the end.
        token: what its probe asks for; empty for none.
        heartbeat: path of its endpoint that does nothing; empty for none.
        openapi: path of the OpenAPI document; empty for where the service says.
        qdrant: address of a Qdrant server; empty for the embedded engine.
        qdrant_grpc_port: port of its gRPC API.
        qdrant_delay: seconds by which the embedded engine answers later.
        api_key: of the Qdrant server; never shown.
    """

    app: str = ""
    factory: bool = False
    app_dir: Path = Path()
    root: Path = Path()
    python: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    patience: float = 60.0
    url: str = ""
    token: str = ""
    heartbeat: str = ""
    openapi: str = ""
    qdrant: str = ""
    qdrant_grpc_port: int = 6334
    qdrant_delay: float = 0.0
    api_key: str = ""


@dataclass(frozen=True)
class SystemUnderTest:
    """A service that serves.

    Attributes:
        url: its address, without a slash at the end.
        title: what it is, in one line, without secrets.
        qdrant: where its Qdrant is, in one line; empty if that is not known.
        heartbeat: address of an endpoint that does nothing; empty for none.
        openapi: path of its OpenAPI document.
        token: what its probe asks for; empty for none.
        root: the project's root.
        hosted: whether we started it, with our probe around it.
        ended: how it ended, in one line, and its last words; empty while it runs.
    """

    url: str
    title: str
    qdrant: str
    heartbeat: str
    openapi: str
    token: str
    root: Path
    hosted: bool
    ended: Callable[[], list[str]]


@contextmanager
def serving(target: ServiceSource, say: Callable[[str], None]) -> Iterator[SystemUnderTest]:
    """Start what is to be started, and stop it afterwards.

    Args:
        target: what is to be tested.
        say: told, a line each, what happens.

    Raises:
        UsageError: the service does not start.
    """
    if not target.app:
        yield SystemUnderTest(
            url=target.url,
            title=f"the service at {redact_url(target.url)}",
            qdrant="",
            heartbeat=f"{target.url}{target.heartbeat}" if target.heartbeat else "",
            openapi=target.openapi or _DOCUMENT,
            token=target.token,
            root=target.root,
            hosted=False,
            ended=list,
        )
        return
    with ExitStack() as stack:
        with children_ignore_interrupts():
            url, grpc_port, words = _qdrant(target, stack)
            say(f"Qdrant: {words}.")
            service = stack.enter_context(HostedService(_launch(target, url, grpc_port)))
        say(f"{target.app} serves at {service.url}.")

        def ended() -> list[str]:
            if service.exit_code is None:
                return []
            return [f"it ended with exit code {service.exit_code}", *service.said()]

        yield SystemUnderTest(
            url=service.url,
            title=target.app,
            qdrant=words,
            heartbeat=f"{service.url}{HEARTBEAT_PATH}",
            openapi=target.openapi or service.openapi or _DOCUMENT,
            token=service.token,
            root=target.root,
            hosted=True,
            ended=ended,
        )


def _qdrant(target: ServiceSource, stack: ExitStack) -> tuple[str, int, str]:
    """Return address and gRPC port of the service's Qdrant, and both in words."""
    if target.qdrant:
        words = f"{redact_url(target.qdrant)}, gRPC port {target.qdrant_grpc_port}"
        return target.qdrant, target.qdrant_grpc_port, words
    engine = stack.enter_context(EmbeddedServer())
    if not target.qdrant_delay:
        return engine.url, engine.grpc_port, f"the embedded engine at {engine.url}"
    host, port = urlsplit(engine.url).hostname or "", urlsplit(engine.url).port or 0
    delayed = stack.enter_context(
        DelayedServer([(host, port), (host, engine.grpc_port)], target.qdrant_delay)
    )
    rest, grpc = delayed.ports
    words = f"the embedded engine, {target.qdrant_delay * 1000:g} ms away"
    return f"http://127.0.0.1:{rest}", grpc, words


def _launch(target: ServiceSource, url: str, grpc_port: int) -> Launch:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    environment = {
        "QDRANT_URL": url,
        "QDRANT_HOST": host,
        "QDRANT_PORT": str(port),
        "QDRANT_GRPC_PORT": str(grpc_port),
    }
    for name, value in target.environment:
        filled = value
        for variable in tuple(environment):
            if variable.startswith("QDRANT_"):
                filled = filled.replace(f"{{{variable.lower()}}}", environment[variable])
        environment[name] = filled
    values = tuple(value for _, value in target.environment)
    return Launch(
        app=target.app,
        folder=target.app_dir,
        root=target.root,
        python=target.python,
        factory=target.factory,
        environment=environment,
        patience=target.patience,
        secrets=(target.api_key, *values),
    )
