"""What every target is: what a virtual user can do, and what makes its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping, Sequence

    from locust_qdrant.client.recording import Calls
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.results import Answers, Client, Lateness


class Target(Protocol):
    """What virtual users drive in one process: Qdrant's operations, or a service's endpoints."""

    @property
    def ledger(self) -> Ledger | None:
        """What was written, to be read back; None where nothing is."""

    def virtual_user(self) -> Any:  # noqa: ANN401 - each target has its own
        """Return a new virtual user, which has one request under way at a time."""

    async def perform_async(
        self,
        client: Any,  # noqa: ANN401 - what its settings make
        virtual_user: Any,  # noqa: ANN401 - as above
        step: str,
        intended: float | None = None,
        ready: float | None = None,
    ) -> None:
        """Send the next request of a virtual user.

        Args:
            client: with what.
            virtual_user: whose turn it is; it has nothing else under way.
            step: name of the stage of the run.
            intended: when the request was due, in seconds since the epoch; None in a closed model.
            ready: since when a user of a closed model has waited for the event loop to make it, in
                seconds since the epoch; None if nobody knows.
        """

    def perform(self, client: Any, virtual_user: Any, step: str) -> None:  # noqa: ANN401 - as above
        """Do the same in a thread, with a client that blocks."""

    def take_answers(self) -> Sequence[Answers]:
        """Return what was seen of the answers since the last time."""

    def queries(self) -> Iterator[Mapping[str, Any]] | None:
        """Return the queries whose recall can be measured; None where there are none."""

    def heartbeat(self, client: Any) -> Coroutine[None, None, None] | None:  # noqa: ANN401 - as above
        """Return what beats beside the traffic; None for the heartbeat of this program's loop."""

    def beats(self) -> Sequence[Lateness]:
        """Return the beats of `heartbeat` so far; safe from any thread."""


class TargetSpec(Protocol):
    """What a target is made from, in any process; so it can be pickled."""

    def build(self, worker: int, workers: int) -> Target:
        """Return the target of one of several processes.

        Args:
            worker: its number, from zero.
            workers: number of processes.
        """


class ClientFactory(Protocol):
    """How the clients are made; the same in every process of a test, so it can be pickled."""

    @property
    def url(self) -> str:
        """Address of the server."""

    @property
    def timeout(self) -> float:
        """Seconds until a request fails."""

    @property
    def clients(self) -> int:
        """Number of clients that the users of a process share."""

    @property
    def most_in_flight(self) -> int:
        """Number of requests that these clients can have under way without a queue of their own."""

    def describe(self) -> str:
        """Return one line for a report, without secrets."""

    def ports(self) -> set[int]:
        """Return the ports that a client may connect to."""

    def make_async(self, calls: Calls) -> Any:  # noqa: ANN401 - of whatever class the target drives
        """Return an asynchronous client that records its calls; to be called on its loop."""

    def make_sync(self, calls: Calls) -> Any:  # noqa: ANN401 - as above
        """Return a blocking client that records its calls."""

    async def first_call(self) -> None:
        """Make a call that nobody records, so that no request pays for what it imports."""

    def connections_opened(self, client: Any) -> int | None:  # noqa: ANN401 - as above
        """Return how many connections a client has opened; None where nobody could count."""

    def facts(self, clients: Sequence[Any]) -> Client | None:
        """Return what is known of clients whose traffic is over; None where nobody looked."""
