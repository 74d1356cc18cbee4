"""Registered places: added by the authority or by their keeper, found by their code, removed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.domain.venues import Venue, VenueStatus, code_from, confirmation_from
from backend.forms import venue_code
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Outbound, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.tracing import Notice, NoticeState
from backend.services.ports.unit import CommandFailed, UnitOfWork, Units
from backend.services.refusals import Refused, Unknown

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

    def add(self, news: Sequence[NewVenue], actor: str, *, vouched: bool = True) -> Sequence[Venue]:
        """Store venues, all or none, and tell their keepers.

        An authority that knows a venue vouches for it: it is active at once.  Else it is pending until its keeper
        gives back the code that is sent; without a keeper nobody can, so then it must be vouched for (Refused).
        """
        if not vouched and any(new.keeper is None for new in news):
            raise Refused("keeper_missing", "a venue without a keeper's phone must be vouched for")
        now = self._clock.now()
        with self._units() as unit:
            added = [register(unit, self._policy, new, now, vouched=vouched) for new in news]
            for venue, _ in added:
                unit.audit.add(actor, "add_venue", None, venue.code, now)
            unit.commit()
        self._hints.outbox([message.id for _, message in added if message])
        return [venue for venue, _ in added]

    def remove(self, code: str, actor: str) -> Venue:
        """Nobody can check in any more; who is there may still leave, and visits stay.

        Raises LookupError when there is no such venue; a removed one stays as it is.
        """
        now = self._clock.now()
        with self._units() as unit:
            found = known_to_staff(unit, code)
            if found.status is VenueStatus.REMOVED:
                return found
            removed = unit.venues.update(found, status=VenueStatus.REMOVED, removed_at=now)
            unit.audit.add(actor, "remove_venue", None, found.code, now)
            unit.commit()
        return removed

    def activate(self, code: str, actor: str) -> Venue:
        """The authority vouches for a venue without a confirmation; raises LookupError."""
        now = self._clock.now()
        with self._units() as unit:
            found = known_to_staff(unit, code)
            active = unit.venues.update(found, status=VenueStatus.ACTIVE)
            unit.audit.add(actor, "activate_venue", None, found.code, now)
            unit.commit()
        return active

    def codes(self, venue_ids: Collection[int]) -> Mapping[int, str]:
        """Id -> code; raises LookupError for an id nobody has."""
        with self._units() as unit:
            return {venue_id: unit.venues.get(venue_id).code for venue_id in venue_ids}

    def known(self, code: str) -> Venue:
        """The venue of a code as somebody typed it, whatever its status; raises LookupError."""
        with self._units() as unit:
            return known_to_staff(unit, code)


def known_to_staff(unit: UnitOfWork, code: str) -> Venue:
    """The venue of a code as somebody typed it, whatever its status; raises Unknown."""
    typed = venue_code.normalise(code)
    found = unit.venues.by_code(typed) if venue_code.valid(typed) else None
    if found is None:
        raise Unknown("venue")
    return found


def register(
    unit: UnitOfWork, policy: Policy, new: NewVenue, now: datetime, *, vouched: bool = False
) -> tuple[Venue, Outbound | None]:
    """Store a venue and tell its keeper its code, or ask for the confirmation; (venue, message)."""
    keeper_index = unit.index(new.keeper) if new.keeper else None
    venue = unit.venues.add(
        Venue(
            id=0,
            code=_free_code(unit),
            name=new.name,
            kind=new.kind,
            province=new.province,
            commune=new.commune,
            address=new.address,
            status=VenueStatus.ACTIVE if vouched else VenueStatus.PENDING,
            keeper=new.keeper,
            keeper_index=keeper_index,
            created_at=now,
        )
    )
    if not new.keeper:
        return venue, None
    return venue, (_tell_keeper if vouched else _ask_keeper)(unit, policy, venue, now)


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


def known_then(unit: UnitOfWork, code: str, at: datetime) -> Venue:
    """A venue that was open at a time gone by, though it may be removed now; raises CommandFailed."""
    venue = known_venue(unit, code)
    if venue.removed_at is not None and at >= venue.removed_at:
        raise CommandFailed("venue_closed", venue_name=venue.name)
    return venue


def own_venue(unit: UnitOfWork, code: str, keeper_index: bytes) -> Venue:
    """A venue whose keeper's phone it is; raises CommandFailed."""
    found = unit.venues.by_code(code)
    if found is None or found.keeper_index != keeper_index:
        raise CommandFailed("venue_not_yours")
    return found


def new_confirmation() -> str:
    """Random digits for a phone's owner."""
    return confirmation_from(secrets.randbits(NUMBER_BITS))


def _tell_keeper(unit: UnitOfWork, policy: Policy, venue: Venue, now: datetime) -> Outbound:
    keeper = reached(unit, policy, venue.keeper or "", now)
    reply = Reply("venue_added", {"venue_name": venue.name, "code": venue.code})
    return tell(unit, policy, keeper, reply, MessageClass.RESULT, now)


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
