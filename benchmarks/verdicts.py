"""How often the check `generator` is right: runs on a quiet, a loaded and a starved machine.

    python benchmarks/verdicts.py --runs 60
    python benchmarks/verdicts.py --runs 20 --classes quiet --results runs.jsonl

Each run is short and of another kind: REST and gRPC, closed and open, 2 to 100 users. Other
programs run while its traffic does: none, on half of the cores, and four on the one core that the
starved runs have. Of the first two classes none should be invalid, of the last one all. No run may
find a wrong answer: the server is a true one. With a file of results, runs of several calls add up.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
CLASSES = ("quiet", "loaded", "starved")
BURN = "while True: pass"
BURNERS_WHEN_STARVED = 4
_NORMAL_QUANTILE = 1.96


def main() -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=60, help="of each class (default: 60)")
    parser.add_argument("--classes", default=",".join(CLASSES), help="some of them, with commas")
    parser.add_argument("--results", type=Path, help="file to add to; the table is of all in it")
    options = parser.parse_args()
    known = _read(options.results)
    for name in options.classes.split(","):
        before = sum(each["class"] == name for each in known)
        with of_class(name), EmbeddedServer() as server:
            for number in range(before, before + options.runs):
                found = one(server, name, KINDS[number % len(KINDS)])
                known.append(found)
                if options.results is not None:
                    with options.results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(found) + "\n")
    print("| machine | runs | passed | failed | invalid | wrong (95 %) | wrong answers |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in CLASSES:
        runs = [each for each in known if each["class"] == name]
        if runs:
            print(row(name, runs))
    return 0


def _read(path: Path | None) -> list[dict[str, Any]]:
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@contextmanager
def of_class(name: str) -> Iterator[None]:
    """Give the runs that are started meanwhile the processors of their class."""
    every = os.sched_getaffinity(0)
    if name == "starved":
        os.sched_setaffinity(0, {min(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


def burners(name: str) -> list[subprocess.Popen[bytes]]:
    """Start what uses processors beside the traffic of a run of that class."""
    cores = len(os.sched_getaffinity(0))
    count = {"loaded": max(1, cores // 2), "starved": BURNERS_WHEN_STARVED * cores}.get(name, 0)
    return [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]


def one(server: EmbeddedServer, name: str, kind: tuple[str, ...]) -> dict[str, Any]:
    """Return what came of one run."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "locust_qdrant", "run", "--host", server.url]
        command += ["--grpc-port", str(server.grpc_port), "--duration", "2", "--warm-up", "0.5"]
        command += ["--dim", "16", "--points", "300", "--json", str(report), *kind]
        run = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        said = "".join(_beside_the_traffic(name, run.stderr or ()))
        run.wait()
        if not report.exists():
            sys.exit(said)
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    checks = found["paths"][0]["checks"]
    failed = [f"{each['name']}: {each['figure']}" for each in checks if each["verdict"] == "failed"]
    if failed or found["invalid"]:
        print(f"{name}, {' '.join(kind)}: {[*failed, *found['invalid']]}", file=sys.stderr)
    return {
        "class": name,
        "kind": " ".join(kind),
        "verdict": found["verdict"],
        "invalid": found["invalid"],
        "failed": failed,
    }


def _beside_the_traffic(name: str, progress: Iterable[str]) -> Iterator[str]:
    """Yield what a run says, and use processors from the beginning of its traffic to its end."""
    burning: list[subprocess.Popen[bytes]] = []
    for line in progress:
        if line.startswith("Traffic") and not burning:
            burning = burners(name)
        elif line.startswith("Reading back"):
            _end(burning)
        yield line
    _end(burning)


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for each in processes:
        each.kill()
        each.wait()


def row(name: str, runs: list[dict[str, Any]]) -> str:
    """Return a line of the table."""
    verdicts = Counter(run["verdict"] for run in runs)
    invalid = sum(bool(run["invalid"]) for run in runs)
    wrong = len(runs) - invalid if name == "starved" else invalid
    low, high = wilson(wrong, len(runs))
    lies = sum(any(each.startswith("answers:") for each in run["failed"]) for run in runs)
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
