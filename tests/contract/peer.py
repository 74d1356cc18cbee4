"""A provider on loopback that answers what a test tells it, and writes down what it was asked."""

from __future__ import annotations

import ssl
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


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
    """Answers with `status`, `body`, `headers`.

    `hang_up` closes the connection after reading the request, `closes` after answering it, without saying so.
    """

    url: str = ""
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    closes: bool = False
    gone: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))  # a connection that was closed
    silent: threading.Event | None = None
    asked: list[Asked] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gone: threading.Semaphore

    def shutdown_request(self, request) -> None:
        """The other end knows it when `gone` is told."""
        super().shutdown_request(request)
        self.gone.release()

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
            self.close_connection = told.closes

        do_GET = do_POST = handle_any  # noqa: N815  # the names BaseHTTPRequestHandler looks for

        def log_message(self, *args) -> None:
            """Silence: the test looks at what was asked."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.gone = told.gone
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


@contextmanager
def secured(folder):
    """The https URL of a server that vouches for itself, and nobody else does; its files are written to `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    with _Server(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)

        def shake_hands() -> None:
            with suppress(OSError):
                connection, _ = server.socket.accept()
                with connection:
                    connection.do_handshake()

        thread = threading.Thread(target=shake_hands)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        thread.join()


def _certificate(folder):
    """One file with a new key and its certificate."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    begin, serial = datetime.now(UTC) - timedelta(minutes=1), x509.random_serial_number()
    builder = x509.CertificateBuilder(name, name, key.public_key(), serial, begin, begin + timedelta(hours=1))
    written = [
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM),
    ]
    path = folder / "peer.pem"
    path.write_bytes(b"".join(written))
    return path
