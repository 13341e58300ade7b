"""Options that have no effect beside the others: refused, since whoever gave them expects one.

A file may serve several runs, over either protocol and with either model, so what it says for
another one stays. An option is for this run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from locust_qdrant.config.model import Load

_OF_REST = ("connections", "keepalive", "keepalive_expiry", "transport", "compression", "http2")
_OF_GRPC = ("grpc_channels", "grpc_options")

#: What an experiment replaces: each of its parts has a load of its own, and no check of a run.
OF_A_RUN = {
    "traffic": "this command brings its own load",
    "phases": "this command brings its own load",
    "checks": "checks are those of `locust-qdrant run`",
}


def refuse(keys: Collection[str], unused: Mapping[str, str]) -> None:
    """Refuse the first of `keys` that is in `unused`, or under a table that is.

    Args:
        keys: dotted, those that an option gave.
        unused: what has no effect, and the reason, in words.

    Raises:
        UsageError: there is one.
    """
    for key in keys:
        for name, reason in unused.items():
            if key == name or key.startswith(f"{name}."):
                raise UsageError(f"{key} has no effect here: {reason}; leave it out.")


def of_load(load: Load) -> dict[str, str]:
    """Return the keys that have no effect on `load`, and why."""
    if load.open:
        reason = "the rate counts, and not users"
        return dict.fromkeys(("traffic.users", "traffic.think_time"), reason)
    reason = "the users count, and not a rate (--arrival-rate)"
    return dict.fromkeys(("traffic.rate", "traffic.arrivals", "traffic.most_in_flight"), reason)


def of_client(path: str, *, grpc: bool) -> dict[str, str]:
    """Return the keys of the client that have no effect, and why."""
    return dict(_of_client(path, grpc=grpc))


def _of_client(path: str, *, grpc: bool) -> Iterator[tuple[str, str]]:
    other, own = ("REST", "gRPC (--grpc)") if grpc else ("gRPC (--grpc)", "REST")
    for name in _OF_REST if grpc else _OF_GRPC:
        yield f"client.{name}", f"it is for {other}, and this is {own}"
    if path == "sync":
        yield "client.transport", "the path sync has httpx alone"
