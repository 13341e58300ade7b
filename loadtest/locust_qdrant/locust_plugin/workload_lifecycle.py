"""A workload in Locust's tests: its collection is there before the traffic, and read back after."""

from __future__ import annotations

import atexit
import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import gevent
from locust import events
from locust.exception import StopTest
from locust.runners import MasterRunner, WorkerRunner

from locust_qdrant.checks import answers as answers_check
from locust_qdrant.checks import ledger as ledger_check
from locust_qdrant.checks import required
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.checks.loading import load_answer_checks
from locust_qdrant.client.factory import ClientSettings
from locust_qdrant.config.model import as_data
from locust_qdrant.errors import UsageError
from locust_qdrant.exit_codes import FAILED, INVALID, PASSED
from locust_qdrant.interrupts import interruptible
from locust_qdrant.ledger import Audit, Ledger
from locust_qdrant.locust_plugin import options
from locust_qdrant.locust_plugin.ledger_sync import Mailbox, WorkerBooks, answer_with_books
from locust_qdrant.locust_plugin.session import quieten_request_log
from locust_qdrant.locust_plugin.target_users import user_class
from locust_qdrant.targets.qdrant.answer_log import merge
from locust_qdrant.targets.qdrant.state import WorkloadState
from locust_qdrant.targets.qdrant.target import QdrantTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from locust.env import Environment

    from locust_qdrant.config.model import Workload
    from locust_qdrant.locust_plugin.users import AsyncQdrantUser, SyncQdrantUser

logger = logging.getLogger(__name__)

#: Where the master's choices travel to the workers: with the options of the command line.
_OPTION = "qdrant_workload_run"
#: How long a master that leaves early waits for the workers it started itself to report.
_ARRIVAL_SECONDS = 10.0
_LOOK_SECONDS = 0.05


class StagedCollection(Protocol):
    """The collection that the traffic goes to, for one process to make, read and remove."""

    def open(self, settings: ClientSettings, state: WorkloadState, name: str) -> str:
        """Create and fill it, and return what to know about it; raises `UsageError`."""

    def read_back(self, ledger: Ledger, state: WorkloadState) -> Audit:
        """Return how what is there compares with the books."""

    def close(self) -> str:
        """Remove it, if it is there, and return what could not be removed."""


class _Run(NamedTuple):
    """What all processes of one test have to agree on.

    Attributes:
        collection: name of the collection.
        run_id: what makes the ids of its points.
        workers: the processes that make traffic, as Locust calls them; empty for one alone.
    """

    collection: str
    run_id: int
    workers: list[str]


class _Prepared(NamedTuple):
    """A collection that is filled, and waits for the next test."""

    run: _Run
    state: WorkloadState


class WorkloadLifecycle:
    """The tests of one workload in this process.

    Attributes:
        target: who performs; None while no test runs that this process has a part in.
    """

    def __init__(self, workload: Workload, target: StagedCollection) -> None:
        self._workload = workload
        self.target: QdrantTarget | None = None
        self._target = target
        self._prepared: _Prepared | None = None
        self._run: _Run | None = None
        self._state: WorkloadState | None = None

    def join(self, environment: Environment, **_: object) -> None:
        """Take part in the tests of `environment`; a listener of Locust's `init`."""
        hooks = environment.events
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            hooks.test_start.add_listener(lambda **_: self._enter(environment, runner.client_id))
            answer_with_books(runner, self._books)
            return
        mailbox = Mailbox(environment)
        if options.starts_by_itself(environment):
            # The clock of --run-time starts with the test, and filling may take longer than that.
            self._prepare_or_leave(environment)
        hooks.test_start.add_listener(self._open)
        hooks.test_stop.add_listener(lambda **_: self._close(environment, mailbox))
        # Locust decides on its exit code before it ends a test that Ctrl-C interrupts.
        hooks.quitting.add_listener(_stop)

    @property
    def think_seconds(self) -> float:
        """Pause of a user between an answer and its next request."""
        return self._workload.load.think_seconds

    def step(self) -> str:
        """Return an empty name: Locust says when traffic begins and ends."""
        return ""

    def settings(self, environment: Environment, host: str | None) -> ClientSettings:
        """Return the workload's settings, but for the options of Locust's that were used."""
        return merged(options.settings_from(environment, host, {}, {}), self._workload.client)

    def _enter(self, environment: Environment, own: str) -> None:
        quieten_request_log()
        given = getattr(environment.parsed_options, _OPTION, None)
        if not given:  # The master could not make the collection, and has said so.
            self.target = self._state = None
            return
        run = _Run(*given)
        if own not in run.workers:
            self.target = self._state = None
            logger.error(
                "This worker came after the test had started, and the points are divided among the "
                "others: its users leave. It will have a part in the next test."
            )
            return
        worker = run.workers.index(own)
        self._state = self._state_of(run, worker)
        self.target = self._target_of(self._state, worker)

    def _books(self) -> WorkerBooks | None:
        if self._state is None or self.target is None:
            return None
        return WorkerBooks(self._state.ledger, self.target.answers.take())

    def _prepare_or_leave(self, environment: Environment) -> None:
        try:
            with interruptible():
                self._prepare(environment)
        except (UsageError, StopTest) as error:
            logger.error("%s", error)  # noqa: TRY400 - a sentence for the user
            _dismiss_workers(environment)
            raise SystemExit(2) from None
        except KeyboardInterrupt:
            logger.error("Interrupted before the test began.")  # noqa: TRY400 - as above
            self._remove_or_say()
            _dismiss_workers(environment)
            raise SystemExit(130) from None

    def _prepare(self, environment: Environment) -> None:
        """Make and fill the collection of the next test."""
        quieten_request_log()
        settings = self.settings(environment, _host(environment))
        name = self._workload.collection.name or f"locust_qdrant_{secrets.token_hex(4)}"
        run = _Run(name, secrets.randbits(63), [])
        state = self._state_of(run, 0)
        # Whoever leaves without a test, such as a master that waits in vain, removes it, too.
        atexit.register(self._remove_or_say)
        note: str = _beside_the_hub(self._target.open, settings, state, name)
        if note:
            logger.warning("%s", note)
        self._prepared = _Prepared(run, state)

    def _open(self, environment: Environment, **_: object) -> None:
        runner = environment.runner
        workers = (
            [each.id for each in runner.clients.ready] if isinstance(runner, MasterRunner) else []
        )
        setattr(environment.parsed_options, _OPTION, [])
        try:
            if self._prepared is None:
                self._prepare(environment)
        except (UsageError, StopTest) as error:
            logger.error("%s", error)  # noqa: TRY400 - a sentence for the user
            environment.process_exit_code = 2
            if runner is not None:
                gevent.spawn(runner.quit)
        if self._prepared is None:
            return
        (run, state), self._prepared = self._prepared, None
        self._run, self._state = run._replace(workers=workers), state
        if workers:
            setattr(environment.parsed_options, _OPTION, list(self._run))
        else:
            self.target = self._target_of(state, 0)

    def _close(self, environment: Environment, mailbox: Mailbox) -> None:
        run, state, own = self._run, self._state, self._books()
        self.target = self._run = self._state = None
        said = []
        if run and state:
            books = [*([own] if own else []), *mailbox.collect(run.workers)]
            said = self._judge(run, state, books, environment.stats.total.num_requests)
        left = self._remove()
        if left:
            why = (left,)
            said.append(CheckResult("left behind", "something", "nothing", Verdict.FAILED, why))
        for check in said:
            level = logging.ERROR if check.fails else logging.INFO
            name = check.name.capitalize()
            logger.log(level, "%s: %s (limit: %s)", name, check.figure, check.limit)
            for line in check.evidence:
                logger.log(level, "%s: %s", name, line)
        # To fail says more than that the figures are invalid.
        fine = environment.process_exit_code in {None, PASSED, INVALID}
        if fine and any(check.fails for check in said):
            environment.process_exit_code = FAILED

    def _judge(
        self, run: _Run, state: WorkloadState, books: Sequence[WorkerBooks], requests: int
    ) -> list[CheckResult]:
        """Return what is to be said of a test, as far as Locust does not say it."""
        said = [ledger_check.assess(self._read_back(run, state, books))]
        needed = required(as_data(self._workload), self._workload.path)
        if "answers" in needed:
            seen = merge(each for process in books for each in process.answers)
            said.append(answers_check.assess(seen))
        verdict = Verdict.PASSED if requests else Verdict.FAILED
        said.append(CheckResult("requests", f"{requests:,} made", "at least one", verdict))
        return [replace(each, required=each.name in needed) for each in said]

    def _read_back(self, run: _Run, state: WorkloadState, books: Sequence[WorkerBooks]) -> Audit:
        others = (each.ledger for each in books if each.ledger is not state.ledger)
        ledger = Ledger.merge([state.ledger, *others])
        lacking = len(run.workers) - len(books)
        if run.workers and lacking:
            reason = f"{lacking} of {len(run.workers)} workers left without their books"
            return Audit.unread(ledger, reason)
        audit: Audit = _beside_the_hub(self._target.read_back, ledger, state)
        return audit

    def _remove(self) -> str:
        """Remove the collection, or what is of this test in it; return what stays, in words."""
        self._prepared = None
        problem: str = _beside_the_hub(self._target.close)
        return problem

    def _remove_or_say(self) -> None:
        left = self._remove()
        if left:
            logger.error("%s", left)

    def _target_of(self, state: WorkloadState, worker: int) -> QdrantTarget:
        return QdrantTarget(state, worker, load_answer_checks(self._workload.answer_checks))

    def _state_of(self, run: _Run, worker: int) -> WorkloadState:
        return WorkloadState(
            self._workload,
            run.collection,
            worker=worker,
            workers=max(1, len(run.workers)),
            run_id=run.run_id,
        )


def staged_user(
    workload: Workload, target: StagedCollection
) -> type[AsyncQdrantUser] | type[SyncQdrantUser]:
    """Return the class of the users that perform the mix of `workload` on `target`."""
    lifecycle = WorkloadLifecycle(workload, target)
    events.init.add_listener(lifecycle.join)
    return user_class("WorkloadUser", lifecycle, blocking=workload.path == "sync")


def merged(given: ClientSettings, wanted: Mapping[str, Any]) -> ClientSettings:
    """Return `given`, with what a workload asks for wherever it has a default."""
    default = ClientSettings("")
    untouched = {
        name: value
        for name, value in wanted.items()
        if getattr(given, name) == getattr(default, name)
    }
    return replace(given, **untouched)


def _stop(environment: Environment, **_: object) -> None:
    if environment.runner is not None:
        environment.runner.stop()


def _dismiss_workers(environment: Environment) -> None:
    """Let the workers of a master that leaves before its test leave, too."""
    runner = environment.runner
    if not isinstance(runner, MasterRunner):
        return
    # Locust forgets those of --processes that still run when it ends: unless they are told, they
    # wait a minute for the master's heartbeat. One can be told only after it has reported.
    started = getattr(environment.parsed_options, "processes", None) or 0
    with gevent.Timeout(_ARRIVAL_SECONDS, False):
        while len(runner.clients) < started:
            gevent.sleep(_LOOK_SECONDS)
    runner.quit()


def _host(environment: Environment) -> str | None:
    hosts = (each.host for each in environment.user_classes if each.host)
    return environment.host or next(hosts, None)


def _beside_the_hub(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    # In a thread, so that a master goes on to answer its workers meanwhile. An error is handed over
    # as a value: gevent prints the traceback of what leaves a thread of its pool.
    def call() -> tuple[Any, Exception | None]:
        try:
            return function(*arguments), None
        except Exception as error:  # noqa: BLE001 - raised again below
            return None, error

    result, error = gevent.get_hub().threadpool.apply(call)
    if error is not None:
        raise error
    return result
