"""Zalo's tokens: an access token of a day, renewed with a refresh token that can be used once.

One process renews at a time, and what it gets is saved before it is used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.contract import Retry, Tokens, TokenVault, VaultUnavailable
from channels.sending import HttpAnswer, HttpClient

NAME = "zalo"
MARGIN = timedelta(minutes=10)  # renewed so long before it ends
CLAIM = timedelta(seconds=60)  # longer than the renewal's own time-out; also the rest after a refused one
LOOKS, PAUSE = 10, 0.3  # how often, and how many seconds apart, one looks for what another process renews
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class MemoryVault:
    """A vault of one process, for tests and for an account that is only tried out."""

    def __init__(self) -> None:
        self._kept: dict[str, Tokens] = {}

    def load(self, name: str) -> Tokens | None:
        """The newest tokens."""
        return self._kept.get(name)

    def claim(self, name: str, owner: str, tokens: Tokens, now: datetime, until: datetime) -> bool:
        """There is nobody else."""
        return True

    def save(self, name: str, tokens: Tokens) -> bool:
        """Keep them."""
        self._kept[name] = tokens
        return True


class TokenKeeper:
    """Hands out access tokens to all threads of a process."""

    def __init__(
        self,
        values: Mapping[str, str],
        http: HttpClient,
        vault: TokenVault,
        now: Callable[[], datetime] = utc_now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Reads `zalo_app_id`, `zalo_app_secret`, `zalo_refresh_token` (the first one), `zalo_oauth_url`."""
        self._app_id, self._secret = values.get("zalo_app_id", ""), values.get("zalo_app_secret", "")
        self._first = values.get("zalo_refresh_token", "")
        self._address = values.get("zalo_oauth_url", "").rstrip("/") + "/v4/oa/access_token"
        self._http, self._vault, self._now, self._pause = http, vault, now, pause
        self._lock = threading.Lock()
        self._held: Tokens | None = None
        self._unsaved: Tokens | None = None

    @property
    def configured(self) -> bool:
        """Whether there is anything to renew with."""
        return bool(self._app_id and self._secret and self._first)

    def access(self, refused: str = "") -> str | Retry:
        """A token to send with; `refused` is one that Zalo has just turned down.  Retry: there is none now."""
        with self._lock:
            try:
                return self._current(refused)
            except VaultUnavailable:
                return Retry("zalo_vault_unavailable")

    def _current(self, refused: str) -> str | Retry:
        self._save_late()
        if self._held is None or not self._good(self._held, refused):
            self._held = self._stored()
        if self._good(self._held, refused):
            return self._held.access
        return self._renew(self._held, refused)

    def _stored(self) -> Tokens:
        """The newest tokens, or the configured one when the operator has given another since."""
        stored, seed = self._vault.load(NAME), hashlib.sha256(self._first.encode()).hexdigest()
        if stored is not None and stored.seed == seed:
            return stored
        return Tokens("", self._first, _NEVER, seed, stored.version if stored else 0)

    def _good(self, tokens: Tokens, refused: str) -> bool:
        return bool(tokens.access) and tokens.access != refused and tokens.expires_at - MARGIN > self._now()

    def _renew(self, old: Tokens, refused: str) -> str | Retry:
        now = self._now()
        if not self._vault.claim(NAME, secrets.token_hex(8), old, now, now + CLAIM):
            return self._await_other(old, refused)
        new = self._ask(old)
        if isinstance(new, Retry):
            _log.error("zalo_renewal_failed code=%s", new.code)
            return new
        self._unsaved = new
        self._save_late()
        self._held = new
        return new.access

    def _await_other(self, old: Tokens, refused: str) -> str | Retry:
        for _ in range(LOOKS):
            self._pause(PAUSE)
            newest = self._vault.load(NAME)
            if newest and newest.version > old.version and self._good(newest, refused):
                self._held = newest
                return newest.access
        return Retry("zalo_renewal_elsewhere", after=LOOKS * PAUSE)

    def _save_late(self) -> None:
        """Bring new tokens to the vault; while it is away they are kept, for nobody else can get them again."""
        if self._unsaved is not None:
            self._vault.save(NAME, self._unsaved)
            self._unsaved = None

    def _ask(self, old: Tokens) -> Tokens | Retry:
        form = [("app_id", self._app_id), ("grant_type", "refresh_token"), ("refresh_token", old.refresh)]
        answer = self._http.exchange("POST", self._address, form=form, headers={"secret_key": self._secret})
        if not isinstance(answer, HttpAnswer):
            return Retry(answer.code)
        return self._read(old, json_body(answer))

    def _read(self, old: Tokens, body: Mapping[str, Any]) -> Tokens | Retry:
        access, refresh, seconds = (str(body.get(name, "")) for name in ("access_token", "refresh_token", "expires_in"))
        if not access or not refresh:
            return Retry(f"zalo_oauth{error_code(body)}", after=CLAIM.total_seconds())
        lasts = timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 9 else MARGIN * 2
        return Tokens(access, refresh, self._now() + lasts, old.seed, old.version + 1)


def json_body(answer: HttpAnswer) -> Mapping[str, Any]:
    """The object in an answer; empty when there is none to read."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def error_code(body: Mapping[str, Any]) -> str:
    """`body.error` as the end of a code: "_216", or "_unreadable"."""
    error = body.get("error")
    return f"_{abs(error)}" if isinstance(error, int) else "_unreadable"
