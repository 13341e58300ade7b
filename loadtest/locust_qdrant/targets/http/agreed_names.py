"""Where the test meets the service: paths and variables that both sides know."""

from __future__ import annotations

#: An endpoint that does nothing, beside those of the service.
HEARTBEAT_PATH = "/-/heartbeat"

#: Ends a span of time in which the probe looked, and begins the next.
SPAN_PATH = "/-/loop-span"

#: How a service under test learns where its Qdrant is.
URL_VARIABLE = "QDRANT_URL"
HOST_VARIABLE = "QDRANT_HOST"
PORT_VARIABLE = "QDRANT_PORT"
GRPC_PORT_VARIABLE = "QDRANT_GRPC_PORT"
