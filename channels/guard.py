"""Webhooks of providers that sign nothing: a secret in the address, and an optional allow list."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping

from channels.contract import Request, Unauthorised

_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")


class Guard:
    """Passes requests with the secret `token` in the query that come from an allowed network.

    Without a token the allow list alone decides; with neither, only loopback passes, and only in the demo.
    """

    def __init__(self, token: str, allow: str = "", demo: bool = False) -> None:
        """`allow`: addresses or networks separated by commas or spaces, empty for any.

        ValueError for an unreadable network or a token that a gateway would have to escape.
        """
        if not _URL_SAFE.fullmatch(token):
            raise ValueError("a webhook token consists of letters, digits, - and _ only")
        self.token = token
        self._allow = [ipaddress.ip_network(item, strict=False) for item in re.split(r"[,\s]+", allow) if item]
        self._demo = demo

    @classmethod
    def of(cls, values: Mapping[str, str], prefix: str) -> Guard:
        """From `<prefix>_token`, `<prefix>_allow` and `demo`."""
        return cls(values.get(f"{prefix}_token", ""), values.get(f"{prefix}_allow", ""), values.get("demo") == "1")

    def check(self, request: Request) -> None:
        """Raise Unauthorised for a wrong source address or secret."""
        if self._allow and not _inside(request.remote, self._allow):
            raise Unauthorised("address_not_allowed")
        if not self.token:
            if not self._allow and not (self._demo and _is_loopback(request.remote)):
                raise Unauthorised("not_configured")
            return
        given = next((value for name, value in request.query if name == "token"), "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Unauthorised("wrong_token")


def _address(remote: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_loopback(remote: str) -> bool:
    address = _address(remote)
    return address is not None and address.is_loopback


def _inside(remote: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    address = _address(remote)
    return address is not None and any(address in network for network in networks)
