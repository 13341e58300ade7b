"""Headers of requests: what can be sent, and what is said of what cannot without showing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from locust_qdrant.config.validation import ProblemError, name_of, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust_qdrant.config.validation import Path

_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def checked_headers(
    headers: Mapping[str, str], path: Path, *, only_ascii: bool = False
) -> dict[str, str]:
    """Return headers that a request can carry.

    Args:
        headers: values by name.
        path: where they stand; a value is shown nowhere.
        only_ascii: whether the clients that send them know ASCII alone.

    Raises:
        ProblemError: one of them cannot be sent.
    """
    for name, value in headers.items():
        where = (*path, name)
        if not _NAME.fullmatch(name):
            raise ProblemError(
                where,
                f"{name_of(path)}: {show(name)} is no name of a header, which has letters, digits "
                "and signs such as - and _ of ASCII",
            )
        if _CONTROL.search(value) or (only_ascii and not value.isascii()):
            raise ProblemError(
                where,
                f"{name_of(where)} cannot be sent: a header has one line of "
                f"{'ASCII' if only_ascii else 'text'}",
            )
    return dict(headers)
