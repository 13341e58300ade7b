"""Users that write down what happens to them, one line each, to the file that TASK_LOG names."""

import asyncio
import os
import sys
import time
from pathlib import Path

from locust import SequentialTaskSet, TaskSet, constant, events, tag, task
from locust.exception import RescheduleTaskImmediately, StopTest, StopUser
from locust_qdrant import AsyncQdrantUser, SyncQdrantUser

LOG = Path(os.environ["TASK_LOG"])
NOBODY = "http://127.0.0.1:9"  # nothing listens on the discard port


def note(text: str) -> None:
    with LOG.open("a") as log:
        log.write(f"{text}\n")


def times(text: str) -> int:
    return LOG.read_text().split().count(text) if LOG.exists() else 0


@events.user_error.add_listener
def on_user_error(exception: Exception, **_: object) -> None:
    note(f"error:{exception}")


class Offline(AsyncQdrantUser):
    """Talks to nobody."""

    abstract = True
    host = NOBODY


class NotesStop(Offline):
    """Writes down when it is stopped."""

    abstract = True

    async def on_stop(self) -> None:
        note("stop")


class OfflineThread(SyncQdrantUser):
    """Talks to nobody, in a thread."""

    abstract = True
    host = NOBODY


class Ordinary(Offline):
    """Hooks of both kinds, and a task that ends the test."""

    wait_time = constant(0.01)

    async def on_start(self) -> None:
        note("start")

    def on_stop(self) -> None:
        note("stop")

    @task
    async def work(self) -> None:
        note("work")
        if times("work") == 3:
            self.environment.runner.quit()


class Leaves(NotesStop):
    """Ends by itself."""

    @task
    async def work(self) -> None:
        note("work")
        raise StopUser


class Wanders(Offline):
    """Goes into a nested task set, and back."""

    wait_time = constant(0)

    @task
    class Inside(SequentialTaskSet):
        async def on_start(self) -> None:
            note("enter")

        def on_stop(self) -> None:
            note("leave")

        @task
        async def first(self) -> None:
            note("first")
            await self.wait()

        @task
        async def second(self) -> None:
            note("second")
            if times("second") == 2:
                raise StopUser
            self.interrupt()


class Reschedules(Offline):
    """Would wait for ever, if its task did not ask for the next one at once."""

    wait_time = constant(1000)

    @task
    async def work(self) -> None:
        note("work")
        if times("work") == 3:
            raise StopUser
        raise RescheduleTaskImmediately


class Fails(Offline):
    """Has a bug; goes on after it."""

    wait_time = constant(0)

    @task
    async def work(self) -> None:
        note("work")
        if times("work") == 2:
            raise StopUser
        raise ValueError("a-bug")


class Waits(NotesStop):
    """Is asleep when the test ends."""

    wait_time = constant(1000)

    @task
    async def work(self) -> None:
        note("work")


class Slow(NotesStop):
    """Is in the middle of a task when the test ends."""

    @task
    async def work(self) -> None:
        note("work")
        await asyncio.sleep(5)
        note("finished")


class Restless(NotesStop):
    """Never waits between two tasks."""

    @task
    async def work(self) -> None:
        await asyncio.sleep(0.01)
        raise RescheduleTaskImmediately


class Alternates(Offline):
    """Never waits between tasks, which let the others run; notes in how many turns of the loop."""

    there = turns = ran = 0

    def on_start(self) -> None:
        Alternates.there += 1

    @staticmethod
    def turn() -> None:
        Alternates.turns += 1
        asyncio.get_running_loop().call_soon(Alternates.turn)

    @task
    async def work(self) -> None:
        await asyncio.sleep(0)
        if Alternates.there < 2:
            return
        if not Alternates.turns:
            self.turn()
        Alternates.ran += 1
        if Alternates.ran == 200:
            note(f"turns {Alternates.turns}")
            self.environment.runner.quit()


class Hurries(Offline):
    """Never waits, neither in its task nor between two of them."""

    @task
    async def work(self) -> None:
        asyncio.get_running_loop().call_soon(note, "others")
        note("work")
        if times("work") == 3:
            self.environment.runner.quit()


class Exits(Offline):
    """Ends the process, as a script does."""

    @task
    async def work(self) -> None:
        await asyncio.sleep(0.5)
        note("work")
        sys.exit(7)


class Tagged(Offline):
    """Has a task for each tag."""

    wait_time = constant(0.01)

    @tag("read")
    @task
    async def read(self) -> None:
        note("read")

    @tag("write")
    @task
    async def write(self) -> None:
        note("write")
        if times("write") == 5:
            raise StopUser


class Stuck(Offline):
    """Blocks the loop for longer than anybody waits."""

    @task
    async def work(self) -> None:
        note("work")
        time.sleep(1000)  # noqa: ASYNC251 - to block the loop is the point


class Heard(Offline):
    """Its requests have a listener that ends the test."""

    wait_time = constant(0.01)

    def context(self) -> dict[str, str]:
        return {"end": "please"}

    @task
    async def work(self) -> None:
        await self.client.get_collections()


@events.request.add_listener
def end_if_asked(context: dict[str, str], exception: Exception, **_: object) -> None:
    if "end" in context:
        note(type(exception.__cause__).__name__)
        raise StopTest("enough")


class Threaded(OfflineThread):
    """The same as Ordinary, in a thread."""

    wait_time = constant(0.01)

    def on_start(self) -> None:
        note("start")

    def on_stop(self) -> None:
        note("stop")

    @task
    def work(self) -> None:
        note("work")
        if times("work") == 3:
            self.environment.runner.quit()


class ThreadedWaits(OfflineThread):
    """Is asleep when the test ends."""

    wait_time = constant(1000)

    def on_stop(self) -> None:
        note("stop")

    @task
    def work(self) -> None:
        note("work")


class Mistaken(OfflineThread):
    """Has a task that needs an event loop, and none to run it on."""

    wait_time = constant(1000)

    @task
    async def work(self) -> None:
        note("never")


class Homeless(AsyncQdrantUser):
    """Knows no host."""

    @task
    async def work(self) -> None:
        note("never")


class Nested(Offline):
    """A task set whose wait time is its own."""

    wait_time = constant(1000)

    @task
    class Inside(TaskSet):
        wait_time = constant(0)

        @task
        async def work(self) -> None:
            note("work")
            if times("work") == 3:
                raise StopUser


class Blocks(Offline):
    """Does what QDR101 is about."""

    wait_time = constant(0.01)

    @task
    async def work(self) -> None:
        time.sleep(0.3)  # noqa: ASYNC251 - to block the loop is the point
        note("work")
