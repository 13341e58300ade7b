"""`locust-qdrant serve`: start the embedded engine and keep it until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from locust_qdrant.embedded.frontends.server import Addresses

API_KEY_VARIABLE = "QDRANT__SERVICE__API_KEY"
_MAX_PORT = 65_535


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command; the parsed options have `main`, which runs it."""
    parser = subparsers.add_parser(
        "serve",
        help="serve Qdrant's own engine on this machine, without a Qdrant server",
        description="Serve Qdrant's own engine (qdrant-edge) behind Qdrant's REST and gRPC API.",
    )
    add_options(parser)
    parser.set_defaults(main=main)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a server."""
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="where to store; default: a temporary folder"
    )
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS", help="default: %(default)s"
    )
    parser.add_argument(
        "--port", type=_port, default=6333, help="REST; default: %(default)s, 0: any free port"
    )
    parser.add_argument(
        "--grpc-port", type=_port, default=6334, help="gRPC; default: %(default)s, 0: any free port"
    )
    parser.add_argument(
        "--api-key", help=f"ask every client for this key; default: ${API_KEY_VARIABLE}"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the addresses as one line of JSON"
    )
    parser.add_argument(
        "--stop-on-eof",
        action="store_true",
        help="stop when standard input closes, so that the server ends with its parent process",
    )


def main(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; return 0 after a clean end, 1 if the engine broke down.

    Raises:
        UsageError: there is no engine, a port is taken, or the data folder cannot be used.
    """
    if importlib.util.find_spec("qdrant_edge") is None:
        raise UsageError(
            "the embedded engine (qdrant-edge-py) is not installed: run pip install qdrant-edge-py "
            f"if it is built for this machine ({platform.system()}, {platform.machine()}), "
            "or name a Qdrant server with --host"
        )
    if options.port == options.grpc_port != 0:
        raise UsageError(
            f"--port and --grpc-port are both {options.port}: give each of them one of its own"
        )
    # Only here: starting the other commands must not cost these imports.
    from locust_qdrant.embedded.frontends.server import Settings, serve  # noqa: PLC0415

    with ExitStack() as cleanup:
        folder, temporary = options.data, options.data is None
        if folder is None:
            folder = Path(
                cleanup.enter_context(tempfile.TemporaryDirectory(prefix="locust-qdrant-"))
            )
        _make_folder(folder)
        settings = Settings(
            folder=folder.absolute(),
            bind=options.bind,
            port=options.port,
            grpc_port=options.grpc_port,
            api_key=options.api_key or os.environ.get(API_KEY_VARIABLE) or None,
            stop_on_eof=options.stop_on_eof,
        )

        def announce(addresses: Addresses) -> None:
            print(_announcement(addresses, folder, temporary, as_json=options.json), flush=True)

        clean = _run(lambda: serve(settings, announce))
    if not clean:
        print("locust-qdrant: the engine process has ended unexpectedly", file=sys.stderr)
    return 0 if clean else 1


def _run(server: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
    try:
        import uvloop  # noqa: PLC0415  not on Windows
    except ImportError:
        return asyncio.run(server())
    return uvloop.run(server())


def _announcement(addresses: Addresses, folder: Path, temporary: bool, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"url": addresses.url, "grpc_port": addresses.grpc_port})
    note = " (removed at the end)" if temporary else ""
    return "\n".join(
        (
            "Qdrant's engine is up, without a Qdrant server; stop it with Ctrl-C.",
            f"  REST  {addresses.url}",
            f"  gRPC  {addresses.bind}:{addresses.grpc_port}",
            f"  data  {folder}{note}",
        )
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot create the data folder {folder}: {error.strerror}") from None


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MAX_PORT:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port: give a number from 0 to {_MAX_PORT}"
        )
    return int(text)
