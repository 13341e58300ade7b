"""A program with one mistake, and the commands as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BLOCKING = """\
from qdrant_client import QdrantClient

client = QdrantClient()


async def search():
    client.query_points("docs")
"""


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run_process(*command: str, cwd: Path, text: str | bytes = b"") -> Ran:
    """Run a module of this Python's environment as a user would."""
    data = text if isinstance(text, bytes) else text.encode()
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, input=data, capture_output=True, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
