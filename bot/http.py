"""A small HTTP/1.1 server side for one JSON endpoint: a general framework costs half as much again as a whole turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Optional

import httptools

LARGEST_BODY = 256 * 1024  # bytes
IDLE = 300.0  # seconds a connection may be silent
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 413: "Content Too Large", 422: "Unprocessable Content",
            500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip

Handler = Callable[[str, str, bytes], tuple[int, bytes]]


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered in order, each before the next is read."""

    def __init__(self, handle: Handler, idle: float = IDLE) -> None:
        """`handle` maps (method, path, body) to (status, JSON body)."""
        self._handle = handle
        self._idle = idle
        self._transport: Optional[asyncio.Transport] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._heard = 0.0  # when the client last sent something, by the loop's clock
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._body, self._size = b"", [], 0  # type: tuple[bytes, list[bytes], int]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = transport  # type: ignore[assignment]
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._watch(self._idle)

    def connection_lost(self, error: Optional[Exception]) -> None:
        """See asyncio.Protocol."""
        if self._timer:
            self._timer.cancel()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._heard = self._loop.time()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._answer(400, b'{"error": "not_http"}', keep=False)

    def on_url(self, url: bytes) -> None:
        """Called by the parser."""
        self._url += url

    def on_body(self, part: bytes) -> None:
        """Called by the parser."""
        self._size += len(part)
        if self._size <= LARGEST_BODY:
            self._body.append(part)
        elif self._transport and not self._transport.is_closing():
            self._answer(413, b'{"error": "body_too_large"}', keep=False)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self._size <= LARGEST_BODY:
            method, path = self._parser.get_method().decode("ascii"), self._url.decode("latin-1")
            status, content = self._handle(method, path, b"".join(self._body))
            self._answer(status, content, keep=self._parser.should_keep_alive())
        self._url, self._body, self._size = b"", [], 0

    def _answer(self, status: int, content: bytes, keep: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\nconnection: {'keep-alive' if keep else 'close'}\r\n\r\n"
        )
        self._transport.write(head.encode("ascii") + content)
        if not keep:
            self._transport.close()

    def _watch(self, seconds: float) -> None:
        """Look again in so many seconds whether the client is still there."""
        self._timer = self._loop.call_later(seconds, self._close_if_silent)

    def _close_if_silent(self) -> None:
        """A stuck client holds nothing for ever."""
        left = self._heard + self._idle - self._loop.time()
        if left > 0:
            self._watch(left)
        elif self._transport:
            self._transport.close()
