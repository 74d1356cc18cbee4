"""Zalo on loopback: checks tokens and secrets, refresh tokens can be used once, and it fails as it is told."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

APP_ID, SECRET = "app-1", "app-secret"
BAD_ACCESS, BAD_REFRESH, BAD_SECRET = -216, -14014, -14002


@dataclass
class Zalo:
    """`errors` are the next answers to sends, in order; `hang_up` breaks connections at "token" or "send"."""

    url: str = ""
    refresh: str = "refresh-0"
    access: str = ""
    renewals: int = 0
    errors: list[int] = field(default_factory=list)
    hang_up: str = ""
    status: int = 200
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def values(self) -> dict[str, str]:
        """The configuration that leads here."""
        return {
            "zalo_app_id": APP_ID, "zalo_app_secret": SECRET, "zalo_refresh_token": "refresh-0",
            "zalo_api_url": self.url, "zalo_oauth_url": self.url, "zalo_template_url": self.url,
            "zalo_templates": "exposure=7001",
        }  # fmt: skip

    def expire(self) -> None:
        """The access token is good no more, before its time."""
        self.access = "gone"

    def renew(self, headers: Any, form: dict[str, list[str]]) -> dict[str, Any]:
        """One refresh token, once."""
        with self.lock:
            given = form.get("refresh_token", [""])[0]
            if headers.get("secret_key") != SECRET or form.get("app_id") != [APP_ID]:
                return {"error": BAD_SECRET, "error_name": "Invalid secret"}
            if given != self.refresh or form.get("grant_type") != ["refresh_token"]:
                self.refused.append(given)
                return {"error": BAD_REFRESH, "error_name": "Invalid refresh token"}
            self.renewals += 1
            self.refresh, self.access = f"refresh-{self.renewals}", f"access-{self.renewals}"
            return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}

    def take(self, path: str, headers: Any, body: dict[str, Any]) -> dict[str, Any]:
        """A message; every error comes with status 200."""
        with self.lock:
            if headers.get("access_token") != self.access:
                return {"error": BAD_ACCESS, "message": "Access token is invalid"}
            if self.errors:
                return {"error": self.errors.pop(0), "message": "no"}
            self.sent.append((path, body))
            return {"error": 0, "message": "Success", "data": {"message_id": f"m{len(self.sent)}"}}


@contextmanager
def zalo():
    """A running Zalo."""
    told = Zalo()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name BaseHTTPRequestHandler looks for
            raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            token = self.path == "/v4/oa/access_token"
            answer = (
                told.renew(self.headers, parse_qs(raw))
                if token
                else told.take(self.path, self.headers, json.loads(raw))
            )
            if told.hang_up == ("token" if token else "send"):
                self.close_connection = True
                return
            body = json.dumps(answer).encode()
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args) -> None:
            """Silence: the test looks at what was sent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
