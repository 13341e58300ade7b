"""How programs spell what they keep with a framework: one list for those who look for it.

Files are chosen by these spellings before they are read, and values are looked up by them after.
"""

from __future__ import annotations

import re
from typing import Final

STATES: Final = ("ctx", "state")
"""Attributes of applications and requests that hold what the program likes."""
GROUPS: Final = (
    ("app", "application", "config_dict"),
    ("bot_data",),
    ("config",),
    ("extensions",),
    ("extra",),
    ("request",),
    ("scope",),
    ("user_session",),
)
"""Names of the same container: an application, its settings, its request, its user's session."""
LIFESPAN: Final = "lifespan_context"
"""The attribute under which an MCP server's tools find what its lifespan yields."""
_OBJECTS: Final = ("app", "application", "bot", "current_app", "g")
"""Names of objects whose attributes the program sets."""
_CONTAINERS: Final = (*(name for group in GROUPS for name in group), "state")


def _any_of(names: tuple[str, ...]) -> bytes:
    return b"(?:" + "|".join(names).encode() + b")"


_STATE: Final = rb"\.%b\.(\w+)" % _any_of(STATES)
_ATTRIBUTE: Final = rb"\b%b\.(?!%b\.)(\w+)" % (_any_of(_OBJECTS), _any_of(STATES))
_KEY: Final = rb"[\"']?(\w+)"
_CONTAINER: Final = rb"\b%b" % _any_of(_CONTAINERS)
_IS_SET: Final = rb"[ \t]*=(?!=)"
_YIELDED: Final = re.compile(rb"\byield\s*\{([^}]*)\}")
_YIELDED_KEY: Final = re.compile(rb"[\"'](\w+)[\"']\s*:")
_KEPT: Final = re.compile(
    rb"%b|%b%b|%b\[%b[\"']?\]%b|%b\.(?:set|update)\(\s*%b"
    % (_STATE, _ATTRIBUTE, _IS_SET, _CONTAINER, _KEY, _IS_SET, _CONTAINER, _KEY)
)
_ASKED: Final = re.compile(
    rb"%b|%b|%b(?:\[|\.get\()\s*%b|\b(%b)\b"
    % (_STATE, _ATTRIBUTE, _CONTAINER, _KEY, LIFESPAN.encode())
)


def kept_by(data: bytes) -> frozenset[bytes]:
    """Return the names under which a file may keep something with a framework."""
    names = {name for found in _KEPT.findall(data) for name in found if name}
    names.update(key for yielded in _YIELDED.findall(data) for key in _YIELDED_KEY.findall(yielded))
    if b"lifespan" in data:
        names.add(LIFESPAN.encode())
    return frozenset(names)


def asked_by(data: bytes) -> frozenset[bytes]:
    """Return the names under which a file may look for what another keeps with a framework."""
    return frozenset(name for found in _ASKED.findall(data) for name in found if name)
