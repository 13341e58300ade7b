"""Measures the language server on a tree: from an edit to its diagnostics, and what it keeps.

    python benchmarks/lsp.py TREE [--edits 100] [--many 1000]

Prints a Markdown table. The server runs as an editor starts it, and pushes its diagnostics; a time
ends when they have been read. Processor times tell more where other work disturbs the machine. The
tree is written to in its `.flake8_qdrant_cache` only, which is made anew. `--hours` lets the server
run on random edits instead, and prints every ten minutes what it has answered and how large it is.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from flake8_qdrant.cache import FOLDER

PATIENCE = 120
"""Seconds until a missing answer is an error."""
LINES = 1_000
"""The file that is typed into is the one nearest to so many lines."""
OPEN = 10
"""Files that are open when one changes that they depend on."""
QUIET = 5
"""Seconds without diagnostics after which none are expected."""
SETTLING = 20
"""Seconds until all that an edit affects has surely been checked."""
SETTLED = 3
"""Seconds after which what was written counts as unchanged."""
TOLD = 600
"""Seconds between two lines about a server that is left running."""
_ACTS = {"open": 8, "close": 5, "undo": 25, "delete": 25, "cut": 37}
"""What is done at random to a server that is left running, by weight."""


class Server:
    """A server, and the messages that it has sent."""

    def __init__(self, root: Path) -> None:
        command = (sys.executable, "-m", "flake8_qdrant", "lsp")
        self.process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.messages: Queue[dict[str, Any]] = Queue()
        self.shown: dict[str, list[dict[str, Any]]] = {}
        """The last diagnostics at each address."""
        threading.Thread(target=self._read, daemon=True).start()
        self._requests = 0
        self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
                "capabilities": {
                    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}
                },
            },
        )
        self.notify("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline().strip()) != b"":
                name, _, value = line.partition(b": ")
                length = int(value) if name == b"Content-Length" else length
            if not length:
                return
            message = json.loads(stream.read(length))
            if message.get("method") == "textDocument/publishDiagnostics":
                self.shown[message["params"]["uri"]] = message["params"]["diagnostics"]
            self.messages.put(message)

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self.process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        stream.flush()

    def notify(self, method: str, params: object) -> None:
        """Send what needs no answer."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: object) -> object:
        """Send what needs an answer, and return that."""
        self._requests += 1
        number = self._requests
        self._send({"id": number, "method": method, "params": params})
        return self.wait(lambda one: one.get("id") == number and "method" not in one)

    def wait(self, wanted: Any, patience: float = PATIENCE) -> dict[str, Any]:
        """Return the first message that is wanted; others are answered or forgotten."""
        until = time.monotonic() + patience
        taken = self.processor
        while True:
            try:
                message = self.messages.get(timeout=max(until - time.monotonic(), 0.001))
            except Empty:
                worked = self.processor - taken
                raise SystemExit(
                    f"no answer in {patience} s, of which the server worked {worked:.1f} s"
                ) from None
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            if wanted(message):
                return message

    @property
    def megabytes(self) -> float:
        """The memory that the process holds, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else float("nan")

    @property
    def processor(self) -> float:
        """The processor time that the process has taken, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = 11, 12  # counted from the field behind the command's name
        return (int(fields[user]) + int(fields[system])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End the session as the protocol wants it."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(PATIENCE)


@dataclass
class Text:
    """An open file."""

    server: Server
    path: Path
    text: str = ""
    version: int = 1
    original: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.text = self.original = self.path.read_text("utf-8")
        document = {"uri": self.path.as_uri(), "languageId": "python", "version": 1}
        self.server.notify(
            "textDocument/didOpen", {"textDocument": {**document, "text": self.text}}
        )

    def change(self, text: str) -> None:
        """Make the file have another text."""
        self.version += 1
        self.text = text
        document = {"uri": self.path.as_uri(), "version": self.version}
        params = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.server.notify("textDocument/didChange", params)

    def close(self) -> None:
        """Close the file."""
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": self.path.as_uri()}})

    def is_answer(self, message: dict[str, Any]) -> bool:
        """Tell whether a message has the diagnostics of the present version."""
        if message.get("method") != "textDocument/publishDiagnostics":
            return False
        params = message["params"]
        return bool(params["uri"] == self.path.as_uri() and params.get("version") == self.version)

    def answered(self) -> dict[str, Any]:
        """Wait for the diagnostics of the present version."""
        return self.server.wait(self.is_answer)


def all_answered(server: Server, texts: list[Text]) -> None:
    """Wait until each text has the diagnostics of its present version."""
    waiting = list(texts)

    def is_last(message: dict[str, Any]) -> bool:
        waiting[:] = [one for one in waiting if not one.is_answer(message)]
        return not waiting

    server.wait(is_last)


def last_answered(server: Server) -> tuple[float, set[str]]:
    """Wait until no more diagnostics come, and return when the last ones came, and where."""
    last, where = time.perf_counter(), set()
    until = time.monotonic() + QUIET
    while time.monotonic() < until:
        try:
            message = server.messages.get(timeout=0.05)
        except Empty:
            continue
        if message.get("method") == "textDocument/publishDiagnostics":
            last, until = time.perf_counter(), time.monotonic() + QUIET
            where.add(message["params"]["uri"])
    return last, where


def edits_of(text: str, count: int) -> list[str]:
    """Return a text as it is after each of some keystrokes in the middle of a function."""
    lines = text.split("\n")
    middle = len(lines) // 2
    at = next(
        (n for n in range(middle, len(lines)) if lines[n].startswith("    ") and lines[n].strip()),
        middle,
    )
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    typed = "some_value = len(str(42))"
    return [
        "\n".join([*lines[:at], indent + typed[: 1 + number % len(typed)], *lines[at:]])
        for number in range(count)
    ]


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all does not exceed."""
    return sorted(values)[max(round(share * len(values)) - 1, 0)]


def python_files(root: Path) -> list[Path]:
    """Return the files of the tree that have to do with a client, as the linter sees it."""
    from flake8_qdrant.discovery import client_names, project_files, what_matters
    from flake8_qdrant.settings import read_settings

    settings = read_settings(str(root))
    files = project_files(str(root), settings)
    matter = what_matters(str(root), files, client_names(settings))
    print(f"{root.name}: {len(files)} files, {len(matter)} have to do with a client\n")
    return sorted(Path(path) for path in matter if path.endswith(".py"))


def by_importers(files: list[Path]) -> list[tuple[int, Path, list[Path]]]:
    """Return each file with those that name its module in an import, the most named first."""
    statements = {
        path: re.findall(
            r"^\s*(?:from|import) .*", path.read_text("utf-8", "replace"), re.MULTILINE
        )
        for path in files
    }
    found = []
    for path in files:
        name = re.compile(rf"\b{re.escape(path.stem)}\b")
        users = [
            user
            for user, lines in statements.items()
            if user != path and any(name.search(line) for line in lines)
        ]
        found.append((len(users), path, users))
    return sorted((one for one in found if one[1].stem != "__init__"), reverse=True)


def opened(root: Path, path: Path, rows: list[tuple[str, str]], what: str) -> tuple[Server, Text]:
    """Start a server, open a file, and add to the table how long it took."""
    began = time.perf_counter()
    server = Server(root)
    started = time.perf_counter() - began
    file = Text(server, path)
    file.answered()
    first = time.perf_counter() - began
    rows.append((f"start of the process to `initialize`, {what}", ms(started)))
    rows.append((f"start of the process to the first file's findings, {what}", ms(first)))
    rows.append(("the same in processor time", ms(server.processor)))
    return server, file


def measure(root: Path, edits: int, many: int) -> None:
    """Print the table of a tree."""
    files = python_files(root)
    lengths = {path: len(path.read_text("utf-8", "replace").split("\n")) for path in files}
    typed = min(files, key=lambda path: abs(lengths[path] - LINES))
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    rows: list[tuple[str, str]] = []
    opened(root, typed, rows, "nothing kept")[0].end()
    time.sleep(SETTLED)
    check = (sys.executable, "-m", "flake8_qdrant", "check", ".")
    subprocess.run(check, cwd=root, stdout=subprocess.DEVNULL, check=False)
    server, file = opened(root, typed, rows, "after `flake8-qdrant check`")
    time.sleep(SETTLING)  # what the first answer did not need is read behind it

    times = []
    taken = server.processor
    for text in edits_of(file.original, edits):
        began = time.perf_counter()
        file.change(text)
        file.answered()
        times.append(time.perf_counter() - began)
        time.sleep(0.05)
    rows.append(
        (
            f"edit to diagnostics, {lengths[typed]} lines: median of {edits}",
            ms(statistics.median(times)),
        )
    )
    rows.append(
        (f"edit to diagnostics, {lengths[typed]} lines: 95th of 100", ms(percentile(times, 0.95)))
    )

    rows.append(("processor time an edit, mean", ms((server.processor - taken) / edits)))

    count, base, users = next(one for one in by_importers(files) if one[1] != typed)
    shown = [Text(server, path) for path in users[:OPEN] if path != typed]
    changed = Text(server, base)
    all_answered(server, [changed, *shown])
    times, told_of = [], set()
    for number in range(10):
        began = time.perf_counter()
        changed.change(changed.original.replace("def ", f"def n{number}_"))
        ended, paths = last_answered(server)
        times.append(ended - began)
        told_of |= paths
    what = (
        f"edit of all names in a file that {count} name, to the last of {len(told_of)} open files "
        f"that it concerns: median of 10"
    )
    rows.append((what, ms(statistics.median(times))))
    for one in (*shown, changed):
        one.close()

    before = server.megabytes
    texts = edits_of(file.original, many)
    for text in texts:
        file.change(text)
        file.answered()
    rows.append((f"memory before {many:,} edits", f"{before:,.0f} MB"))
    rows.append((f"memory after {many:,} edits", f"{server.megabytes:,.0f} MB"))
    server.end()
    print("| what | measured |\n| --- | ---: |")
    for name, value in rows:
        print(f"| {name} | {value} |")


def ms(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1000:,.0f} ms"


def endure(root: Path, hours: float) -> None:
    """Edit at random, open and close files, and see that every edit is answered."""
    chance = random.Random(1)
    files = python_files(root)
    server = Server(root)
    texts: list[Text] = []
    edits, told, slowest, compared = 0, time.monotonic(), 0.0, 0
    until = time.monotonic() + hours * 3600
    while time.monotonic() < until:
        act = chance.choices(list(_ACTS), list(_ACTS.values()))[0]
        if not texts or (act == "open" and len(texts) < OPEN):
            closed = [path for path in files if path not in {one.path for one in texts}]
            texts.append(Text(server, chance.choice(closed)))
        elif act == "close" and len(texts) > 1:
            texts.pop(chance.randrange(len(texts))).close()
        text = chance.choice(texts)
        lines = text.text.split("\n")
        at = chance.randrange(len(lines))
        if act == "undo":
            lines = text.original.split("\n")
        elif act == "delete":
            del lines[at]
        else:
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        began = time.monotonic()
        text.change("\n".join(lines))
        text.answered()
        slowest = max(slowest, time.monotonic() - began)
        edits += 1
        time.sleep(0.5)
        if time.monotonic() - told > TOLD:
            told = time.monotonic()
            compared += compare(root, texts)
            left = (until - told) / 60
            print(
                f"{edits} edits answered, slowest {slowest:.1f} s, {len(texts)} files open, "
                f"{compared} findings as a cold check has them, "
                f"{server.megabytes:.0f} MB, {left:.0f} minutes left",
                flush=True,
            )
    compared += compare(root, texts)
    print(f"{edits} edits answered, slowest {slowest:.1f} s, {server.megabytes:.0f} MB at the end")
    print(f"{compared} findings as a cold check has them")
    server.end()
    if server.process.returncode:
        raise SystemExit(f"the server ended with {server.process.returncode}")


def compare(root: Path, texts: list[Text]) -> int:
    """Have the server's findings in open files be those of a cold check, and return how many."""
    from flake8_qdrant.project import open_project
    from flake8_qdrant.settings import codes_on, read_settings

    settings = read_settings(str(root))
    shown_codes = codes_on(settings.select, settings.extend_select, settings.ignore)
    for one in texts:
        if not parses(one.text):
            one.change(one.original)
            one.answered()
    time.sleep(SETTLING)
    checker = open_project(str(root), [], settings, {str(one.path): one.text for one in texts})
    count = 0
    for one in texts:
        cold = [(two.line - 1, two.code, two.message) for two in checker.check(str(one.path))]
        shown = one.server.shown[one.path.as_uri()]
        warm = [(two["range"]["start"]["line"], two["code"], two["message"]) for two in shown]
        on = [two for two in cold if two[1] in shown_codes]
        if sorted(warm) != sorted(on):
            raise SystemExit(f"{one.path}: the server says {warm}, a cold check {on}")
        count += len(on)
    return count


def parses(text: str) -> bool:
    """Tell whether a text is Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("tree", type=Path)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--many", type=int, default=1_000)
    parser.add_argument("--hours", type=float)
    options = parser.parse_args()
    root = options.tree.resolve()
    if options.hours is not None:
        endure(root, options.hours)
    else:
        measure(root, options.edits, options.many)


if __name__ == "__main__":
    main()
