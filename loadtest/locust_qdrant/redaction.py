"""Addresses as they may be shown: without a password, a token or a key."""

from __future__ import annotations

from urllib.parse import urlsplit


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
