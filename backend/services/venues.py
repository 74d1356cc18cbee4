"""Registered places: added by the authority or by their keeper, found by their code, removed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.domain.venues import Venue, VenueStatus, code_from, confirmation_from
from backend.forms import venue_code
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports import Clock, CommandFailed, Hints, MessageClass, Outbound, Reply, UnitOfWork, Units
from backend.services.ports_tracing import Notice, NoticeState

CODE_TRIES = 20
NEAR_MOST = 3
NUMBER_BITS = 64
VENUE = "venue"  # what a confirmation code is for


@dataclass(frozen=True)
class NewVenue:
    """What is known of a venue before it has a code; `keeper` is a phone (E.164 digits)."""

    name: str
    kind: str
    province: str | None
    commune: str | None
    address: str
    keeper: str | None


class Venues:
    """What an authority does with venues."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy) -> None:
        self._units, self._clock, self._hints, self._policy = units, clock, hints, policy

    def add(self, new: NewVenue, actor: str) -> Venue:
        """Store a venue; with a keeper's phone it is pending until the code sent there is confirmed, else active."""
        now = self._clock.now()
        with self._units() as unit:
            venue, message = register(unit, self._policy, new, now)
            unit.audit.add(actor, "add_venue", None, venue.code, now)
            unit.commit()
        self._hints.outbox([message.id] if message else [])
        return venue

    def remove(self, code: str, actor: str) -> Venue:
        """Nobody can check in any more; who is there may still leave, and visits stay.

        Raises LookupError when there is no such venue.
        """
        now = self._clock.now()
        with self._units() as unit:
            found = unit.venues.by_code(code)
            if found is None:
                raise LookupError("no such venue")
            removed = unit.venues.update(found, status=VenueStatus.REMOVED, removed_at=now)
            unit.audit.add(actor, "remove_venue", None, code, now)
            unit.commit()
        return removed

    def activate(self, code: str, actor: str) -> Venue:
        """The authority vouches for a venue without a confirmation; raises LookupError."""
        now = self._clock.now()
        with self._units() as unit:
            found = unit.venues.by_code(code)
            if found is None:
                raise LookupError("no such venue")
            active = unit.venues.update(found, status=VenueStatus.ACTIVE)
            unit.audit.add(actor, "activate_venue", None, code, now)
            unit.commit()
        return active

    def find(self, code: str) -> Venue | None:
        """The venue of a code, whatever its status."""
        with self._units() as unit:
            return unit.venues.by_code(code)


def register(unit: UnitOfWork, policy: Policy, new: NewVenue, now: datetime) -> tuple[Venue, Outbound | None]:
    """Store a venue and send its keeper the confirmation code; (venue, the message)."""
    keeper_index = unit.index(new.keeper) if new.keeper else None
    venue = unit.venues.add(Venue(
        id=0, code=_free_code(unit), name=new.name, kind=new.kind, province=new.province, commune=new.commune,
        address=new.address, status=VenueStatus.PENDING if new.keeper else VenueStatus.ACTIVE, keeper=new.keeper,
        keeper_index=keeper_index, created_at=now,
    ))
    return venue, _ask_keeper(unit, policy, venue, now) if new.keeper else None


def look_up(unit: UnitOfWork, code: str) -> Mapping[str, Any]:
    """The answer to the bot's query `venue:<digits>` of docs/turn.md."""
    found = unit.venues.by_code(code) if venue_code.valid(code) else None
    if found is None or found.status is VenueStatus.PENDING:
        near = [venue for venue in unit.venues.by_codes(venue_code.near(code)) if venue.open]
        return {"known": False, "near": [{"code": venue.code, "name": venue.name} for venue in near[:NEAR_MOST]]}
    return {"known": True, "code": code, "name": found.name, "commune": place(found), "open": found.open}


def place(venue: Venue) -> Mapping[str, Any]:
    """Where it is, as an argument of texts."""
    return {"$place": {"province": venue.province, "commune": venue.commune, "text": venue.address}}


def known_venue(unit: UnitOfWork, code: str) -> Venue:
    """The venue of a code a person gave; raises CommandFailed.  A pending one does not exist for them yet."""
    found = unit.venues.by_code(code)
    if found is None or found.status is VenueStatus.PENDING:
        raise CommandFailed("venue_unknown")
    return found


def open_venue(unit: UnitOfWork, code: str) -> Venue:
    """A venue that people may check in at; raises CommandFailed."""
    found = known_venue(unit, code)
    if not found.open:
        raise CommandFailed("venue_closed", venue_name=found.name)
    return found


def own_venue(unit: UnitOfWork, code: str, keeper_index: bytes) -> Venue:
    """A venue whose keeper's phone it is; raises CommandFailed."""
    found = unit.venues.by_code(code)
    if found is None or found.keeper_index != keeper_index:
        raise CommandFailed("venue_not_yours")
    return found


def new_confirmation() -> str:
    """Random digits for a phone's owner."""
    return confirmation_from(secrets.randbits(NUMBER_BITS))


def _ask_keeper(unit: UnitOfWork, policy: Policy, venue: Venue, now: datetime) -> Outbound:
    """Send the code; a notice lets the keeper answer with the digits alone."""
    keeper = reached(unit, policy, venue.keeper or "", now)
    code = new_confirmation()
    unit.confirmations.put(VENUE, venue.id, code, now + policy.confirmation_valid)
    reply = Reply("venue_confirm", {"venue_name": venue.name, "code": venue.code, "confirmation": code})
    message = tell(unit, policy, keeper, reply, MessageClass.RESULT, now)
    notice = Notice(0, "venue_confirm", NoticeState.QUEUED, keeper.address_index, None, now, venue_id=venue.id)
    unit.notices.add(replace(notice, outbox_id=message.id))
    return message


def _free_code(unit: UnitOfWork) -> str:
    for _ in range(CODE_TRIES):
        code = code_from(secrets.randbits(NUMBER_BITS))
        if unit.venues.by_code(code) is None:
            return code
    raise RuntimeError("venue codes are used up")
