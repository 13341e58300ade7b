"""Copy a shard and optimise the copy: a program of its own, since optimising blocks its process.

Prints `copied` when the original may change again, then `optimized`, `unchanged` or why it failed.
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
    """Optimise a copy at `target`; if that fails, what is printed last is why, in one line."""
    _end_with(int(parent))
    try:
        _optimize_copy(source, target)
    except shutil.Error as error:
        name, _, problem = error.args[0][0]
        print(f"{name} cannot be copied: {problem}", flush=True)
    except Exception as error:  # noqa: BLE001  qdrant_edge raises nothing narrower
        print(" ".join(str(error).split()), flush=True)


def _optimize_copy(source: str, target: str) -> None:
    """Build the HNSW graphs, merge segments and drop what was deleted, in a copy."""
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
