"""Arriving and leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.domain.days import VIET_NAM, day_of, local
from backend.domain.visits import Visit, VisitRefused, check_moment, leave, reopened
from backend.forms.phones import normalise_phone
from backend.services.commands.base import Work
from backend.services.phones import holder, known_holder, reached, tell
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.tracing import Notice, NoticeState
from backend.services.ports.unit import CommandFailed
from backend.services.venues import known_then, known_venue, open_venue, own_venue
from backend.services.visits import enter, mend

COMPANIONS_MOST = 99
SAME_MOMENT = timedelta(minutes=2)  # the bot knows the time to the minute, as it was when the turn began


def check_in(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The phone's holder arrives, or says that they arrived earlier; ends the stay they were in."""
    at = moment(work, args.get("at"))
    until = moment(work, args["until"]) if args.get("until") else None
    venue = open_venue(work.unit, args["venue"]) if at == work.now else known_then(work.unit, args["venue"], at)
    person = known_holder(work.unit, work.conversation.address_index, work.now)
    arrival = enter(work.unit, work.rules.visits, person, venue, at, companions(args), until)
    left = work.unit.venues.get(arrival.ended.venue_id).name if arrival.ended else None
    said = note(arrival.repeated, left, at == work.now, until)
    stored = {**shown(arrival.visit.entered_at), "with": company(arrival.visit)}
    return {"venue_name": venue.name, **stored, "repeated": arrival.repeated, "left_name": left, "note": said}


def check_out(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The holder leaves where they are, or left at a time; a venue that was removed meanwhile can still be left."""
    named, at = args.get("venue"), moment(work, args.get("at"))
    venue_id = known_venue(work.unit, named).id if named else None
    person = holder(work.unit.people.on_phone(work.conversation.address_index))
    if person is None:
        raise CommandFailed("not_checked_in")
    known = work.unit.visits.around(person.id, at - work.rules.visits.cap, work.now)
    visit = allowed(lambda: leave(known, venue_id, at))
    work.unit.visits.change(visit)
    return {"venue_name": work.unit.venues.get(visit.venue_id).name, **shown(at)}


def check_in_visitor(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A keeper types a visitor's number, or of somebody who came earlier; the visitor is told and may say that it was
    not them."""
    own_venue(work.unit, args["venue"], work.conversation.address_index)
    at = moment(work, args.get("at"))
    venue = open_venue(work.unit, args["venue"]) if at == work.now else known_then(work.unit, args["venue"], at)
    phone = normalise_phone(args["phone"])
    if phone is None:
        raise CommandFailed("phone_wrong")
    visitor = reached(work.unit, work.policy, phone, work.now)
    person = known_holder(work.unit, visitor.address_index, work.now)
    arrival = enter(work.unit, work.rules.visits, person, venue, at, companions(args))
    when = shown(arrival.visit.entered_at)
    work.unit.audit.add("keeper", "check_in_visitor", person.id, venue.code, work.now)
    if not arrival.repeated:
        reply = Reply("visited_by_staff", {"venue_name": venue.name, **when})
        message = tell(work.unit, work.policy, visitor, reply, MessageClass.RECEIPT, work.now)
        work.told.append(message.id)
        work.unit.notices.add(
            Notice(
                0,
                "visit_by_staff",
                NoticeState.QUEUED,
                visitor.address_index,
                person.id,
                work.now,
                venue_id=venue.id,
                visit_id=arrival.visit.id,
                outbox_id=message.id,
            )
        )
    return {"venue_name": venue.name, **when, "with": company(arrival.visit)}


def not_me(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The visitor says that a visit typed by staff was not theirs: it never was, and what it cut short goes on."""
    notice = work.notice(args["notice"], "visit_by_staff")
    work.unit.notices.answer(notice, "not_me", work.now)
    gone = work.unit.visits.delete(notice.visit_id) if notice.visit_id is not None else None
    if gone is not None:
        mend(work.unit, work.rules.visits, gone)
    work.unit.audit.add("citizen", "not_me", notice.person_id, "visit_by_staff", work.now)
    return {"venue_name": work.unit.venues.get(notice.venue_id).name if notice.venue_id is not None else ""}


def undo_visit(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take back the arrival, or the departure (`left`), that this phone told of at `told`; `at` is what it told."""
    told = local(args["told"])
    if work.now - told > work.policy.undo_within + SAME_MOMENT:
        raise CommandFailed("visit_undo_late")
    person = holder(work.unit.people.on_phone(work.conversation.address_index))
    at = local(args["at"]) if args.get("at") else told
    cap = work.rules.visits.cap
    known = work.unit.visits.around(person.id, at - cap, at + cap) if person else []
    visit = told_visit(work, known, args, at)
    venue = work.unit.venues.get(visit.venue_id)
    if args.get("left"):
        work.unit.visits.change(reopened(known, visit, venue.kind, work.rules.visits))
    else:
        work.unit.visits.delete(visit.id)
        mend(work.unit, work.rules.visits, visit)
    work.unit.audit.add("citizen", "undo_visit", visit.person_id, venue.code, work.now)
    return {"venue_name": venue.name}


def told_visit(work: Work, known: Sequence[Visit], args: Mapping[str, Any], at: datetime) -> Visit:
    """The visit of that moment; raises CommandFailed where the arrival went on with an older one."""
    venue_id = known_venue(work.unit, args["venue"]).id if args.get("venue") else None
    for visit in reversed(known):
        apart = (visit.left_at if args.get("left") else visit.entered_at) - at
        if abs(apart) < SAME_MOMENT and venue_id in (None, visit.venue_id):
            return visit
    raise CommandFailed("visit_undo_none")


def moment(work: Work, at: str | None) -> datetime:
    """When: as it was said, or an ISO time of Viet Nam that is not to come and not older than visits are kept."""
    if at is None:
        return work.said
    then = local(at)
    allowed(lambda: check_moment(then, work.now, work.rules.kept_for("visits")))
    return then


def companions(args: Mapping[str, Any]) -> int:
    """How many came along."""
    return min(max(int(args.get("companions") or 0), 0), COMPANIONS_MOST)


def company(visit: Visit) -> Any:
    """How many came along as it is stored, for the end of a sentence."""
    return {"$text": {"key": "visit_with", "args": {"count": visit.companions}}} if visit.companions else ""


def note(repeated: bool, left: str | None, present: bool, until: datetime | None = None) -> Any:
    """What the receipt of a check-in says besides: when they left, a visit stored before, the venue just left, or how
    to leave."""
    if until is not None:
        return {"$text": {"key": "visit_until", "args": {"time": shown(until)["time"]}}}
    if repeated:
        return {"$key": "visit_repeated"}
    if left is not None:
        return {"$text": {"key": "visit_left", "args": {"venue_name": left}}}
    return {"$key": "visit_leave_by"} if present else ""


def shown(at: datetime) -> Mapping[str, Any]:
    """Time and day of a visit as arguments of texts."""
    return {"time": at.astimezone(VIET_NAM).strftime("%H:%M"), "date": {"$date": day_of(at).isoformat()}}


def allowed[Result](rule: Callable[[], Result]) -> Result:
    """What a rule of visits says, its refusal as the failure of the command."""
    try:
        return rule()
    except VisitRefused as refused:
        raise CommandFailed(refused.code) from refused
