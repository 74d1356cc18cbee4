"""What a person may know and decide about their own data (Law 91/2025/QH15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.domain.days import day_of
from backend.services.commands.base import Work
from backend.services.ports.outbox import MessageClass
from backend.services.ports.people import Declaration, Person
from backend.services.ports.tracing import Look
from backend.services.ports.unit import CommandFailed
from backend.services.venues import new_confirmation

ERASURE = "erasure"  # what a confirmation code is for
VIEWS_MOST = 5
FORGOTTEN: Mapping[str, Any] = {
    "state": None, "open_form": None, "last_text_index": None, "remind_at": None, "expires_at": None,
}  # fmt: skip


def status(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the house knows of this phone: last declaration, its level, follow-up and call-back, whether exposed."""
    people = work.unit.people.on_phone(work.conversation.address_index)
    last = work.unit.declarations.last_from(work.conversation.address_index)
    waiting = work.unit.callbacks.waiting(work.conversation)
    return {
        **last_declaration(last),
        "follow_up": followed(work) or ({"$key": "status_callback_open"} if waiting else ""),
        "contact": {"$key": "status_contact" if exposed(work, people) else "status_no_contact"},
    }


def followed(work: Work) -> Mapping[str, Any] | None:
    """Until when somebody of this phone is asked every day how they are."""
    days = [each.ends_on for each in work.unit.follow_ups.on_phone(work.conversation.address_index)]
    return {"$text": {"key": "status_followed", "args": {"date": {"$date": max(days).isoformat()}}}} if days else None


def who_viewed(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The newest looks of staff at the people of this phone: office and day."""
    people = work.unit.people.on_phone(work.conversation.address_index)
    looks = work.unit.audit.looks([person.id for person in people], VIEWS_MOST)
    return {"views": {"$list": [view(look) for look in looks]} if looks else {"$key": "nobody_looked"}}


def request_erasure(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A code to send back; a slip of the thumb erases nobody."""
    code = new_confirmation()
    expires_at = work.now + work.policy.erasure_valid
    work.unit.confirmations.put(ERASURE, work.conversation.id, code, expires_at)
    return {"confirmation": code}


def erase(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Everything of this phone goes but what the law obliges to keep, which is told."""
    own = work.conversation.id
    given = "".join(sign for sign in str(args["confirmation"]) if sign.isdigit())
    if not work.unit.confirmations.take(ERASURE, own, given, work.now, work.policy.confirmation_tries):
        raise CommandFailed("confirmation_wrong", lambda unit: unit.confirmations.missed(ERASURE, own))
    return {"kept": {"$list": [{"$key": key} for key in forget(work)]}}


def forget(work: Work) -> Sequence[str]:
    """Erase everything of this phone but what the law obliges to keep; the keys of that."""
    people = work.unit.people.on_phone(work.conversation.address_index)
    kept = kept_by_law(work, people)
    ids = [person.id for person in people]
    work.unit.erasure.erase(work.conversation.address, work.conversation.id, ids, work.now)
    work.unit.venues.forget_keeper(work.conversation.address_index)
    work.changes |= FORGOTTEN
    for person in people:
        work.unit.audit.add("citizen", "erase", person.id, "asked", work.now)
    return kept


def set_messages(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Switch a class of messages; only advice may be refused (Decree 91/2020 covers advertising only)."""
    if args["class"] != MessageClass.ADVICE.value:
        raise CommandFailed("messages_required")
    work.changes["opted_out"] = not args["on"]
    work.unit.audit.add("citizen", "opt_in" if args["on"] else "opt_out", None, "asked", work.now)
    return {}


def last_declaration(last: Declaration | None) -> Mapping[str, Any]:
    """Day, code and advice of the newest declaration; empty where there is none."""
    if last is None:
        return {"date": "", "reference": "", "advice": ""}
    return {
        "date": {"$date": day_of(last.received_at).isoformat()}, "reference": last.reference,
        "advice": {"$key": f"status_{last.triage}"},
    }  # fmt: skip


def exposed(work: Work, people: Sequence[Person]) -> bool:
    """Whether somebody of this phone was told of an exposure whose time is not over."""
    since: datetime = work.now - work.rules.kept_for("contacts")
    return work.unit.cases.exposed([person.id for person in people], since)


def kept_by_law(work: Work, people: Sequence[Person]) -> list[str]:
    """Keys of what stays: the audit always, visits and cases while they may matter to others, a venue still kept.

    Who reports for a facility stays registered: an authority decided that.
    """
    ids = [person.id for person in people]
    keeps_venues = bool(work.unit.venues.kept_by(work.conversation.address_index))
    reports = bool(work.unit.facilities.of_officer(work.conversation.address_index))
    keys = {
        "erased_keeps_visits": work.unit.visits.any_of(ids), "erased_keeps_case": bool(work.unit.cases.of_person(ids)),
        "erased_keeps_follow_up": any(work.unit.follow_ups.open_of(person.id) for person in people),
        "erased_keeps_venue": keeps_venues, "erased_keeps_facility": reports, "erased_keeps_audit": True,
    }  # fmt: skip
    return [key for key, applies in keys.items() if applies]


def view(look: Look) -> Mapping[str, Any]:
    """One look, as an argument of texts."""
    args = {"office": look.office, "date": {"$date": day_of(look.at).isoformat()}}
    return {"$text": {"key": "view_line", "args": args}}
