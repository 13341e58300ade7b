"""`locust-qdrant service`: traffic at a user's own service, and the lines that hold its loop."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.output_options import outputs_of
from locust_qdrant.cli.run_options import given, patience_of
from locust_qdrant.cli.server_options import API_KEY_VARIABLE
from locust_qdrant.cli.service_options import (
    GRPC_PORT,
    MOST_HELD_PERCENT,
    MOST_HOLD_MS,
    ROUNDS,
    START_SECONDS,
    add_options,
)
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import WORDS
from locust_qdrant.probe.loop_probe import TOKEN_VARIABLE
from locust_qdrant.redaction import keep_secret

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from locust_qdrant.targets.http.system_under_test import ServiceSource


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "service",
        help="drive HTTP traffic at your own ASGI service and name the lines that hold its loop",
        description="Start an ASGI service (FastAPI, Starlette, Quart, ...) with a probe around "
        "it, or take a running one; drive traffic at its endpoints; report latency, throughput, "
        "the event loop's lag, and which lines of the service held the loop.",
        epilog=f"Exit code: 0 passed, {WORDS}, 130, 143 or 129 interrupted by a signal.",
    )
    add_options(parser)
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Run the test and return the exit code.

    Raises:
        UsageError: an option is wrong, or the service cannot be tested as asked.
    """
    # Late: the HTTP client, the figures and Locust take their time to import.
    from locust_qdrant.config import unused  # noqa: PLC0415
    from locust_qdrant.config.file import load_service  # noqa: PLC0415
    from locust_qdrant.metrics import provenance  # noqa: PLC0415
    from locust_qdrant.runs import service_run  # noqa: PLC0415

    source = _target(options)
    outputs = outputs_of(options)
    said = given(options)
    workload = load_service(options.workload, said)
    unused.refuse(said, unused.of_load(workload.load))
    if options.openapi is not None and workload.endpoints:
        raise UsageError("--openapi has no effect beside [[endpoints]]: leave one of the two out.")
    if options.rounds is not None and not options.side_by_side:
        raise UsageError("--rounds are turns of --side-by-side: say it, too, or leave them out.")
    hold = MOST_HOLD_MS if options.max_hold is None else options.max_hold
    held = MOST_HELD_PERCENT if options.max_held is None else options.max_held
    keep_secret(source.token, *(value for _, value in source.environment))
    return service_run.run(
        service_run.ServiceConfiguration(
            source=source,
            workload=workload,
            outputs=outputs,
            side_by_side=options.side_by_side,
            rounds=(options.rounds or ROUNDS) if options.side_by_side else 1,
            most_held=held / 100,
            longest_hold=hold / 1000,
            processes=options.processes,
            patience=patience_of(options),
            allow_invalid=options.allow_invalid,
            command=provenance.command_line(options.arguments),
        )
    )


def _target(options: Namespace) -> ServiceSource:
    from locust_qdrant.targets.http.process import parse_app  # noqa: PLC0415
    from locust_qdrant.targets.http.system_under_test import ServiceSource  # noqa: PLC0415
    from locust_qdrant.targets.qdrant.connection import check_url  # noqa: PLC0415

    if (options.app is None) == (options.host is None):
        raise UsageError(
            "Give either --app module:app, to start a service, or --host URL, for a running one."
        )
    _refuse_together(options)
    app, factory, app_dir = "", False, options.app_dir or Path()
    if options.app is not None:
        app, factory = parse_app(options.app, factory=options.factory)
        if options.python is not None and shutil.which(options.python) is None:
            raise UsageError(f"--python {options.python!r} is no program: give an interpreter.")
        for name, folder in (("--app-dir", app_dir), ("--root", options.root)):
            if not folder.is_dir():
                raise UsageError(f"{name} {str(folder)!r} is no folder.")
    for name, path in (("--heartbeat", options.heartbeat), ("--openapi", options.openapi)):
        if path is not None and not path.startswith("/"):
            raise UsageError(f"{name} {path!r} is no path: begin it with a slash.")
    return ServiceSource(
        app=app,
        factory=factory,
        app_dir=app_dir,
        root=options.root,
        python=options.python or "",
        environment=tuple(_variable(text) for text in options.env),
        patience=options.patience or START_SECONDS,
        url=check_url(options.host).rstrip("/") if options.host is not None else "",
        token=_token(options),
        heartbeat=options.heartbeat or "",
        openapi=options.openapi or "",
        qdrant=""
        if options.qdrant_host is None
        else check_url(options.qdrant_host, "--qdrant-host"),
        qdrant_grpc_port=options.qdrant_grpc_port or GRPC_PORT,
        qdrant_delay=options.qdrant_delay / 1000,
        api_key=os.environ.get(API_KEY_VARIABLE) or "",
    )


def _refuse_together(options: Namespace) -> None:
    if options.host is not None:
        starting = [
            *("factory", "app_dir", "python", "env", "patience"),
            *("qdrant_host", "qdrant_grpc_port", "qdrant_delay"),
        ]
        given = [name for name in starting if getattr(options, name)]
        if given:
            option = "--" + given[0].replace("_", "-")
            raise UsageError(f"{option} is for a service that --app starts: leave it out.")
        probed = ("profile", "max_hold", "max_held")
        given = [name for name in probed if getattr(options, name) is not None]
        if given and not _token(options):
            raise UsageError(
                f"--{given[0].replace('_', '-')} needs a probe: put LoopProbe around the service, "
                f"and give its token in the environment variable {TOKEN_VARIABLE}."
            )
    elif options.heartbeat is not None or options.probe_token is not None:
        option = "--heartbeat" if options.heartbeat is not None else "--probe-token"
        raise UsageError(f"{option} is for a running service: --app brings its own.")
    if options.qdrant_host is None and options.qdrant_grpc_port is not None:
        raise UsageError("--qdrant-grpc-port is that of --qdrant-host: say it, or leave this out.")
    if options.qdrant_host is not None and options.qdrant_delay:
        raise UsageError(
            "--qdrant-delay is for the embedded engine: a server has the delay that it has."
        )


def _token(options: Namespace) -> str:
    return options.probe_token or os.environ.get(TOKEN_VARIABLE) or ""


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("--env is not of the form NAME=VALUE.")
    return name, value
