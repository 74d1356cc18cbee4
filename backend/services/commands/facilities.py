"""What phones do about facilities: the daily report, feedback on a place, closing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.checklists import Checklist, Colour, Result, score
from backend.domain.days import day_of
from backend.domain.facilities import FEEDBACK_MOST, Facility, Report, shown
from backend.domain.venues import Venue
from backend.services.commands.base import Work
from backend.services.phones import reached, tell
from backend.services.ports.facilities import Sent
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.unit import CommandFailed
from backend.services.refusals import readable
from backend.services.venues import open_venue

NAMED_MOST = 3  # criteria to mend that a receipt names; the others are counted


def report_facility(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Today's checklist of a facility by one of its officers; a second one of the day replaces the first."""
    facility, officer_id = own_facility(work, args["venue"])
    today = day_of(work.now)
    checklist = work.rules.checklists.find(facility.checklist, today)
    if checklist is None or checklist.name != args["pack"]:
        raise CommandFailed("checklist_changed", venue_name=facility.venue.name)
    try:
        result = score(checklist, args["failed"])
    except ValueError:
        raise CommandFailed("checklist_changed", venue_name=facility.venue.name) from None
    verdict = result.verdict
    replaces = work.unit.facilities.report(
        Report(
            facility.id,
            today,
            checklist.name,
            result.bits,
            verdict.level,
            verdict.colour,
            verdict.score,
            verdict.most,
            officer_id,
            work.now,
        )
    )
    work.unit.audit.add("officer", "report_facility", None, facility.venue.code, work.now)
    work.message_class = MessageClass.RECEIPT
    complaints = len(work.unit.feedback.open_at(facility.venue.id))
    return {
        "venue_name": facility.venue.name, "colour": {"$key": f"colour_{verdict.colour}"},
        "score": score_shown(result), "mend": mend(checklist, result),
        "note": report_note(replaces, verdict.colour, complaints),
    }  # fmt: skip


def score_shown(result: Result) -> Mapping[str, Any]:
    """So many criteria met, or the share of risk points."""
    verdict = result.verdict
    kind = "passed" if verdict.most == len(result.bits) else "risk"
    return {"$text": {"key": f"checklist_{kind}", "args": {"score": verdict.score, "most": verdict.most}}}


def mend(checklist: Checklist, result: Result) -> Any:
    """What is to be mended, mandatory criteria first."""
    if not result.failed:
        return ""
    names = checklist.criteria
    listed = [
        {"$text": {"key": "criterion_line", "args": {
            "number": number, "name": {"$key": f"criterion_{names[number - 1]}"}}}}
        for number in result.failed[:NAMED_MOST]
    ]  # fmt: skip
    rest = len(result.failed) - len(listed)
    if rest:
        listed.append({"$text": {"key": "criteria_more", "args": {"count": rest}}})
    return {"$text": {"key": "checklist_mend", "args": {"failed": {"$list": listed}}}}


def report_note(replaces: bool, colour: Colour, complaints: int) -> Any:
    """What the receipt says besides: feedback that keeps the place yellow, or an earlier report that is replaced."""
    if complaints and shown(colour, complaints) is not colour:
        return {"$text": {"key": "report_complaints", "args": {"count": complaints}}}
    return {"$key": "report_replaces"} if replaces else ""


def own_facility(work: Work, code: str) -> tuple[Facility, int]:
    """(facility, officer id) of a venue's code for which this phone reports; raises CommandFailed."""
    venue = work.unit.venues.by_code(code)
    facility = work.unit.facilities.of_venue(venue.id) if venue and venue.open else None
    officer = work.unit.facilities.officer(facility.id, work.conversation.address_index) if facility else None
    if facility is None or officer is None:
        raise CommandFailed("facility_not_yours", venue_code=code)
    return facility, officer


def send_feedback(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A citizen tells what is wrong at a place: it is yellow until somebody has looked into it.

    Nobody at the place learns who wrote: its officers are shown the number and the words, nothing else.
    """
    venue = open_venue(work.unit, args["venue"])
    text = "".join(sign if readable(sign) else " " for sign in str(args["text"])).strip()[:FEEDBACK_MOST]
    since = work.now - work.policy.feedback_window
    check_flood(work, venue, work.unit.feedback.sent(work.conversation.address_index, venue.id, since))
    kept = work.unit.feedback.add(venue.id, work.conversation.address_index, text, work.now)
    work.unit.audit.add("citizen", "send_feedback", None, f"{venue.code} {kept.id}", work.now)
    work.message_class = MessageClass.RECEIPT
    if len(work.unit.feedback.open_at(venue.id)) <= work.policy.feedback_told:
        tell_officers(work, venue, kept.id, text)
    return {"venue_name": venue.name}


def check_flood(work: Work, venue: Venue, sent: Sent) -> None:
    """Raises CommandFailed where one number, or everybody about one place, writes too much."""
    policy = work.policy
    if sent.by_phone >= policy.feedback_by_phone or sent.by_phone_here >= policy.feedback_by_phone_here:
        raise CommandFailed("feedback_too_often")
    if sent.here >= policy.feedback_here:
        raise CommandFailed("feedback_place_full", venue_name=venue.name)


def tell_officers(work: Work, venue: Venue, number: int, text: str) -> None:
    """The officers of the place read what is wrong, so that they mend it."""
    facility = work.unit.facilities.of_venue(venue.id)
    reply = Reply("feedback_arrived", {"venue_name": venue.name, "number": number, "text": text})
    for officer in work.unit.facilities.officers(facility.id) if facility else ():
        conversation = reached(work.unit, work.policy, officer.phone, work.now)
        work.told.append(tell(work.unit, work.policy, conversation, reply, MessageClass.FOLLOW_UP, work.now).id)


def close_feedback(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """An officer of the place has mended it; one of another place cannot tell that the number exists."""
    found = work.unit.feedback.get(int(args["number"]))
    facility = work.unit.facilities.of_venue(found.venue_id) if found else None
    officer = work.unit.facilities.officer(facility.id, work.conversation.address_index) if facility else None
    if found is None or facility is None or officer is None:
        raise CommandFailed("feedback_unknown")
    if work.unit.feedback.close(found.id, "officer", work.now):
        work.unit.audit.add("officer", "close_feedback", None, f"{facility.venue.code} {found.id}", work.now)
    left = len(work.unit.feedback.open_at(facility.venue.id))
    note = {"$text": {"key": "feedback_left", "args": {"count": left}}} if left else ""
    return {"venue_name": facility.venue.name, "number": found.id, "note": note}
