"""Is there a Qdrant server that answers us? Asked once, before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc
import httpx
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from locust_qdrant.client.factory import plain_client
from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import redact_url

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from locust_qdrant.client.factory import ClientSettings

_REFUSED_STATUS = (401, 403)
_REFUSED_CODES = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


def check_url(url: str) -> str:
    """Return `url` if a client can use it.

    Raises:
        UsageError: it is no `http://` or `https://` address, or it carries a secret.
    """
    shown = redact_url(url)
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = urlsplit(""), False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_valid:
        raise UsageError(
            f"--host {shown!r} is no address of a server: write it like http://localhost:6333."
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"--host {shown!r} carries a user name or a token, which the client would ignore: "
            "give the key in the environment variable QDRANT_API_KEY."
        )
    return url


def connect(settings: ClientSettings) -> tuple[QdrantClient, str]:
    """Return a client that was seen to work, and the server's version.

    Raises:
        UsageError: the server cannot be reached, refuses the key, or is no Qdrant server.
    """
    client = plain_client(settings)
    try:
        version = client.info().version
        # The address answers without a key; a list of collections needs one, and is also asked
        # over gRPC where that is preferred.
        client.get_collections()
    except (*SERVER_FAILURES, ValueError) as error:  # ValueError: an answer that is no JSON
        client.close()
        raise UsageError(_explain(error, settings)) from error
    return client, version


def described(version: str, settings: ClientSettings) -> str:
    """Return which server answered where, as every report says it.

    The embedded engine has its own release behind the `+` of its version.
    """
    where = settings.describe()
    if "+edge." not in version:
        return f"Qdrant {version} at {where}"
    return (
        f"embedded engine {version} at {where}: directions carry over to a server,"
        " ratios and the knee do not"
    )


def _explain(error: BaseException, settings: ClientSettings) -> str:
    shown = redact_url(settings.url)
    if _is_refusal(error):
        given = "the API key" if settings.api_key else "a request without an API key"
        return (
            f"The server at {shown} refuses {given} ({describe(error)}): set QDRANT_API_KEY or "
            "--api-key to a key of that server."
        )
    if isinstance(error, grpc.RpcError):
        host = urlsplit(settings.url).hostname
        return (
            f"The server at {shown} answers REST, but gRPC at {host}:{settings.grpc_port} fails "
            f"({describe(error)}): give the right port with --grpc-port, or leave out --grpc."
        )
    if isinstance(error, ResponseHandlingException) and isinstance(error.source, httpx.HTTPError):
        return (
            f"Cannot reach a Qdrant server at {shown} ({describe(error)}): check --host, and that "
            "the server runs."
        )
    return f"What answers at {shown} is no Qdrant server ({describe(error)}): check --host."


def _is_refusal(error: BaseException) -> bool:
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _REFUSED_STATUS
    return isinstance(error, grpc.Call) and error.code() in _REFUSED_CODES
