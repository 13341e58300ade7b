"""A user's service as a child process, with the probe around it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust_qdrant.child import Child
from locust_qdrant.errors import UsageError
from locust_qdrant.probe.loop_probe import TOKEN_VARIABLE
from locust_qdrant.redaction import mask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

#: Requests that are under way, the service's own shutdown, and a margin.
_STOPPING_SECONDS = 15.0
_LAST_LINES = 12
_LOG_BYTES = 20_000
_MODULE = "locust_qdrant.targets.http.hosted"


@dataclass(frozen=True)
class Launch:
    """How a service is started.

    Attributes:
        app: `module:attribute` of the ASGI application.
        folder: where it is imported from.
        root: the user's own code is what lies below it.
        python: the interpreter that runs it; empty for the one that runs this.
        factory: whether the attribute is a function that makes the application.
        environment: variables that the service gets beside ours.
        secrets: what must not be repeated from the service's log.
        patience: seconds until a service that does not serve is given up.
    """

    app: str
    folder: Path
    root: Path
    python: str = ""
    factory: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    patience: float = 60.0


def parse_app(text: str, *, factory: bool) -> tuple[str, bool]:
    """Return the import string of an application, and whether it is a function that makes it.

    Raises:
        UsageError: it is not of the form `module:attribute`.
    """
    app, called = (text[:-2], True) if text.endswith("()") else (text, factory)
    module, _, attribute = app.partition(":")
    parts = (*module.split("."), *attribute.split("."))
    if not all(part.isidentifier() for part in parts):
        raise UsageError(
            f"--app {text!r} is not of the form module:attribute, such as my_service.main:app."
        )
    return app, called


class HostedService:
    """A service under uvicorn on a free port of this machine; starting waits until it serves.

    As a context manager it stops at the end. It also ends when this process does.

    Args:
        launch: how it is started.

    Attributes:
        url: where it serves.
        token: what its profile asks for.
        openapi: path of its OpenAPI document; empty if it does not say.

    Raises:
        UsageError: it does not start; the message has the last lines that it wrote.
    """

    def __init__(self, launch: Launch) -> None:
        self.token = secrets.token_urlsafe()
        self._launch = launch
        self._cleanup = ExitStack()
        command = [*self._interpreter(), "--app", launch.app]
        command += ["--app-dir", str(launch.folder), "--root", str(launch.root)]
        if launch.factory:
            command.append("--factory")
        environment = {**os.environ, **launch.environment, TOKEN_VARIABLE: self.token}
        self._child = Child(command, environment)
        address = self._wait_until_up()
        self.url = f"http://127.0.0.1:{address['port']}"
        self.openapi: str = address["openapi"] or ""

    @property
    def pid(self) -> int:
        """The process id of the service."""
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """How the service ended, None while it runs."""
        return self._child.exit_code

    def said(self) -> list[str]:
        """Return the last lines that the service wrote, without secrets."""
        text = self._child.said(_LOG_BYTES)
        text = mask(text, (self.token, *self._launch.secrets))
        return text.strip().splitlines()[-_LAST_LINES:]

    def stop(self) -> None:
        """Stop the service; again, nothing happens."""
        try:
            self._child.stop(_STOPPING_SECONDS)
        finally:
            self._cleanup.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _interpreter(self) -> list[str]:
        """Return the command that runs our module, with whichever interpreter."""
        if not self._launch.python:
            return [sys.executable, "-m", _MODULE]
        # The other environment must see this package, and nothing else that is installed here.
        folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="locust-qdrant-"))
        package = Path(__file__).parents[1]
        shutil.copytree(package, Path(folder, package.name), ignore=_only_python)
        start = f"import sys; sys.path.append({folder!r}); from {_MODULE} import main; main()"
        return [self._launch.python, "-c", start]

    def _wait_until_up(self) -> dict[str, Any]:
        lines: list[str] = []
        reader = threading.Thread(
            target=lambda: lines.append(self._child.first_line()), daemon=True
        )
        reader.start()
        try:
            reader.join(self._launch.patience)
        except KeyboardInterrupt:
            self._give_up(reader)
            raise
        if lines and lines[0]:
            address: dict[str, Any] = json.loads(lines[0])
            return address
        how = (
            f"ended with exit code {self._child.wait()} before it served"
            if lines
            else f"did not serve within {self._launch.patience:g} s"
        )
        said = self.said()
        self._give_up(reader)
        shown = "".join(f"\n  {line}" for line in said)
        words = f" It said:{shown}" if said else " It said nothing."
        raise UsageError(f"The service {self._launch.app} {how}.{words}")

    def _give_up(self, reader: threading.Thread) -> None:
        self._child.kill()
        reader.join()
        self.stop()


def _only_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()]
