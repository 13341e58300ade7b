"""Threads must be real: avoid, or undo, what importing Locust lets gevent do; see `SEEN_WITH`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gevent import monkey

#: The newest version of gevent that all of this was seen to work with.
SEEN_WITH = "26.9"

_SKIP = "LOCUST_SKIP_MONKEY_PATCH"


def ensure_native_threads() -> None:
    """Make sure that threads, sockets and event loops are the real ones; call it first of all.

    `import locust` replaces them by gevent's, and then gRPC for asyncio never returns from its
    first call. Locust leaves them alone when `LOCUST_SKIP_MONKEY_PATCH` is set before it is
    imported. A locustfile comes too late for that, so the `locust` command is started once more,
    with it set.

    Raises:
        ImportError: threads are replaced already, and this process is not the `locust` command.
    """
    if not monkey.is_module_patched("threading"):
        os.environ[_SKIP] = "1"
        if is_locust_command():
            _patch_what_its_command_needs()
        return
    if _SKIP in os.environ or not is_locust_command():
        raise ImportError(
            "gevent has replaced Python's threads in this process, and asyncio with gRPC would "
            f"hang: set the environment variable {_SKIP}=1 before Locust is imported, and import "
            "nothing that calls gevent.monkey.patch_all()."
        )
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, _SKIP: "1"})  # noqa: S606 - this same command


def _patch_what_its_command_needs() -> None:
    # The command waits with time.sleep, forks its workers and waits for them. Without these three,
    # `--processes` never gets ready and its exit ends in a ChildProcessError. A program that only
    # imports this package keeps its own: a patched fork takes the end of every child process.
    monkey.patch_time()
    monkey.patch_os()
    monkey.patch_signal()
    # Newer versions of gevent also put off every `os.close` until their hub runs. A pipe to a child
    # process then stays open, and whoever waits for its end waits for ever.
    os.close = monkey.get_original("os", "close")


def is_locust_command() -> bool:
    """Tell whether this process is the command `locust`."""
    path = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "")
    is_script = path.name in {"locust", "locust.exe", "locust-script.py"}
    is_module = path.name == "__main__.py" and path.parent.name == "locust"
    return is_script or is_module
