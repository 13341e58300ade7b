"""Copy a shard and optimise the copy: a program of its own, since optimising blocks its process.

Prints `copied` when the original may change again, then `optimized` or `unchanged`.
"""

from __future__ import annotations

import os
import shutil
import sys

import qdrant_edge as edge

COPIED, OPTIMIZED, UNCHANGED = "copied", "optimized", "unchanged"
_NICENESS = 5


def main(source: str, target: str) -> None:
    """Build the HNSW graphs, merge segments and drop what was deleted, in a copy at `target`."""
    shutil.copytree(source, target)
    print(COPIED, flush=True)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # searches go first
    shard = edge.EdgeShard.load(target)
    changed = shard.optimize()
    shard.flush()
    shard.close()
    print(OPTIMIZED if changed else UNCHANGED, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
