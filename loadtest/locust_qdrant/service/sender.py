"""One request: its placeholders filled, sent, and its answer looked at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from locust_qdrant.service.filling import fill, fill_path, query_pairs
from locust_qdrant.service.masking import mask
from locust_qdrant.service.tally import cut

if TYPE_CHECKING:
    from collections.abc import Collection

    from locust_qdrant.service.filling import Filler
    from locust_qdrant.service.spec import Endpoint

#: What is raised when there was no answer.
NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


class Sender:
    """Sends requests to one service.

    Args:
        session: makes the requests.
        base: address of the service, without a slash at the end.
        filler: fills the placeholders.
        secrets: what must not be repeated from an answer.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        filler: Filler,
        secrets: Collection[str] = (),
    ) -> None:
        self.session = session
        self._base = base
        self._filler = filler
        self._secrets = secrets

    async def send(self, endpoint: Endpoint) -> tuple[int, str]:
        """Send one request; return the status code, and the body, cut, if the code is not right.

        Raises:
            aiohttp.ClientError: there was no answer; also an OSError or a TimeoutError.
        """
        values = self._filler.values(endpoint)
        async with self.session.request(
            endpoint.method,
            self._base + fill_path(endpoint.path, values),
            params=query_pairs(fill(endpoint.query, values)),
            headers={name: str(each) for name, each in fill(endpoint.headers, values).items()},
            json=fill(endpoint.json, values),
            data=None if endpoint.body is None else str(fill(endpoint.body, values)).encode(),
        ) as answer:
            content = await answer.read()
        if endpoint.is_right(answer.status):
            return answer.status, ""
        return answer.status, cut(mask(content.decode("utf-8", "replace"), self._secrets))


def reason(error: BaseException) -> str:
    """Return in a few words why there was no answer."""
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection refused"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.ClientOSError):
        return "connection reset"
    return type(error).__name__
