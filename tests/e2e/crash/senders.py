"""People text all at once through a gateway that brings a text again until it is taken."""

from __future__ import annotations

import random
import threading
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.parse import urlencode

AT_ONCE = 6
AGAIN = 0.1  # share of texts that come once more although they were taken
PAUSE = 0.2  # seconds between two tries


class Senders:
    """Hands texts (message id, number, words) to `url` until each got a 200."""

    def __init__(self, url: str, seed: int) -> None:
        """`url` with the token in its query."""
        self._url, self._seed = url, seed
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self.taken: set[str] = set()

    def send(self, texts: Sequence[tuple[str, str, str]]) -> None:
        """Begin; `taken` grows."""
        for text in texts:
            self._pool.submit(self._until_taken, *text)

    def stop(self) -> None:
        """Forget what was not taken yet."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def _until_taken(self, number: str, phone: str, words: str) -> None:
        times = 2 if random.Random(f"{self._seed} {number}").random() < AGAIN else 1
        while times and not self._stop.is_set():
            if self._taken(number, phone, words):
                self.taken.add(number)
                times -= 1
            else:
                self._stop.wait(PAUSE)

    def _taken(self, number: str, phone: str, words: str) -> bool:
        query = {"id": number, "from": phone, "to": "8088", "ts": "1795000000", "text": words}
        try:
            with urllib.request.urlopen(f"{self._url}&{urlencode(query)}", timeout=30) as answer:
                return answer.status == 200
        except (OSError, HTTPException):
            return False
