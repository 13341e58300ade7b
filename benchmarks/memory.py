"""How much memory a run of the load test needs, however long it is.

    python benchmarks/memory.py [--rate 3000] [--minutes 1 10]
    python benchmarks/memory.py --real 600 [--arrival-rate 3000] [--host URL]

Without `--real`, records as a run makes them are fed to what takes them in while it goes on, with
the beats and ticks of that time beside them, and figures, checks and every report are made of it in
the end. Prints the highest memory of the process for each length: requests must not add to it.
Goal: 10 minutes at 3,000 requests a second stay below 300 MB.

With `--real`, `locust-qdrant run` drives the embedded engine, or the server at `--host`, for so
many seconds, and the memory of its process is printed as it goes on: after the first part it must
not grow. A rate beyond what one process can make is fine: all that it makes is counted.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

START = 1_764_000_000.0
WARM_UP_SECONDS = 5
ERRORS = 0.001
#: How often the memory of a real run is printed, and seconds between two looks at it.
PARTS = 10
LOOK_SECONDS = 0.1
NOTHING_MEASURED = 2


def records(rate: float, seconds: float) -> Iterator[list]:
    """Yield the records of each tenth of a second."""
    from locust_qdrant.metrics.record import Outcome, Record, Stations

    chance, per_batch = random.Random(0), round(rate / 10)
    for batch in range(round(seconds * 10)):
        made = []
        for number in range(per_batch):
            end = START + batch / 10 + number / rate
            taken = chance.lognormvariate(-5, 0.6)
            fails = chance.random() < ERRORS
            stations = Stations(
                0.0002, 0.0, 0.0, 0.00002, taken * 0.7, taken * 0.2, 0.0002, taken * 0.1
            )
            made.append(
                Record(
                    "query" if number % 5 else "upsert",
                    "c",
                    "REST",
                    end - taken,
                    end,
                    Outcome.ERROR if fails else Outcome.OK,
                    f"503 Service Unavailable: request {batch}-{number}" if fails else "",
                    4_000,
                    points=10,
                    server_seconds=taken / 2,
                    step="warm-up" if batch < 10 * WARM_UP_SECONDS else "main",
                    stations=stations,
                )
            )
        yield made


def fed(rate: float, seconds: float) -> dict[str, float]:
    """Take in a run of so many seconds, report on it, and return what it took."""
    from locust_qdrant.config.model import Load, Stage
    from locust_qdrant.metrics.results import (
        Lateness,
        PathResult,
        Phase,
        Progress,
        Run,
        SegmentResult,
        Traffic,
    )
    from locust_qdrant.probe.loop_lag import summarise
    from locust_qdrant.report.contents import report_on
    from locust_qdrant.report.outputs import Outputs
    from locust_qdrant.report.writing import write
    from locust_qdrant.runs.path_run import Watcher

    stages = (
        Stage("warm-up", WARM_UP_SECONDS, 50, 50, measured=False),
        Stage("main", seconds - WARM_UP_SECONDS, 50, 50),
    )
    load = Load(open=False, stages=stages)
    before = peak()
    began = time.process_time()
    watcher = Watcher("async", load, lambda *_: None, lambda *_: None)
    count = 0
    for batch, made in enumerate(records(rate, seconds)):
        count += len(made)
        watcher.watch(Progress(START, batch / 10, made, 0.001))
    taking = time.process_time() - began
    ticks = [Lateness(START + each / 100, 0.001) for each in range(round(seconds * 100))]
    phases = [
        Phase("warm-up", START, START + 5, measured=False, users=50),
        Phase("main", START + 5, START + seconds, users=50),
    ]
    traffic = Traffic(
        (),
        seconds,
        [each.seconds for each in ticks],
        seconds / 2,
        phases=phases,
        lag_over_time=ticks,
        heartbeat=ticks,
        cpu_by_worker={0: seconds / 2},
    )
    done = watcher.complete(SegmentResult(traffic))
    lag = summarise(list(traffic.lag))
    path = PathResult("async", ("query", "upsert"), done.traffic, lag, None)
    report = report_on(Run("t", "s", "c", START, {}, {}, {}, (path,)))
    with TemporaryDirectory() as folder:
        named = {each: Path(folder, each) for each in ("html", "json", "junit", "markdown")}
        write(report, Outputs(**named))
    return {"requests": count, "before": before, "peak": peak(), "cpu": taking / count * 1e6}


def peak() -> float:
    """Return the highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def real(seconds: int, rate: int, host: str) -> None:
    """Run the load test for so long, and print what memory its process has as time goes by."""
    command = ["-m", "locust_qdrant", "run", "--duration", str(seconds), "--allow-invalid"]
    command += ["--arrival-rate", str(rate), "--dim", "32", "--points", "1000", "--mix", "query=1"]
    command += ["--transport", "aiohttp", "--no-compression", "--warm-up", "2"]
    command += ["--host", host] if host else []
    every, most, began = max(1, seconds // PARTS), 0.0, time.monotonic()
    run = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process, due = psutil.Process(run.pid), every
    print(f"{'seconds':>8} {'MB':>6}")
    while run.poll() is None:
        time.sleep(LOOK_SECONDS)
        try:
            now = process.memory_info().rss / 2**20
        except psutil.Error:
            break
        most = max(most, now)
        if time.monotonic() - began >= due:
            print(f"{due:8} {now:6,.0f}", flush=True)
            due += every
    out, said = run.communicate()
    if run.returncode == NOTHING_MEASURED:
        sys.exit(said)
    print("\n".join(line for line in out.splitlines() if "total" in line))
    print(f"exit code {run.returncode}, at most {most:,.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", type=float, default=3000)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 10])
    parser.add_argument("--real", type=int)
    parser.add_argument("--arrival-rate", type=int, default=3000)
    parser.add_argument("--host", default="")
    parser.add_argument("--one", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.real:
        real(options.real, options.arrival_rate, options.host)
        return
    if options.one:
        print(json.dumps(fed(options.rate, options.one * 60)))
        return
    print(f"{options.rate:,.0f} requests a second; memory in MB, CPU in µs to take in a request\n")
    print(f"{'minutes':>8} {'requests':>10} {'imported':>9} {'at most':>8} {'CPU':>6}")
    for minutes in options.minutes:
        # In a process of its own: the highest memory never falls.
        command = [sys.executable, __file__, "--rate", str(options.rate), "--one", str(minutes)]
        found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        print(
            f"{minutes:8g} {found['requests']:10,.0f} {found['before']:9,.0f} "
            f"{found['peak']:8,.0f} {found['cpu']:6.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
