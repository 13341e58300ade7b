"""What all workers wrote and saw, brought to the master when a test ends."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import gevent
from locust.runners import MasterRunner

from locust_qdrant.ledger import Ledger
from locust_qdrant.locust_plugin.users import GRACE_SECONDS
from locust_qdrant.metrics.results import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust.env import Environment
    from locust.rpc import Message
    from locust.runners import WorkerRunner

logger = logging.getLogger(__name__)

_REQUEST = "qdrant_books_wanted"
_ANSWER = "qdrant_books"
#: Seconds beyond what its users may take to end: for the books of a million points on their way.
_MAIL_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class WorkerBooks(NamedTuple):
    """What one process knows of its part of a test.

    Attributes:
        ledger: what it wrote.
        answers: what it saw of the answers.
    """

    ledger: Ledger
    answers: Sequence[Answers]

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> WorkerBooks:
        """Return the books that were `data`.

        Raises:
            ValueError: this is none of `plain`.
        """
        try:
            answers = [
                Answers(**{**each, "examples": tuple(each["examples"])}) for each in data["answers"]
            ]
            return cls(Ledger.restored(data["ledger"]), answers)
        except (KeyError, TypeError) as error:
            raise ValueError("These are no books of a test.") from error

    def plain(self) -> dict[str, Any]:
        """Return the books in dictionaries, lists, strings and numbers; `restored` takes them."""
        return {"ledger": self.ledger.plain(), "answers": [asdict(each) for each in self.answers]}


def answer_with_books(runner: WorkerRunner, books: Callable[[], WorkerBooks | None]) -> None:
    """Let this worker end its test and send its books whenever the master asks for them."""

    def answer(**_: object) -> None:
        # A master that quits asks before it stops its workers, and stopping twice does no harm.
        runner.stop()
        known = books()
        runner.send_message(_ANSWER, {} if known is None else known.plain())

    runner.register_message(_REQUEST, answer)


class Mailbox:
    """Where the books arrive in a master; empty anywhere else."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._arrived: dict[str, WorkerBooks] = {}
        runner = environment.runner
        if isinstance(runner, MasterRunner):
            runner.register_message(_ANSWER, self._receive)

    def collect(self, workers: Sequence[str]) -> list[WorkerBooks]:
        """End the test on these workers and return their books; called in the hub.

        A worker that is gone or does not answer in time has none: there are fewer books then.
        """
        runner = self._environment.runner
        if not isinstance(runner, MasterRunner):
            return []
        self._arrived.clear()
        for worker in self._present(runner, workers):
            runner.send_message(_REQUEST, client_id=worker)
        deadline = self._environment.stop_timeout + GRACE_SECONDS + _MAIL_SECONDS
        with gevent.Timeout(deadline, False):
            while not self._arrived.keys() >= self._present(runner, workers):
                gevent.sleep(_LOOK_SECONDS)
        return [self._arrived[each] for each in workers if each in self._arrived]

    @staticmethod
    def _present(runner: MasterRunner, workers: Sequence[str]) -> set[str]:
        lost = {each.id for each in runner.clients.missing}
        return {each for each in workers if each in runner.clients and each not in lost}

    def _receive(self, msg: Message, **_: object) -> None:
        try:
            self._arrived[msg.node_id] = WorkerBooks.restored(msg.data)
        except ValueError as error:
            logger.warning("What the worker %s sent: %s", msg.node_id, error)
