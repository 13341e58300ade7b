"""`locust-qdrant service`: traffic at a user's own service, and the lines that hold its loop."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.commands.readers import seconds, whole
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from locust_qdrant.service.outputs import Outputs
    from locust_qdrant.service.subject import Target

_TOKEN_VARIABLE = "LOCUST_QDRANT_PROBE_TOKEN"  # noqa: S105 - the name of a variable
_API_KEY_VARIABLE = "QDRANT_API_KEY"
_DAY = 86_400.0


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "service",
        help="drive HTTP traffic at your own ASGI service and name the lines that hold its loop",
        description="Start an ASGI service (FastAPI, Starlette, Quart, ...) with a probe around "
        "it, or take a running one; drive traffic at its endpoints; report latency, throughput, "
        "the event loop's lag, and which lines of the service held the loop.",
        epilog="Exit code: 0 passed, 1 a check failed, 2 bad usage, 130 interrupted.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_service_options(parser)
    _add_qdrant_options(parser)
    _add_traffic_options(parser)
    _add_report_options(parser)
    parser.set_defaults(main=main)


def main(options: Namespace) -> int:
    """Run the test and return the exit code.

    Raises:
        UsageError: an option is wrong, or the service cannot be tested as asked.
    """
    # Late: the HTTP client and the report take their time to import.
    from locust_qdrant.service import trial  # noqa: PLC0415
    from locust_qdrant.service.workload_file import load  # noqa: PLC0415

    target = _target(options)
    outputs = _outputs(options)
    workload = load(
        options.workload,
        {
            "users": options.users,
            "rate": options.rate,
            "duration": options.duration,
            "warmup": options.warmup,
            "think_time": options.think_time,
            "timeout": options.timeout,
        },
    )
    plan = trial.Plan(
        target=target,
        workload=workload,
        rounds=options.rounds if options.side_by_side else 1,
        side_by_side=options.side_by_side,
        most_held=options.max_held / 100,
        longest_hold=options.max_hold / 1000,
    )
    return trial.run(plan, outputs)


def _target(options: Namespace) -> Target:
    from locust_qdrant.service.process import parse_app  # noqa: PLC0415
    from locust_qdrant.service.subject import Target  # noqa: PLC0415
    from locust_qdrant.target.preflight import check_url  # noqa: PLC0415

    if (options.app is None) == (options.host is None):
        raise UsageError(
            "Give either --app module:app, to start a service, or --host URL, for a running one."
        )
    _refuse_together(options)
    app, factory = "", False
    if options.app is not None:
        app, factory = parse_app(options.app, factory=options.factory)
        if options.python is not None and shutil.which(options.python) is None:
            raise UsageError(f"--python {options.python!r} is no program: give an interpreter.")
        for name, folder in (("--app-dir", options.app_dir), ("--root", options.root)):
            if not folder.is_dir():
                raise UsageError(f"{name} {str(folder)!r} is no folder.")
    for name, path in (("--heartbeat", options.heartbeat), ("--openapi", options.openapi)):
        if path is not None and not path.startswith("/"):
            raise UsageError(f"{name} {path!r} is no path: begin it with a slash.")
    return Target(
        app=app,
        factory=factory,
        app_dir=options.app_dir,
        root=options.root,
        python=options.python or "",
        environment=tuple(_variable(text) for text in options.env),
        patience=options.patience,
        url=check_url(options.host).rstrip("/") if options.host is not None else "",
        token=_token(options),
        heartbeat=options.heartbeat or "",
        openapi=options.openapi or "",
        qdrant=check_url(options.qdrant_host) if options.qdrant_host is not None else "",
        qdrant_grpc_port=options.qdrant_grpc_port,
        qdrant_delay=options.qdrant_delay / 1000,
        api_key=os.environ.get(_API_KEY_VARIABLE) or "",
    )


def _refuse_together(options: Namespace) -> None:
    if options.host is not None:
        starting = ("factory", "python", "env", "qdrant_host", "qdrant_delay")
        given = [name for name in starting if getattr(options, name)]
        if given:
            option = "--" + given[0].replace("_", "-")
            raise UsageError(f"{option} is for a service that --app starts: leave it out.")
        if options.profile is not None and not _token(options):
            raise UsageError(
                "--profile needs a probe: put LoopProbe around the service, and give its token in "
                f"the environment variable {_TOKEN_VARIABLE}."
            )
    elif options.heartbeat is not None or options.probe_token is not None:
        option = "--heartbeat" if options.heartbeat is not None else "--probe-token"
        raise UsageError(f"{option} is for a running service: --app brings its own.")
    if options.qdrant_host is not None and options.qdrant_delay:
        raise UsageError(
            "--qdrant-delay is for the embedded engine: a server has the delay that it has."
        )


def _token(options: Namespace) -> str:
    return options.probe_token or os.environ.get(_TOKEN_VARIABLE) or ""


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("--env is not of the form NAME=VALUE.")
    return name, value


def _outputs(options: Namespace) -> Outputs:
    from locust_qdrant.service.outputs import Outputs  # noqa: PLC0415

    outputs = Outputs(json=options.json, html=options.html, profile=options.profile)
    outputs.check_writable()
    return outputs


def _add_service_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("service")
    group.add_argument(
        "--app",
        metavar="MODULE:APP",
        help="start this ASGI application under uvicorn, as `uvicorn MODULE:APP` does",
    )
    group.add_argument(
        "--factory", action="store_true", help="APP is a function that makes the application"
    )
    group.add_argument(
        "--app-dir", type=Path, default=Path(), metavar="FOLDER", help="where to import it from"
    )
    group.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="your own code, to which lines are blamed, is what lies below this folder, without "
        "installed packages",
    )
    group.add_argument(
        "--python",
        metavar="INTERPRETER",
        help="run the service with this interpreter, such as that of its own virtual environment, "
        "which needs uvicorn and nothing of ours",
    )
    group.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable for the service; {qdrant_url}, {qdrant_host}, {qdrant_port} and "
        "{qdrant_grpc_port} in the value are replaced; may be given several times",
    )
    group.add_argument(
        "--patience",
        type=seconds(1, _DAY),
        default=60.0,
        metavar="SECONDS",
        help="until a service that was started has to serve",
    )
    group.add_argument("--host", metavar="URL", help="test this running service instead")
    group.add_argument(
        "--probe-token",
        metavar="TOKEN",
        help="token of the LoopProbe in the running service; better in the environment variable "
        f"{_TOKEN_VARIABLE}; without one, no line is blamed",
    )
    group.add_argument(
        "--heartbeat",
        metavar="PATH",
        help="an endpoint of the running service that does nothing, such as /health",
    )
    group.add_argument(
        "--openapi",
        metavar="PATH",
        help="where the service has its OpenAPI document; default: where FastAPI says, or "
        "/openapi.json",
    )


def _add_qdrant_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(
        "Qdrant",
        "A service that is started finds its Qdrant in the environment variables QDRANT_URL, "
        "QDRANT_HOST, QDRANT_PORT and QDRANT_GRPC_PORT.",
    )
    group.add_argument(
        "--qdrant-host",
        metavar="URL",
        help="address of a Qdrant server; without it, an embedded engine is started",
    )
    group.add_argument(
        "--qdrant-grpc-port",
        type=whole(1, 65_535),
        default=6334,
        metavar="PORT",
        help="port of its gRPC API",
    )
    group.add_argument(
        "--qdrant-delay",
        type=_milliseconds(60_000),
        default=0.0,
        metavar="MS",
        help="let the embedded engine answer this much later, as over a network",
    )


def _add_traffic_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("traffic; these take the place of what the workload says")
    group.add_argument(
        "--workload",
        type=Path,
        metavar="FILE",
        help="TOML file with endpoints and load; without it, or without endpoints in it, those "
        "of the OpenAPI document",
    )
    model = group.add_mutually_exclusive_group()
    model.add_argument(
        "--users", type=int, metavar="N", help="users that wait for their answers; default: 10"
    )
    model.add_argument("--rate", type=float, metavar="N", help="arrivals a second instead of users")
    group.add_argument(
        "--duration", type=float, metavar="SECONDS", help="of the traffic; default: 10"
    )
    group.add_argument(
        "--warmup", type=float, metavar="SECONDS", help="of traffic that is not counted; default: 1"
    )
    group.add_argument(
        "--think-time",
        type=seconds(0, _DAY),
        metavar="SECONDS",
        help="pause of a user between an answer and the next request; default: 0",
    )
    group.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="until a request fails; default: 10"
    )
    group.add_argument(
        "--side-by-side",
        action="store_true",
        help="let the groups of endpoints take turns, and compare them; without a workload a "
        "group is a tag of the OpenAPI document",
    )
    group.add_argument(
        "--rounds",
        type=whole(1, 1000),
        default=5,
        metavar="N",
        help="turns of each group with --side-by-side",
    )


def _add_report_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("verdict and report")
    group.add_argument(
        "--max-hold",
        type=_milliseconds(_DAY * 1000),
        default=100.0,
        metavar="MS",
        help="longest time for which one line may hold the loop at a stretch",
    )
    group.add_argument(
        "--max-held",
        type=_percent,
        default=25.0,
        metavar="PERCENT",
        help="largest share of the time in which lines may hold the loop",
    )
    group.add_argument("--json", type=Path, metavar="FILE", help="write the report as data, too")
    group.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page, too")
    group.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="write the probe's profile, for `flake8-qdrant check --profile FILE`",
    )


def _milliseconds(most: float) -> type[float]:
    def read(text: str) -> float:
        return _number(text, most, "number of milliseconds")

    return read  # type: ignore[return-value]  # argparse takes any function


def _percent(text: str) -> float:
    return _number(text, 100.0, "percentage")


def _number(text: str, most: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    # Written so that "nan" is refused, too.
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what} from 0 to {most:,.0f}")
    return number
