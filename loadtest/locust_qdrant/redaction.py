"""Addresses as they may be shown: without a password, a token or a key."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def redact_url(url: str) -> str:
    """Return `url` with user information, query and fragment replaced by `***`.

    Text that is no URL is returned without its part before the last `@`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    if not parts.netloc:
        return f"***@{url.rpartition('@')[2]}" if "@" in url else url.partition("?")[0]
    host = parts.netloc.rpartition("@")[2]
    netloc = f"***@{host}" if "@" in parts.netloc else host
    hidden = "***" if parts.query or parts.fragment else ""
    return urlunsplit((parts.scheme, netloc, parts.path, hidden, ""))
