"""Is there a Qdrant server that answers us? Asked once, before anything is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc
import httpx
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from locust_qdrant.client.factory import plain_client
from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.errors import UsageError
from locust_qdrant.redaction import keep_secret, redact_url, secrets_in_path
from locust_qdrant.targets.qdrant.one_server import refuse_other_collections, refuse_other_server

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from locust_qdrant.client.factory import ClientSettings

_REFUSED_STATUS = (401, 403)
_PROXY_VARIABLES = tuple(
    spelled
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")
    for spelled in (name, name.lower())
)
_REFUSED_CODES = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


def check_url(url: str, option: str = "--host") -> str:
    """Return `url`, the value of an option, if a client can use it.

    Raises:
        UsageError: it is no `http://` or `https://` address, or it carries a secret.
    """
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = urlsplit(""), False
    keep_secret(*secrets_in_path(parts.path))
    shown = redact_url(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_valid:
        raise UsageError(
            f"{option} {shown!r} is no address of a server: write it like http://localhost:6333."
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"{option} {shown!r} carries a user name or a token, which the client would ignore: "
            "give the key in the environment variable QDRANT_API_KEY."
        )
    return url


def refuse_without_tls(settings: ClientSettings) -> None:
    """Refuse what has an effect over TLS only, where there is none.

    Raises:
        UsageError: HTTP/2 or certificates were asked for.
    """
    for name, given in (("http2", settings.http2), ("ca_cert", settings.ca_cert)):
        if given and urlsplit(settings.url).scheme != "https":
            raise UsageError(
                f"client.{name} (--{name.replace('_', '-')}) has an effect over TLS only: name a "
                "server with --host https://..., or leave it out."
            )


def connect(settings: ClientSettings) -> tuple[QdrantClient, str]:
    """Return a client that was seen to work, and the server's version.

    Raises:
        UsageError: the server cannot be reached, refuses the key, or is no Qdrant server.
    """
    try:
        client = plain_client(settings)
    except ImportError as error:  # httpx says so where the variable names a SOCKS proxy
        raise UsageError(
            f"{_proxies() or 'A proxy'} needs a library that is not installed ({error}): unset it, "
            "or install httpx[socks]."
        ) from error
    try:
        # Over REST: `client.info()` would ask the gRPC port, with the key, where that is preferred.
        about = client.http.service_api.root()
        if settings.grpc:
            refuse_other_server(client, about, settings)
        # The address answers without a key; a list of collections needs one, and is also asked
        # over gRPC where that is preferred.
        client.get_collections()
        if settings.grpc:
            refuse_other_collections(client, settings)
    except UsageError:
        client.close()
        raise
    except (*SERVER_FAILURES, ValueError) as error:  # ValueError: an answer that is no JSON
        client.close()
        raise UsageError(_explain(error, settings)) from error
    return client, about.version


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
        if "CERTIFICATE_VERIFY_FAILED" in describe(error):
            return (
                f"The certificate of the server at {shown} is signed by nobody whom this machine "
                f"trusts, such as by itself ({describe(error)}): give its issuer with --ca-cert."
            )
        through = f" {_proxies()} sends it through a proxy." if _proxies() else ""
        if isinstance(error.source, httpx.RemoteProtocolError) or "WRONG_VERSION" in str(error):
            other = "https" if urlsplit(settings.url).scheme == "http" else "http"
            through += f" It may speak {other}://."
        return (
            f"Cannot reach a Qdrant server at {shown} ({describe(error)}): check --host, and that "
            f"the server runs.{through}"
        )
    return f"What answers at {shown} is no Qdrant server ({describe(error)}): check --host."


def _proxies() -> str:
    """Return the environment variables that name a proxy for HTTP, in words; empty for none."""
    names = [name for name in _PROXY_VARIABLES if os.environ.get(name)]
    return f"The environment variable {' and '.join(names)}" if names else ""


def _is_refusal(error: BaseException) -> bool:
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _REFUSED_STATUS
    return isinstance(error, grpc.Call) and error.code() in _REFUSED_CODES
