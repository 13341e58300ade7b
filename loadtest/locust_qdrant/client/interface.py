"""What makes the clients of a test, whatever they talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.client.recording import Calls
    from locust_qdrant.metrics.results import Client


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
