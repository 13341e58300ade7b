"""Addresses and messages as they may be shown: without a password, a token or a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_URL = re.compile(r"""\b[a-z][a-z0-9+.-]*://[^\s"'<>]+""", re.IGNORECASE)
_BEARER = re.compile(r"\b(bearer\s+)[^\s\"',]+", re.IGNORECASE)


def redact_url(url: str) -> str:
    """Return `url` with user information, query and fragment replaced by `***`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    _, at, host = parts._replace(query="", fragment="").geturl().rpartition("@")
    scheme = f"{parts.scheme}://" if parts.netloc and at else ""
    shown = f"{scheme}***@{host}" if at else host
    return f"{shown}?***" if parts.query or parts.fragment else shown


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without `secrets`, without what is secret in its addresses, and bearer tokens.

    Args:
        text: what a client or a server said.
        secrets: keys and tokens that are known; empty ones are ignored.
    """
    # The longest first: one may contain another.
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    text = _URL.sub(lambda url: redact_url(url[0]), text)
    return _BEARER.sub(r"\1***", text)
