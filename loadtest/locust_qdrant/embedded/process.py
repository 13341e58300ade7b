"""The embedded engine as a child process: for a load test without a host, the demo and tests."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from locust_qdrant.child import Child, module_command
from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

API_KEY_VARIABLE = "QDRANT__SERVICE__API_KEY"
# Longer than the server itself waits for its engine.
#: Seconds that it gets until it says where it is.
STARTING_SECONDS = 120.0
_STOPPING_SECONDS = 60.0
_LOG_BYTES = 20_000


class EmbeddedServer:
    """A server of the embedded engine, in a process of its own that ends with this one.

    Starting waits until the server answers. As a context manager it stops at the end.

    Args:
        data: The folder to store in; by default a temporary one, removed at the end.
        port: The port for REST; 0 is any free one.
        grpc_port: The port for gRPC; 0 is any free one.
        api_key: The key that every client must send, if any.

    Raises:
        UsageError: A port is taken, or the data folder cannot be used.
    """

    def __init__(
        self,
        data: Path | None = None,
        *,
        port: int = 0,
        grpc_port: int = 0,
        api_key: str | None = None,
    ) -> None:
        command = [*module_command("locust_qdrant.embedded"), "--json", "--stop-on-eof"]
        command += ["--port", str(port), "--grpc-port", str(grpc_port)]
        if data is not None:
            command += ["--data", str(data)]
        # The environment, unlike the command line, is not for everyone to read.
        environment = {k: v for k, v in os.environ.items() if k != API_KEY_VARIABLE}
        if api_key is not None:
            environment[API_KEY_VARIABLE] = api_key
        self._child = Child(command, environment)
        addresses = self._wait_until_up()
        self.url: str = addresses["url"]
        self.grpc_port: int = addresses["grpc_port"]

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._child.pid

    def stop(self) -> int:
        """Stop the server cleanly, and return its exit code; again, nothing happens."""
        return self._child.stop(_STOPPING_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_up(self) -> dict[str, Any]:
        began = time.monotonic()
        line = self._child.first_line(STARTING_SECONDS)
        if line:
            addresses: dict[str, Any] = json.loads(line)
            return addresses
        self._child.wait()
        said = self._child.said(_LOG_BYTES).strip().splitlines()
        self.stop()
        late = time.monotonic() - began >= STARTING_SECONDS
        within = f" within {STARTING_SECONDS:g} s: the machine is too busy" if late else ""
        sentence = said[-1] if said and not late else f"the embedded engine did not start{within}"
        raise UsageError(sentence.removeprefix("locust-qdrant: "))
