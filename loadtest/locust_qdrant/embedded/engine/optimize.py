"""Copy a shard and optimise the copy: a program of its own, since optimising blocks its process.

Prints `copied` when the original may change again, then `optimized` or `unchanged`.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys

import qdrant_edge as edge

COPIED, OPTIMIZED, UNCHANGED = "copied", "optimized", "unchanged"
_NICENESS = 5
_PR_SET_PDEATHSIG = 1


def main(source: str, target: str, parent: str) -> None:
    """Build the HNSW graphs, merge segments and drop what was deleted, in a copy at `target`."""
    _end_with(int(parent))
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    print(COPIED, flush=True)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # searches go first
    shard = edge.EdgeShard.load(target)
    changed = shard.optimize()
    shard.flush()
    shard.close()
    print(OPTIMIZED if changed else UNCHANGED, flush=True)


def _end_with(parent: int) -> None:
    """Have the kernel end this process with its parent, where there is such a call.

    A thread that watches the parent would not do: the engine lets no other thread run. Elsewhere
    the copy is finished for nobody, and removed when the data is opened again.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
