"""A worker whose C library would wait for ever on exit, as it does after some native libraries."""

import ctypes

from locust import events, task
from locust.runners import WorkerRunner
from locust_qdrant import AsyncQdrantUser


@events.init.add_listener
def never_exit(environment, **_: object) -> None:
    if isinstance(environment.runner, WorkerRunner):
        libc = ctypes.CDLL(None)
        libc.__cxa_atexit(libc.pause, None, None)


class Idle(AsyncQdrantUser):
    host = "http://127.0.0.1:9"

    @task
    async def nothing(self) -> None:
        await self.wait()
