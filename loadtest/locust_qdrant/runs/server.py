"""Where a command measures, a named server or the embedded engine, and where its log goes."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.logging import RichHandler

from locust_qdrant.embedded import EmbeddedServer
from locust_qdrant.interrupts import children_ignore_interrupts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.report.progress import ProgressDisplay


_PROXIES = frozenset({"all_proxy", "http_proxy", "https_proxy"})


@contextmanager
def reachable_server(client: ClientSettings, display: ProgressDisplay) -> Iterator[ClientSettings]:
    """Enter with settings whose address is known: the given one, or the embedded engine's.

    Raises:
        UsageError: the embedded engine does not start.
    """
    if client.url:
        yield client
        return
    # The engine is on this machine: no proxy of the environment is on the way to it.
    for name in [each for each in os.environ if each.lower() in _PROXIES]:
        del os.environ[name]
    with children_ignore_interrupts():
        embedded = EmbeddedServer(api_key=client.api_key)
    with embedded as engine:
        display.say(f"No --host: the embedded engine serves this run at {engine.url}.")
        yield replace(client, url=engine.url, grpc_port=engine.grpc_port)


def send_log_to(console: Console) -> None:
    """Let warnings of the libraries be lines of the console."""
    handler = RichHandler(console=console, show_path=False, show_time=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
    # A spawn rate above 100 is no cause for a warning here: users are coroutines or threads.
    logging.getLogger("locust.runners").setLevel(logging.ERROR)
