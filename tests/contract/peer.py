"""A provider on loopback that answers what a test tells it, and writes down what it was asked."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request the peer saw."""

    method: str
    path: str
    raw_query: str
    query: dict[str, list[str]]
    body: str
    headers: dict[str, str]
    port: int


@dataclass
class Peer:
    """Answers with `status`, `body`, `headers`; `hang_up` closes the connection after reading the request."""

    url: str = ""
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    silent: threading.Event | None = None
    asked: list[Asked] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """A client that went away in mid-answer is part of the tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def peer():
    """A running Peer."""
    told = Peer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            query = parse_qs(parts.query, keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            port = self.client_address[1]
            told.asked.append(Asked(self.command, parts.path, parts.query, query, body, headers, port))
            if told.silent:
                told.silent.wait(10)
            if told.hang_up or told.silent:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.body.encode())), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body.encode())

        do_GET = do_POST = handle_any  # noqa: N815  # the names BaseHTTPRequestHandler looks for

        def log_message(self, *args) -> None:
            """Silence: the test looks at what was asked."""

    server = _Server(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        if told.silent:
            told.silent.set()
        server.shutdown()
        thread.join()
        server.server_close()
