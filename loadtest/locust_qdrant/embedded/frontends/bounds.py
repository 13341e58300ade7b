"""An HTTP connection that waits for nobody for ever, and keeps no headers without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

# As in actix, under Qdrant: so long may a request's head take.
HEAD_SECONDS = 5.0
# And so long may nothing come of its body.
BODY_SECONDS = 60.0
HEAD_BYTES = 128 * 1024


class BoundedProtocol(HttpToolsProtocol):
    """Closes connections whose request does not arrive, or whose head is too large."""

    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request."""
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect(None)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect the rest of the head."""
        self._head_bytes = 0
        self._expect(HEAD_SECONDS)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line to the head."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header to the head."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Expect the body."""
        self._expect(BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Expect the rest of the body."""
        self._expect(BODY_SECONDS)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing: the request is here."""
        self._expect(None)
        super().on_message_complete()

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > HEAD_BYTES:
            # Uvicorn answers 400 to what its parser's callbacks refuse, and closes.
            raise ValueError("the head of the request is too large")

    def _expect(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()
