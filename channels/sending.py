"""The HTTP client every adapter sends with: pooled, bounded in time and size, silent, and never raising."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLCertVerificationError
from typing import Any

import requests
import urllib3.exceptions as lower
from requests.adapters import HTTPAdapter

from channels.contract import Retry, Unknown

BODY_LIMIT = 64 * 1024
"""Bytes read of a provider's answer; real ones are a few hundred."""

# Raised before the first byte of a request can have left: sending again is safe.
NOT_SENT: tuple[type[BaseException], ...] = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.URLRequired,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidJSONError,
    requests.exceptions.UnrewindableBodyError,
    lower.NewConnectionError,
    lower.ConnectTimeoutError,
    lower.LocationValueError,
    lower.URLSchemeUnknown,
    lower.FullPoolError,
    lower.EmptyPoolError,
    lower.ClosedPoolError,
    SSLCertVerificationError,
    UnicodeError,
)

# Everything else the client can raise: the request, or a part of it, may have arrived.
CAUGHT: tuple[type[BaseException], ...] = (requests.exceptions.RequestException, lower.HTTPError, OSError, UnicodeError)


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


class HttpClient:
    """One pool of connections for a process; safe to share between threads."""

    def __init__(self, connect_timeout: float = 5.0, read_timeout: float = 20.0, connections: int = 32) -> None:
        """Times in seconds; `connections` are kept per host."""
        self._timeout = (connect_timeout, read_timeout)
        self._session = requests.Session()
        self._session.trust_env = False  # no .netrc: it would send one host's password to another
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections, max_retries=0))
        logging.getLogger("urllib3").disabled = True
        logging.getLogger("urllib3.connectionpool").disabled = True  # it writes addresses with numbers and texts

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
            with self._session.request(
                method, url, params=list(query), data=form, json=json, headers=headers, auth=auth,
                timeout=self._timeout, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                body = response.raw.read(BODY_LIMIT, decode_content=True)
                names = {name.lower(): value for name, value in response.headers.items()}
                return HttpAnswer(response.status_code, names, body)
        except CAUGHT as error:
            return outcome(error)

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()


def outcome(error: BaseException) -> Retry | Unknown:
    """What an exception of the client means for the message.

    The cause decides: requests wraps a refused connection and a broken answer in the same ConnectionError.
    """
    for cause in _causes(error):
        if isinstance(cause, NOT_SENT):
            return Retry("provider_unreachable")
    return Unknown("provider_no_answer")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and everything it was made from, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
