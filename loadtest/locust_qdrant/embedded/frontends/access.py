"""Who may ask: the API key of both frontends."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Header = Callable[[str], str | None]

_BEARER = "Bearer "


def refusal(api_key: str | None, header: Header) -> str | None:
    """Return why a request is refused, or None if it may pass.

    `header` returns a header's value by its name in lower case. The key may come as `api-key` or
    as a bearer token, as in Qdrant.
    """
    if api_key is None:
        return None
    given = header("api-key")
    if given is None:
        authorization = header("authorization") or ""
        if not authorization.startswith(_BEARER):
            return "Must provide an API key or an Authorization bearer token"
        given = authorization.removeprefix(_BEARER)
    if hmac.compare_digest(given.encode(), api_key.encode()):
        return None
    return "Invalid API key or JWT"
