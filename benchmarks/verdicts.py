"""How often the check `generator` is right: runs on a quiet, a loaded and a starved machine.

    python benchmarks/verdicts.py --runs 60

Each run is short and of another kind: REST and gRPC, closed and open, 2 to 100 users. On a quiet
machine, and with another program on half of its cores, none should be invalid; with several
programs on each core, all should be. No run may find a wrong answer: the server is a true one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_OPERATION = "upsert=2,query=4,query_batch=1,scroll=1,retrieve=1,delete=1,set_payload=1"
#: What the runs ask for, in turn.
KINDS = (
    ("--users", "2"),
    ("--users", "10", "--grpc"),
    ("--arrival-rate", "50"),
    ("--users", "5", "--think-time", "20ms", "--mix", EVERY_OPERATION),
    ("--arrival-rate", "30", "--grpc", "--poisson"),
    ("--users", "100", "--think-time", "1s"),
)
#: Programs that do nothing but use a processor, for each core, by the class of runs.
BURNERS = {"quiet": 0.0, "loaded": 0.5, "starved": 4.0}
BURN = "while True: pass"
_NORMAL_QUANTILE = 1.96


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=60, help="of each class (default: 60)")
    parser.add_argument("--classes", default=",".join(BURNERS), help="some of them, with commas")
    options = parser.parse_args()
    print("| machine | runs | passed | failed | invalid | wrong (95 %) | wrong answers |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.classes.split(","):
        with EmbeddedServer() as server, burners(round(BURNERS[name] * (os.cpu_count() or 1))):
            runs = [one(server, kind) for kind in islice(cycle(KINDS), options.runs)]
        print(row(name, runs), flush=True)
    return 0


@contextmanager
def burners(count: int) -> Iterator[None]:
    """Use processors meanwhile."""
    started = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]
    try:
        yield
    finally:
        for each in started:
            each.kill()
            each.wait()


def one(server: EmbeddedServer, kind: tuple[str, ...]) -> dict[str, Any]:
    """Return the report of one run."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "locust_qdrant", "run", "--host", server.url]
        command += ["--grpc-port", str(server.grpc_port), "--duration", "2", "--warm-up", "0.5"]
        command += ["--dim", "16", "--points", "300", "--json", str(report), *kind]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not report.exists():
            sys.exit(done.stderr)
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    checks = found["paths"][0]["checks"]
    failed = [f"{each['name']}: {each['figure']}" for each in checks if each["verdict"] == "failed"]
    if failed or found["invalid"]:
        print(f"{' '.join(kind)}: {[*failed, *found['invalid']]}", file=sys.stderr, flush=True)
    return found


def row(name: str, runs: list[dict[str, Any]]) -> str:
    """Return a line of the table."""
    verdicts = Counter(run["verdict"] for run in runs)
    invalid = sum(bool(run["invalid"]) for run in runs)
    wrong = len(runs) - invalid if name == "starved" else invalid
    low, high = wilson(wrong, len(runs))
    lies = sum(
        check["name"] == "answers" and check["verdict"] == "failed"
        for run in runs
        for check in run["paths"][0]["checks"]
    )
    return (
        f"| {name} | {len(runs)} | {verdicts['passed']} | {verdicts['failed']} | {invalid} | "
        f"{wrong} ({low:.0%} to {high:.0%}) | {lies} |"
    )


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, as E. B. Wilson has it."""
    z, share = _NORMAL_QUANTILE, count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    half /= 1 + z * z / total
    return max(0.0, middle - half), min(1.0, middle + half)


if __name__ == "__main__":
    sys.exit(main())
