"""A gateway in the shape of Kannel's sendsms that notes every message it takes, and is as unreliable as real ones."""

from __future__ import annotations

import random
import threading
import time
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs, urlsplit

REFUSES, HANGS_UP, REPORTS = 0.1, 0.1, 0.5  # shares of the phones
SLOWEST = 0.05  # seconds until it answers
DELIVERED = "1"  # Kannel's type of the report that a phone has a message


class Provider:
    """Runs between `start` and `stop`.

    What it does to a phone's messages depends on `seed` and the number alone: it refuses the first one (503), takes
    one and closes the connection without a word, or just answers; and it reports delivery, or does not.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._refused: set[str] = set()
        self._reports: SimpleQueue[str | None] = SimpleQueue()
        self.taken: Counter[str] = Counter()
        self.phones: dict[str, str] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if (status := provider.answer(self.path)) is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """A test's output stays free of it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"
        self._threads = [threading.Thread(target=self._server.serve_forever), threading.Thread(target=self._reporting)]

    def start(self) -> None:
        """Take messages."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads."""
        self._server.shutdown()
        self._reports.put(None)
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def answer(self, path: str) -> int | None:
        """The status for one request; None closes the connection."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        phone, report = query["to"], query["dlr-url"]
        habits = random.Random(f"{self._seed} {phone}")
        fate, reports, delay = habits.random(), habits.random() < REPORTS, habits.random() * SLOWEST
        with self._lock:
            if fate < REFUSES and phone not in self._refused:
                self._refused.add(phone)
                return 503
            [key] = parse_qs(urlsplit(report).query)["key"]
            self.taken[key] += 1
            self.phones[key] = phone
        if reports:
            self._reports.put(report.replace("%d", DELIVERED))
        time.sleep(delay)
        return None if REFUSES <= fate < REFUSES + HANGS_UP else 202

    def _reporting(self) -> None:
        """Reports in order; one that nobody takes comes again later."""
        while (url := self._reports.get()) is not None:
            try:
                urllib.request.urlopen(url, timeout=10).close()
            except OSError:
                self._reports.put(url)
                time.sleep(0.2)
