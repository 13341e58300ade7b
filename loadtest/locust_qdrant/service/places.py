"""Where the test meets the service: paths and variables that both sides know."""

from __future__ import annotations

#: An endpoint that does nothing, beside those of the service.
HEARTBEAT_PATH = "/-/heartbeat"

#: Ends a span of time in which the probe looked, and begins the next.
SPAN_PATH = "/-/loop-span"

#: Where `LoopProbe` serves its profile, unless told otherwise.
PROFILE_PATH = "/-/loop-profile"

#: Where `LoopProbe` finds its token, unless told otherwise.
TOKEN_VARIABLE = "LOCUST_QDRANT_PROBE_TOKEN"  # noqa: S105 - the name of a variable

#: How a service under test learns where its Qdrant is.
URL_VARIABLE = "QDRANT_URL"
HOST_VARIABLE = "QDRANT_HOST"
PORT_VARIABLE = "QDRANT_PORT"
GRPC_PORT_VARIABLE = "QDRANT_GRPC_PORT"
