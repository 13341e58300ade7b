"""Run other people's tests of Qdrant against the embedded engine, and count what it does not serve.

    python benchmarks/embedded_others.py FOLDER [--python PYTHON] [--in-memory]
        [-- PYTEST ARGUMENTS]

The tests are those of a clone, such as `tests/openapi` of qdrant/qdrant, `tests/congruence_tests`
of qdrant/qdrant-client, or the tests of an integration; PYTHON is the interpreter of an environment
in which they run. They expect a server at the usual ports, so 6333 and 6334 must be free; those
that were written for `:memory:` are sent there by `--in-memory`.

Printed are how many passed, were skipped and failed, and of the failures how many say that the
embedded engine does not serve something, which is its promise. The others are named. The exit code
is 1 if there are others.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from locust_qdrant.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSTEAD_OF_MEMORY = "embedded_instead_of_memory"
_NOT_SERVED = ("the embedded engine does not serve", "<Response [501]>")


class Outcome(NamedTuple):
    """How many tests passed and were skipped; which failed, and which of these were not served."""

    passed: int
    skipped: int
    not_served: Sequence[str]
    others: Sequence[str]


def main() -> int:
    """Run the tests, print the outcome, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the folder or file with the tests")
    parser.add_argument(
        "--python", type=Path, default=Path(sys.executable), help="default: this interpreter"
    )
    parser.add_argument(
        "--in-memory", action="store_true", help="send clients in memory to the server"
    )
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    options, further = parser.parse_args(given[:end]), given[end + 1 :]
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(port=6333, grpc_port=6334):
        report = Path(folder, "report.xml")
        command = [str(options.python.absolute()), "-m", "pytest", options.folder.name, "-q"]
        command += [f"--junit-xml={report}", "-p", "no:cacheprovider", *further]
        environment = dict(os.environ)
        if options.in_memory:
            command += ["-p", _INSTEAD_OF_MEMORY]
            here = str(Path(__file__).parent)
            environment["PYTHONPATH"] = os.pathsep.join(
                filter(None, (here, os.environ.get("PYTHONPATH")))
            )
        where = options.folder.absolute().parent
        subprocess.run(command, cwd=where, env=environment, check=False)
        if not report.exists():
            print("pytest has written no report", file=sys.stderr)
            return 2
        outcome = read(report)
    failed = len(outcome.not_served) + len(outcome.others)
    print(
        f"\n{outcome.passed} passed, {outcome.skipped} skipped, {failed} failed:"
        f" {len(outcome.not_served)} of them not served, {len(outcome.others)} otherwise"
    )
    for name in outcome.others:
        print(f"  {name}")
    return 1 if outcome.others else 0


def read(report: Path) -> Outcome:
    """Return what pytest's report in JUnit's form says."""
    passed = skipped = 0
    # A test can fail and then have an error while it is torn down: that is one test.
    said: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        problems = [*case.iter("failure"), *case.iter("error")]
        if problems:
            texts = (f"{each.get('message')} {each.text}" for each in problems)
            said[name] = " ".join([said.get(name, ""), *texts])
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    failures: dict[bool, list[str]] = {True: [], False: []}
    for name, text in said.items():
        failures[any(sign in text for sign in _NOT_SERVED)].append(name)
    return Outcome(passed, skipped, failures[True], failures[False])


if __name__ == "__main__":
    sys.exit(main())
