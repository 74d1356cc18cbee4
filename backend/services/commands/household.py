"""Who is kept on a phone, and whom people say they met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.forms.phones import normalise_phone
from backend.services.commands.base import Work
from backend.services.commands.declarations import new_person
from backend.services.phones import HOLDER_ROLES, known_holder
from backend.services.ports.unit import CommandFailed

FORM = "health"  # whose identity fields a member has
HOUSEHOLD = "household"


def keep_member(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a member of the household, for declarations to come; the same person twice is one."""
    kept = work.unit.people.on_phone(work.conversation.address_index)
    if len(kept) >= work.policy.members_most:
        raise CommandFailed("too_many_members", most=work.policy.members_most)
    person = new_person(work, FORM, HOUSEHOLD, args["identity"])
    work.unit.audit.add("citizen", "keep_member", person.id, HOUSEHOLD, work.now)
    return {"person_name": work.rules.name(person.identity)}


def remove_member(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """No longer keep somebody; whoever carries the phone stays until they ask to be erased."""
    for person in work.unit.people.on_phone(work.conversation.address_index):
        if person.id == args["person"] and person.role not in HOLDER_ROLES:
            work.unit.people.remove(person)
            work.unit.audit.add("citizen", "remove_member", person.id, HOUSEHOLD, work.now)
            return {"person_name": work.rules.name(person.identity)}
    raise CommandFailed("member_unknown")


def declare_contact(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The holder was in contact with another phone, whose owner is not told by whom."""
    phone = normalise_phone(args["phone"])
    if phone is None:
        raise CommandFailed("phone_wrong")
    if phone != work.conversation.address:
        person = known_holder(work.unit, work.conversation.address_index, work.now)
        work.unit.contacts.put(person.id, phone, work.now)
        work.unit.audit.add("citizen", "declare_contact", person.id, "asked", work.now)
    return {}
