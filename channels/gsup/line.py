"""The connection to the register: we say who we are, answer its pings, and take sessions apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from channels.contract import Malformed, Request
from channels.gsup.ipa import CCM, EXT_GSUP, ID_ACK, ID_GET, OSMO, PING, PONG, Frames, frame, identity
from channels.gsup.message import State, decode

METHOD = "GSUP"
SESSIONS_MOST = 20_000  # whose beginning is remembered; a phone that falls silent says no goodbye


class GsupLine:
    """channels.contract.Line.

    A phone's exchange counts its sessions from the start again when it is restarted, so a session is known by the
    time of its beginning too: header `begun`, milliseconds.  One that began on an earlier line begins with what comes.
    """

    def __init__(self, name: str, remote: str, now: Callable[[], float] = time.time) -> None:
        self._identity, self._remote, self._now = identity(name), remote, now
        self._frames, self._begun = Frames(), dict[tuple[str, int], str]()

    def received(self, data: bytes) -> tuple[Sequence[Request], bytes]:
        """Sessions' messages; identity and pings are answered."""
        frames = self._frames.add(data)
        requests = [
            self._request(payload[1:])
            for protocol, payload in frames if protocol == OSMO and payload[:1] == bytes([EXT_GSUP])
        ]  # fmt: skip
        answers = [self._small_talk(payload[:1]) for protocol, payload in frames if protocol == CCM]
        return requests, b"".join(answers)

    def ping(self) -> bytes:
        """Answered with a pong."""
        return frame(CCM, bytes([PING]))

    def _small_talk(self, kind: bytes) -> bytes:
        if kind == bytes([ID_GET]):
            return self._identity + frame(CCM, bytes([ID_ACK]))
        return frame(CCM, bytes([PONG])) if kind == bytes([PING]) else b""

    def _request(self, raw: bytes) -> Request:
        headers = {"begun": self._beginning(raw)}
        return Request(METHOD, url="", path="", headers=headers, query=(), form=(), body=raw, remote=self._remote)

    def _beginning(self, raw: bytes) -> str:
        now = str(int(self._now() * 1000))
        try:
            message = decode(raw)
        except Malformed:
            return now  # refused by the adapter
        session = (message.imsi, message.session)
        begun = now if message.state is State.BEGIN else self._begun.pop(session, now)
        if message.state is not State.END:
            self._begun[session] = begun
        while len(self._begun) > SESSIONS_MOST:
            del self._begun[next(iter(self._begun))]
        return begun
