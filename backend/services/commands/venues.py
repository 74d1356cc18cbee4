"""What a venue's keeper does by phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from backend.domain.days import day_of, midnight
from backend.domain.venues import KINDS, VenueStatus
from backend.domain.visits import OTHER
from backend.forms.phones import normalise_phone
from backend.services.commands.base import Work
from backend.services.ports.unit import CommandFailed
from backend.services.venues import VENUE, NewVenue, own_venue, register

NAME_MOST, ADDRESS_MOST = 200, 300  # characters


def register_venue(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A new venue, pending until the code that is sent to the keeper's phone comes back."""
    keeper = normalise_phone(args.get("keeper_phone") or work.conversation.address)
    if keeper is None:
        raise CommandFailed("phone_wrong")
    if len(work.unit.venues.kept_by(work.unit.index(keeper))) >= work.policy.venues_most:
        raise CommandFailed("too_many_venues")
    venue, message = register(work.unit, work.policy, new_venue(args, keeper), work.now)
    if message is not None:
        work.told.append(message.id)
    work.unit.audit.add("citizen", "register_venue", None, venue.code, work.now)
    return {"code": venue.code, "name": venue.name}


def confirm_venue(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keeper's phone gives back its code: the venue is active."""
    venue = own_venue(work.unit, args["code"], work.conversation.address_index)
    given = "".join(sign for sign in str(args["confirmation"]) if sign.isdigit())
    if venue.status is VenueStatus.PENDING:
        if not work.unit.confirmations.take(VENUE, venue.id, given, work.now, work.policy.confirmation_tries):
            raise CommandFailed("confirmation_wrong", lambda unit: unit.confirmations.missed(VENUE, venue.id))
        work.unit.venues.update(venue, status=VenueStatus.ACTIVE)
        work.unit.audit.add("keeper", "confirm_venue", None, venue.code, work.now)
        close_notice(work, venue.id)
    return {"code": venue.code, "name": venue.name}


def venue_count(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """How many came today; never who."""
    venue = own_venue(work.unit, args["venue"], work.conversation.address_index)
    today = day_of(work.now)
    count, companions = work.unit.visits.count(venue.id, midnight(today), midnight(today + timedelta(days=1)))
    return {
        "venue_name": venue.name, "count": count, "companions": companions, "date": {"$date": today.isoformat()},
    }  # fmt: skip


def new_venue(args: Mapping[str, Any], keeper: str) -> NewVenue:
    """What a person says of a venue; the address as the form stores places, or as plain words."""
    address = args.get("address") or {}
    where = address if isinstance(address, Mapping) else {"text": str(address)}
    kind = args.get("kind")
    return NewVenue(
        name=str(args["name"])[:NAME_MOST], kind=kind if kind in KINDS else OTHER, province=where.get("province"),
        commune=where.get("commune"), address=str(where.get("text") or "")[:ADDRESS_MOST], keeper=keeper,
    )  # fmt: skip


def close_notice(work: Work, venue_id: int) -> None:
    """The request for the code is answered."""
    since = work.now - work.policy.notice_open
    notice = work.unit.notices.open_for(work.conversation.address_index, since)
    if notice is not None and (notice.kind, notice.venue_id) == ("venue_confirm", venue_id):
        work.unit.notices.answer(notice, "confirmed", work.now)
