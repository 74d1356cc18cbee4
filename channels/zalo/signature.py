"""Zalo's signature: a SHA-256 over id, raw body, time and our key.

Descriptions differ in which id and whose time go in, and whether "mac=" stands before it, so all are tried.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping

from channels.contract import Malformed, Request, Unauthorised
from channels.guard import Guard
from channels.payload import json_object, text_field

HEADER, TIME_HEADER = "x-zevent-signature", "x-zevent-timestamp"

_log = logging.getLogger(__name__)


class Signature:
    """Checks webhooks.  `zalo_signature` pins a variant: app-body, app-header, oa-body, oa-header; empty takes any."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Reads `zalo_app_id`, `zalo_oa_id`, `zalo_oa_secret`, `zalo_signature`, `demo`."""
        self._ids = {"app": values.get("zalo_app_id", ""), "oa": values.get("zalo_oa_id", "")}
        self._secret = values.get("zalo_oa_secret", "")
        self._pinned = values.get("zalo_signature", "")
        self._unconfigured = Guard(token="", demo=values.get("demo") == "1")
        self._matched = ""

    def check(self, request: Request) -> None:
        """Raise Unauthorised unless a variant matches.

        The console's own try-out comes unsigned and says nothing: it passes, and nothing comes of it.
        """
        if not self._secret:
            self._unconfigured.check(request)
            return
        given = request.headers.get(HEADER, "").strip().removeprefix("mac=").lower()
        if not given and says_nothing(request):
            return
        matched = next((name for name, mac in self._variants(request) if hmac.compare_digest(mac, given.encode())), "")
        if not matched:
            raise Unauthorised("wrong_signature")
        self._note(matched)

    def _variants(self, request: Request) -> Iterator[tuple[str, bytes]]:
        """(variant, the signature it asks for)."""
        times = {"body": _time_in_body(request), "header": request.headers.get(TIME_HEADER, "")}
        for id_name, own_id in self._ids.items():
            for time_name, time in times.items():
                name = f"{id_name}-{time_name}"
                if own_id and time and self._pinned in ("", name):
                    signed = own_id.encode() + request.body + time.encode() + self._secret.encode()
                    yield name, hashlib.sha256(signed).hexdigest().encode()

    def _note(self, name: str) -> None:
        """Say once which variant this account's webhooks use, for KHAIBAO_ZALO_SIGNATURE."""
        if name != self._matched:
            self._matched = name
            _log.info("zalo_signature variant=%s", name)


def says_nothing(request: Request) -> bool:
    """Whether a request carries no event at all."""
    if not request.body.strip():
        return True
    try:
        return not json_object(request)
    except Malformed:
        return False


def _time_in_body(request: Request) -> str:
    try:
        return text_field(json_object(request), "timestamp")
    except Malformed:
        return ""
