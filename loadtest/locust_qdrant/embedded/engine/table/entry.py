"""What stands in the table: an operation, and how it is reached over REST and gRPC."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from locust_qdrant.embedded.engine.rest import writing
from locust_qdrant.embedded.engine.rest.reading import BodyReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call

    Run = Callable[[Catalog, Call], Any]

COLLECTION = "/collections/{collection}"
POINTS = f"{COLLECTION}/points"
# The parameters that may follow a route's `?`.
WRITE = ("wait", "ordering", "timeout")
READ = ("consistency", "timeout")
CHANGE = ("timeout",)


@dataclass(frozen=True)
class Rest:
    """How an operation is reached over REST.

    `body` is the model of the request, `older` says that it is put as a query first, `write` makes
    JSON of the result, and `bare` results are sent without Qdrant's envelope.
    """

    route: str
    body: Any = None
    write: Callable[[Any], Any] = writing.as_it_is
    older: bool = False
    bare: bool = False
    parameters: tuple[str, ...] = ()

    @cached_property
    def reader(self) -> BodyReader | None:
        """What reads the body; None if there is none."""
        return None if self.body is None else BodyReader(self.body)


@dataclass(frozen=True)
class Grpc:
    """How an operation is reached over gRPC."""

    method: str
    request: Any
    read: Callable[[Any], Call]
    write: Callable[[Any], dict[str, Any]]
    response: Any


@dataclass(frozen=True)
class ServedOperation:
    """What a server can be asked to do."""

    run: Run
    rest: tuple[Rest, ...] = ()
    grpc: tuple[Grpc, ...] = ()
