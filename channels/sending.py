"""The HTTP client every adapter sends with: connections kept, bounded in time and size, silent, and never raising."""

from __future__ import annotations

import json as json_text
import select
import ssl
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead, InvalidURL
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import certifi

from channels.contract import Retry, Unknown

BODY_LIMIT = 64 * 1024
"""Bytes read of a provider's answer; real ones are a few hundred."""

PATH_LETTERS = "!#$%&'()*+,/:;=?@[]~"  # left as they are in an address from the configuration
NAMED = {"Accept": "*/*", "User-Agent": "khaibao"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class HttpAnswer:
    """What the provider answered; `headers` names are lower case, `body` is cut at BODY_LIMIT."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds the provider asks us to wait, when it says so in seconds."""
        value = self.headers.get("retry-after", "")
        return float(value) if value.isdecimal() else None


@dataclass(frozen=True)
class Address:
    """Where a URL leads: the provider's host and what is asked of it."""

    secure: bool
    host: str
    port: int | None
    target: str


@dataclass(frozen=True)
class Asked:
    """A request as it is written on a connection."""

    method: str
    target: str
    body: bytes | None
    headers: Mapping[str, str]


class NotSent(Exception):
    """Not a byte of the request has left: sending it again is safe."""


class HttpClient:
    """Kept connections for a process; safe to share between threads."""

    def __init__(self, connect_timeout: float = 5.0, read_timeout: float = 20.0, connections: int = 32) -> None:
        """Times in seconds; up to `connections` without work are kept per host."""
        self._connect_timeout, self._read_timeout, self._connections = connect_timeout, read_timeout, connections
        self._idle: dict[tuple[bool, str, int | None], list[HTTPConnection]] = {}
        self._guard, self._closed = threading.Lock(), False
        self._trust: ssl.SSLContext | None = None

    def exchange(
        self,
        method: str,
        url: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        form: Sequence[tuple[str, str]] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer | Retry | Unknown:
        """One request without redirects: the answer, Retry when nothing left, Unknown when it may have arrived."""
        try:
            address = read_address(url)
            body, kind = _body(form, json)
            asked = Asked(method, _target(address, query), body, {**NAMED, **kind, **_login(auth), **(headers or {})})
        except ValueError:
            return Retry("provider_unreachable")
        try:
            return self._asked(address, asked)
        except NotSent:
            return Retry("provider_unreachable")
        except (OSError, HTTPException, ValueError):
            return Unknown("provider_no_answer")

    def close(self) -> None:
        """Give the connections back; one that is still asked something follows with its answer."""
        with self._guard:
            idle, self._idle, self._closed = self._idle, {}, True
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _asked(self, address: Address, asked: Asked) -> HttpAnswer:
        """Raises NotSent; whatever else it raises, the request, or a part of it, may have arrived."""
        connection, kept = self._connected(address), False
        try:
            _write(connection, asked)
            answer, kept = _read(connection)
        finally:
            if kept:
                self._keep(address, connection)
            else:
                connection.close()
        return answer

    def _connected(self, address: Address) -> HTTPConnection:
        """A kept connection that the provider has not closed, else a new one; raises NotSent."""
        while (connection := self._kept(address)) is not None:
            if _quiet(connection):
                return connection
            connection.close()
        connection = self._new(address)
        try:
            connection.connect()
            connection.sock.settimeout(self._read_timeout)
        except (OSError, UnicodeError, HTTPException):
            connection.close()
            raise NotSent from None
        return connection

    def _kept(self, address: Address) -> HTTPConnection | None:
        with self._guard:
            idle = self._idle.get((address.secure, address.host, address.port))
            return idle.pop() if idle else None

    def _keep(self, address: Address, connection: HTTPConnection) -> None:
        with self._guard:
            idle = self._idle.setdefault((address.secure, address.host, address.port), [])
            if not self._closed and len(idle) < self._connections:
                idle.append(connection)
                return
        connection.close()

    def _new(self, address: Address) -> HTTPConnection:
        if not address.secure:
            return HTTPConnection(address.host, address.port, timeout=self._connect_timeout)
        if self._trust is None:
            self._trust = ssl.create_default_context(cafile=certifi.where())
        return HTTPSConnection(address.host, address.port, timeout=self._connect_timeout, context=self._trust)


@lru_cache(maxsize=64)
def read_address(url: str) -> Address:
    """Takes a URL apart; raises ValueError for one that cannot be asked."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must begin with http:// or https://")
    path = parts.path or "/"
    target = quote(f"{path}?{parts.query}" if parts.query else path, safe=PATH_LETTERS)
    return Address(parts.scheme == "https", parts.hostname, parts.port, target)


def _quiet(connection: HTTPConnection) -> bool:
    """Whether nothing has come on a connection that nobody asked: what comes then is the provider hanging up."""
    look = select.poll()
    look.register(connection.sock, select.POLLIN)
    return not look.poll(0)


def _body(form: Sequence[tuple[str, str]] | None, json: Any) -> tuple[bytes | None, Mapping[str, str]]:
    """The body and its header; raises ValueError for what is no JSON."""
    if form is not None:
        return urlencode(list(form)).encode(), {"Content-Type": FORM}
    if json is not None:
        return json_text.dumps(json, allow_nan=False).encode(), {"Content-Type": JSON}
    return None, {}


def _login(auth: tuple[str, str] | None) -> Mapping[str, str]:
    return {"Authorization": f"Basic {b64encode(':'.join(auth).encode()).decode()}"} if auth else {}


def _target(address: Address, query: Sequence[tuple[str, str]]) -> str:
    if not query:
        return address.target
    return f"{address.target}{'&' if '?' in address.target else '?'}{urlencode(query)}"


def _write(connection: HTTPConnection, asked: Asked) -> None:
    """Raises NotSent for a header or a target that http.client does not write down."""
    try:
        connection.request(asked.method, asked.target, asked.body, asked.headers)
    except (ValueError, InvalidURL):
        raise NotSent from None


def _read(connection: HTTPConnection) -> tuple[HttpAnswer, bool]:
    """The answer, and whether the connection can be asked again."""
    response = connection.getresponse()
    content = response.read(BODY_LIMIT)
    if response.length and len(content) < BODY_LIMIT:
        raise IncompleteRead(b"")  # http.client takes an answer cut short for a whole one
    names = {name.lower(): value for name, value in response.getheaders()}
    return HttpAnswer(response.status, names, content), response.isclosed() and not response.will_close
