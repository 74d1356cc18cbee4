"""Broadcasts: one text to the phones of an area; one person writes it, another lets it go, anybody may hold it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from backend.domain.days import VIET_NAM
from backend.domain.refusals import Refused
from backend.domain.staff import StaffUser, check_decider

MAY_BROADCAST = frozenset({"hotline", "officer", "approver", "admin"})
MAIN, SECOND = "vi", "en"  # languages: every broadcast has the first; who reads neither theirs nor it gets the second


class BroadcastStatus(StrEnum):
    """proposed -> approved <-> paused; approved ends as finished when everybody is told; all three may be stopped."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


UNDER_WAY = frozenset({BroadcastStatus.APPROVED, BroadcastStatus.PAUSED})


class Audience(StrEnum):
    """Whose phones are meant."""

    PEOPLE = "people"  # whoever has declared or checked in
    KEEPERS = "keepers"  # of venues that take people in


@dataclass(frozen=True)
class Broadcast:
    """One text in the languages it was written in.

    `areas` are codes of provinces and communes, none is the whole country; `urgent` goes out at night too, to people
    who stopped advice as well, and does not count against how many messages a phone may get a day.  `last` is the
    newest conversation there was when it was approved, `told` the one up to which everybody has been told, `queued_at`
    when the last of them were.
    """

    id: int
    status: BroadcastStatus
    texts: Mapping[str, str]
    office: str
    audience: Audience
    areas: tuple[str, ...]
    urgent: bool
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    last: int = 0
    told: int = 0
    queued_at: datetime | None = None
    reason: str = ""

    def language(self, spoken: str) -> str:
        """The language in which somebody reads it who speaks another one."""
        if spoken in self.texts:
            return spoken
        return SECOND if SECOND in self.texts else MAIN


def check_author(user: StaffUser) -> None:
    """Raises Refused for a role that may not send broadcasts."""
    if user.role not in MAY_BROADCAST:
        raise Refused("role_wrong")


def approved(broadcast: Broadcast, user: StaffUser, reason: str, last: int, now: datetime) -> Broadcast:
    """The broadcast on its way to everybody up to conversation `last`; raises Refused."""
    if broadcast.status is not BroadcastStatus.PROPOSED:
        raise Refused("already_decided")
    check_decider(user, broadcast.proposed_by)
    return replace(
        broadcast, status=BroadcastStatus.APPROVED, decided_by=user.id, decided_at=now, reason=reason, last=last
    )


def paused(broadcast: Broadcast, user: StaffUser) -> Broadcast:
    """The broadcast held up; raises Refused."""
    return _moved(broadcast, user, frozenset({BroadcastStatus.APPROVED}), BroadcastStatus.PAUSED)


def resumed(broadcast: Broadcast, user: StaffUser) -> Broadcast:
    """The broadcast going on; raises Refused."""
    return _moved(broadcast, user, frozenset({BroadcastStatus.PAUSED}), BroadcastStatus.APPROVED)


def stopped(broadcast: Broadcast, user: StaffUser) -> Broadcast:
    """The broadcast ended before everybody was told, or before it began; raises Refused."""
    return _moved(broadcast, user, UNDER_WAY | {BroadcastStatus.PROPOSED}, BroadcastStatus.STOPPED)


def within(hours: tuple[int, int], now: datetime) -> bool:
    """Whether it is a time of the day in Viet Nam at which advice may be sent; the second hour excluded."""
    first, last = hours
    return first <= now.astimezone(VIET_NAM).hour < last


def _moved(broadcast: Broadcast, user: StaffUser, from_: frozenset[BroadcastStatus], to: BroadcastStatus) -> Broadcast:
    check_author(user)
    if broadcast.status not in from_:
        raise Refused("broadcast_state", f"the broadcast is {broadcast.status.value}")
    return replace(broadcast, status=to)
