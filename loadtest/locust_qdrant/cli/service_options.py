"""The options of `locust-qdrant service`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from locust_qdrant.cli.argument_types import add_key, milliseconds, number, seconds, whole
from locust_qdrant.cli.output_options import add_allow_invalid, add_output_options
from locust_qdrant.cli.run_options import add_load_options, add_workload_options
from locust_qdrant.probe.loop_probe import TOKEN_VARIABLE

if TYPE_CHECKING:
    from argparse import ArgumentParser

_DAY = 86_400.0
#: What counts where an option is not given, which is None then: so it is known what was.
START_SECONDS, GRPC_PORT, ROUNDS = 60.0, 6334, 5
MOST_HOLD_MS, MOST_HELD_PERCENT = 100.0, 25.0


def add_options(parser: ArgumentParser) -> None:
    """Add all options."""
    add_workload_options(parser, "examples/fastapi_service/workload.toml", "traffic.users=20")
    _add_service_options(parser)
    _add_qdrant_options(parser)
    _add_traffic_options(parser)
    _add_verdict_options(parser)
    add_output_options(parser, "record", "html", "json", "junit", "markdown", "profile")


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
        "--app-dir",
        type=Path,
        metavar="FOLDER",
        help="where to import it from (default: the current folder)",
    )
    group.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="your own code, to which lines are blamed, is what lies below this folder, without "
        "installed packages (default: %(default)s)",
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
        metavar="TIME",
        help=f"until a service that was started has to serve (default: {START_SECONDS:g})",
    )
    group.add_argument("--host", metavar="URL", help="test this running service instead")
    group.add_argument(
        "--probe-token",
        metavar="TOKEN",
        help="token of the LoopProbe in the running service; better in the environment variable "
        f"{TOKEN_VARIABLE}; without one, no line is blamed",
    )
    group.add_argument(
        "--heartbeat",
        metavar="PATH",
        help="an endpoint of the running service that does nothing, such as /health",
    )
    group.add_argument(
        "--openapi",
        metavar="PATH",
        help="where the service has its OpenAPI document (default: where FastAPI says, or "
        "/openapi.json)",
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
    add_key(group, "--qdrant-grpc-port", "client.grpc_port", "PORT", "port of its gRPC API")
    group.add_argument(
        "--qdrant-delay",
        type=milliseconds(60_000),
        default=0.0,
        metavar="MS",
        help="let the embedded engine answer this much later, as over a network (default: 0)",
    )


def _add_traffic_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("traffic")
    add_load_options(group)
    add_key(group, "--timeout", "client.timeout", "TIME", "until a request fails")
    group.add_argument(
        "--side-by-side",
        action="store_true",
        help="let the groups of endpoints take turns, and compare them; without a workload a "
        "group is a tag of the OpenAPI document",
    )
    group.add_argument(
        "--rounds",
        type=whole(1, 1000),
        metavar="N",
        help=f"turns of each group with --side-by-side (default: {ROUNDS})",
    )


def _add_verdict_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("verdict")
    add_allow_invalid(group)
    group.add_argument(
        "--max-hold",
        type=milliseconds(_DAY * 1000),
        metavar="MS",
        help="longest time for which one line may hold the loop at a stretch "
        f"(default: {MOST_HOLD_MS:g})",
    )
    group.add_argument(
        "--max-held",
        type=number(0, 100, "percentage"),
        metavar="PERCENT",
        help="largest share of the time in which lines may hold the loop "
        f"(default: {MOST_HELD_PERCENT:g})",
    )
