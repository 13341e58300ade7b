"""What a test ran on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from importlib.util import find_spec

_PACKAGES = (
    "flake8-qdrant",
    "aiohttp",
    "fastapi",
    "qdrant-client",
    "quart",
    "starlette",
    "uvicorn",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter here, where installed."""
    installed = {name: version(name) for name in _PACKAGES if find_spec(name.replace("-", "_"))}
    return {"python": platform.python_version(), **installed}


def machine() -> dict[str, str]:
    """Return operating system, processor and number of cores."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "cores": str(os.cpu_count() or 1),
    }
