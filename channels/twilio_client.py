"""Twilio's interface on our own connections, and what its answers mean (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient as TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client

from channels.contract import Dead, Retry, Unknown
from channels.sending import HttpAnswer, HttpClient

OPTED_OUT = 21610
# Account, limits and carrier trouble: https://www.twilio.com/docs/api/errors
LATER = frozenset({20003, 20005, 20429, 30001, 30003, 30008})
IN_BETWEEN = frozenset({502, 504})  # a proxy's answer: Twilio itself may have taken the message


def make_client(values: Mapping[str, str], http: HttpClient) -> Client | None:
    """The account's client from `twilio_account_sid`, the first of `twilio_auth_tokens`, `twilio_api_url`."""
    sid, token = values.get("twilio_account_sid", ""), values.get("twilio_auth_tokens", "").split(",")[0]
    return Client(sid, token, http_client=_Transport(http, values.get("twilio_api_url", ""))) if sid and token else None


class _NoAnswer(Exception):
    """The transport's way through Twilio's library."""

    def __init__(self, result: Retry | Unknown) -> None:
        super().__init__(result.code)
        self.result = result


# The transport's, the library's, and what the library raises on an answer that is not what it should be.
EXPECTED = (_NoAnswer, TwilioException, ValueError, KeyError, TypeError, AttributeError)


class _Transport(TwilioHttpClient):  # type: ignore[misc]  # twilio ships without types
    """Twilio's client on the shared connections, pointed at the configured address."""

    def __init__(self, http: HttpClient, api_url: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._http = http
        self._base = urlsplit(api_url)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """One exchange; raises _NoAnswer when there was none."""
        form = _pairs(data) if data else None
        answer = self._http.exchange(
            method, self._address(uri), query=_pairs(params or {}), form=form, headers=headers, auth=auth
        )
        if not isinstance(answer, HttpAnswer):
            raise _NoAnswer(answer)
        return TwilioResponse(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)

    def _address(self, uri: str) -> str:
        if not self._base.netloc:
            return uri
        asked = urlsplit(uri)
        return urlunsplit(
            (self._base.scheme, self._base.netloc, self._base.path.rstrip("/") + asked.path, asked.query, "")
        )


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    ]


def failure_of(error: Exception) -> Retry | Dead | Unknown:
    """What an exception of Twilio's client means for the message."""
    if isinstance(error, _NoAnswer):
        return error.result
    if isinstance(error, TwilioRestException):
        return _refusal(error.status, error.code)
    return Unknown("twilio_unreadable")


def _refusal(status: int, number: int | None) -> Retry | Dead | Unknown:
    code = f"twilio_{number or status}"
    if number == OPTED_OUT:
        return Dead(code, opted_out=True)
    if status in IN_BETWEEN:
        return Unknown(code)
    if number in LATER or status != 400:
        return Retry(code)
    return Dead(code)
