"""Tokens by which programs of staff sign in: shown once, kept as hashes, one a user."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from datetime import datetime

from backend.domain.refusals import Refused
from backend.domain.staff import StaffUser
from backend.services.policy import Policy
from backend.services.ports.outside import Clock
from backend.services.ports.tracing import StaffToken
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.staff import known_user

__all__ = ["SignIn", "SignInRefused", "StaffUser", "network"]

MARK = "kb"  # what every token begins with, so that scanners for leaked secrets can know one
SELECTOR_BYTES, SECRET_BYTES = 8, 32
IPV6_PREFIX = 64  # one subscriber has at least this whole network
_TOKEN = re.compile(rf"{MARK}_([0-9a-f]{{{2 * SELECTOR_BYTES}}})_([A-Za-z0-9_-]{{43}})")


class SignInRefused(Refused):
    """`code` is token_wrong, token_expired or too_many_attempts."""


class SignIn:
    """Issues and checks tokens.

    A token is `kb_<selector>_<secret>`: the row is found by the selector, the secret's SHA-256 is compared in
    constant time.  The secret has 256 random bits, so a slow hash would add nothing.
    """

    def __init__(self, units: Units, clock: Clock, policy: Policy) -> None:
        self._units, self._clock, self._policy = units, clock, policy

    def issue(self, name: str, actor: str) -> tuple[str, datetime]:
        """A new token of a user in place of an earlier one, and when it expires; raises LookupError.

        Nobody can be told the token again.
        """
        now = self._clock.now()
        selector, secret = secrets.token_hex(SELECTOR_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        expires_at = now + self._policy.staff_token_valid
        with self._units() as unit:
            user = known_user(unit, name)
            unit.staff_tokens.put(StaffToken(user, selector, _hash(secret), expires_at), now)
            unit.audit.add(actor, "issue_token", None, user.name, now)
            unit.commit()
        return f"{MARK}_{selector}_{secret}", expires_at

    def revoke(self, name: str, actor: str) -> bool:
        """End a user's token; whether there was one.  Raises LookupError for a user nobody knows."""
        with self._units() as unit:
            user = known_user(unit, name)
            ended = unit.staff_tokens.revoke(user.id)
            unit.audit.add(actor, "revoke_token", None, user.name, self._clock.now())
            unit.commit()
        return ended

    def user_of(self, token: str, remote: str) -> StaffUser:
        """Whose token it is; `remote` is the address it came from.

        After `Policy.sign_in_attempts` wrong ones an address waits until the window is over, also with a right one:
        else a guess would still be tried.

        Raises SignInRefused.
        """
        now = self._clock.now()
        since = now - self._policy.sign_in_window
        with self._units() as unit:
            origin = unit.index(network(remote), "sign_in")
            if unit.staff_tokens.failures(origin, since) >= self._policy.sign_in_attempts:
                raise SignInRefused("too_many_attempts")
            found = _matching(unit, token)
            if found is None:
                unit.staff_tokens.failed(origin, now, since)
                unit.commit()
                raise SignInRefused("token_wrong")
        if found.expires_at <= now:
            raise SignInRefused("token_expired")
        return found.user


def network(remote: str) -> str:
    """What attempts are counted by: an IPv4 address, or the network of an IPv6 one."""
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def _matching(unit: UnitOfWork, token: str) -> StaffToken | None:
    """The stored token, whose secret is compared even where there is none: both take as long."""
    parts = _TOKEN.fullmatch(token)
    selector, secret = parts.groups() if parts else ("", "")
    found = unit.staff_tokens.find(selector)
    right = hmac.compare_digest(found.secret_hash if found else _hash(""), _hash(secret))
    return found if right else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
