"""A user whose processor several programs use as well, from when the users are there."""

import os
import subprocess
import sys
from pathlib import Path

from locust import constant, events, task
from locust_qdrant import AsyncQdrantUser

BURNERS: list[subprocess.Popen[bytes]] = []


@events.spawning_complete.add_listener
def starve(**_: object) -> None:
    first = {min(os.sched_getaffinity(0))}
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), first)
    BURNERS.extend(subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4))


@events.test_stop.add_listener
def feed(**_: object) -> None:
    for each in BURNERS:
        each.kill()
        each.wait()


class Reader(AsyncQdrantUser):
    wait_time = constant(0.001)

    @task
    async def look(self) -> None:
        await self.client.get_collections()
