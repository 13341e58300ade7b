"""Secrets in texts that others wrote: logs and bodies of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust_qdrant.config.service import Endpoint

#: Shorter values are no secrets, and would blot out half of a text.
_LEAST = 8


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret replaced by `***`; short ones are none."""
    # The longest first, so that none is left half because another one is part of it.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _LEAST:
            text = text.replace(secret, "***")
    return text


def secrets_of(requests: Iterable[Endpoint]) -> frozenset[str]:
    """Return what must not be repeated: values of headers, and the words in them."""
    values = {value for request in requests for value in request.headers.values()}
    return frozenset(values | {word for value in values for word in value.split()})
