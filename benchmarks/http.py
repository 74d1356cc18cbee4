"""A lean keep-alive HTTP client on asyncio, so that the load costs little of the machine it shares with the product."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Connection:
    """One connection to a port of 127.0.0.1 or to a unix socket; requests one after the other."""

    def __init__(self, address: int | Path) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the next request dials again."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def get(self, path: str, **query: str) -> tuple[int, bytes]:
        """(status, body)."""
        return await self._exchange("GET", f"{path}?{urlencode(query)}" if query else path, b"", FORM)

    async def post_form(self, path: str, **form: str) -> tuple[int, bytes]:
        """(status, body)."""
        return await self._exchange("POST", path, urlencode(form).encode(), FORM)

    async def post_json(self, path: str, content: Any) -> Any:
        """The decoded answer; RuntimeError unless it is a 200."""
        status, body = await self._exchange("POST", path, json.dumps(content).encode(), JSON)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        return json.loads(body)

    async def _exchange(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
        fresh = self._streams is None
        try:
            return await self._once(head.encode() + b"\r\n\r\n" + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            if fresh:
                raise
            self.close()  # the server had closed the idle connection
            return await self._once(head.encode() + b"\r\n\r\n" + body)

    async def _once(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await self._dial()
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        body = await reader.readexactly(int(_header(head, "content-length") or 0))
        if _header(head, "connection") == "close":
            self.close()
        return int(head.split(" ", 2)[1]), body

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._address, Path):
            return await asyncio.open_unix_connection(str(self._address))
        return await asyncio.open_connection("127.0.0.1", self._address)


def _header(head: str, name: str) -> str:
    _, found, rest = head.partition(f"\r\n{name}:")
    return rest.partition("\r\n")[0].strip() if found else ""
