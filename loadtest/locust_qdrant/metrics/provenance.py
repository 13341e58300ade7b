"""What a run was made with: its command line, the packages, and the machine."""

from __future__ import annotations

import os
import platform
import shlex
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.redaction import redact_text

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What decides how fast a client is.
_PACKAGES = (
    "flake8-qdrant",
    "qdrant-client",
    "locust",
    "gevent",
    "uvloop",
    "httpx",
    "httpcore",
    "grpcio",
    "aiohttp",
    "pydantic",
)


def command_line(arguments: Sequence[str]) -> str:
    """Return the command of these arguments as a person would type it, without secrets."""
    return redact_text(shlex.join(["locust-qdrant", *arguments]))


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter, by name."""
    found = {name: _version(name) for name in _PACKAGES}
    known = {name: text for name, text in found.items() if text}
    return {"python": platform.python_version(), **known}


def machine() -> dict[str, str]:
    """Return operating system, processor and number of cores; nothing that names the machine."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": str(_cores()),
    }


def _processor() -> str:
    # `platform.processor` starts a process, which a patched `os.fork` never sees end.
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _cores() -> int:
    # Those that this process may use, where the system tells: a container has fewer.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
