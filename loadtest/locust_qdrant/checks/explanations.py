"""What the errors of the clients mean: a sentence beside a text that says little or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from locust_qdrant.checks.interface import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from locust_qdrant.metrics.results import PathResult


class _Known(NamedTuple):
    """An error by its text, and what it means; `{}` stands for what `_facts` knows."""

    text: re.Pattern[str]
    means: str
    title: str = ""


_KNOWN = (
    _Known(
        re.compile(r"^.*Too many open files"),
        "this process may open no more files or connections: raise the limit (`ulimit -n`), or "
        "allow fewer --connections; the server had no part in it",
        "Too many open files",
    ),
    _Known(
        re.compile(r"^.*CERTIFICATE_VERIFY_FAILED"),
        "the server's certificate is signed by nobody whom this machine trusts, such as by itself: "
        "give its issuer with --ca-cert",
        "CERTIFICATE_VERIFY_FAILED",
    ),
    _Known(
        re.compile(r"^PoolTimeout"),
        "waited {timeout} s for a place in the connection pool: up to {peak} requests were under "
        "way for {connections} connections; more --connections, or fewer requests at once",
    ),
    _Known(
        re.compile(r"^ConnectTimeout"),
        "{connect}",
    ),
    _Known(
        re.compile(r"^ReadTimeout"),
        "the server sent nothing for {timeout} s (the client's own text for it is empty)",
    ),
    _Known(
        re.compile(r"^RemoteProtocolError: Server disconnected"),
        "the server closed an idle connection just when it was used again: Qdrant does after 5 s, "
        "and httpx keeps them for 5 s; set a keep-alive expiry below the server's, or try again",
    ),
    _Known(
        re.compile(r"^(ReadError|WriteError)"),
        "the connection was cut while the request was under way: a server that ended, or a body "
        "over its limit (`service.max_request_size_mb`, 32 MB unless set): smaller batches",
    ),
    _Known(
        re.compile(r"^RESOURCE_EXHAUSTED"),
        "a message was over gRPC's size limit, or the server limits the rate of requests: smaller "
        "batches, or fewer requests at once",
    ),
    _Known(
        re.compile(r"^UNAVAILABLE"),
        "nothing answered at the address of the gRPC API, or the server went away: is the port the "
        "one of gRPC (6334, not 6333)?",
    ),
    _Known(
        re.compile(r"^DEADLINE_EXCEEDED"),
        "no answer came within {timeout} s, which over gRPC is the limit for the whole call",
    ),
)


def explain(result: PathResult, messages: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Yield a line for each kind of error that is known by its text.

    Args:
        result: the run that they are of.
        messages: number of failures by operation and error.
    """
    for known in _KNOWN:
        count = sum(n for (_, error), n in messages.items() if known.text.match(error))
        if count:
            text = known.title or known.text.pattern.lstrip("^").split(":")[0].strip("()").replace(
                "|", " or "
            )
            means = known.means.format(**_facts(result))
            yield f"{text} ({count:,} x): {means}; see {PAGE}#errors"


def _facts(result: PathResult) -> dict[str, str]:
    client, lag = result.traffic.client, result.lag
    timeout = client.timeout if client is not None else 0
    late = lag is not None and timeout and lag.worst > timeout
    return {
        "timeout": f"{timeout:g}" if timeout else "its timeout",
        "connections": f"{client.connections:,}" if client is not None else "the pool's",
        "peak": f"{result.traffic.requests.every.under_way.peak:,}",
        "connect": (
            f"the event loop was up to {lag.worst:.1f} s late, longer than the timeout of "
            f"{timeout:g} s: the server may have answered, and nobody was there to see it"
            if lag is not None and late
            else "no connection within the timeout: a firewall that drops packets, a wrong "
            "address, or a server whose queue of new connections is full"
        ),
    }
