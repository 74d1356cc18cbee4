"""Storing, correcting, confirming and taking back declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend.domain.callbacks import INCOMPLETE
from backend.domain.days import day_of
from backend.domain.people import same_person
from backend.forms.follow_up import SYMPTOMS, WELL
from backend.services import follow_up
from backend.services.commands.base import Work
from backend.services.facts import amendable, counts, undoable
from backend.services.phones import VISITOR
from backend.services.ports.outbox import MessageClass
from backend.services.ports.people import Declaration, Person
from backend.services.ports.unit import CommandFailed

REFERENCE_TRIES = 20
OWN_ROLES = ("self", "shared")  # of whoever carries the phone
DECLARED_FOR = {"self": "self", "shared": "self", "household": "household", "other": "other"}


def submit_declaration(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Store a complete declaration of a kept or a new person."""
    form = args["form"]
    identity, answers = split(work, form, {**(args.get("identity") or {}), **args["answers"]})
    subject = args.get("subject")
    person = completed(work, subject, identity) if subject else new_person(work, form, args.get("role"), identity)
    answers = work.rules.applicable(form, answers)
    require_taken(work, form, answers)
    require_all(work, form, person.identity, answers)
    province, commune = work.rules.place({**person.identity, **answers})
    declaration = Declaration(
        reference=free_reference(work),
        revision=1,
        form=form,
        form_version=work.rules.version(form),
        person_id=person.id,
        address_index=work.conversation.address_index,
        address=work.conversation.address,
        declared_for=DECLARED_FOR[person.role],
        channel=work.channel,
        answers=answers,
        triage=triage(work, form, person, answers),
        province=province,
        commune=commune,
        status="pending" if args.get("pending") else "complete",
        pack=work.rules.pack,
        legal_basis=work.rules.legal_basis,
        received_at=work.now,
    )
    work.unit.declarations.add(declaration)
    work.unit.audit.add("citizen", "declare", person.id, form, work.now)
    if declaration.status == "complete":
        followed_up(work, declaration, person)
    return receipt(work, declaration, person)


def amend_declaration(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Correct fields: a new revision under the same reference, triage worked out again."""
    old = work.own(args["reference"])
    if not amendable(old, work.now, work.policy):
        raise CommandFailed("amend_too_late")
    identity, answers = split(work, old.form, args["changes"])
    person = known_person(work, old.person_id)
    if identity:
        person = work.unit.people.update(person, identity={**person.identity, **identity})
    merged = work.rules.applicable(old.form, {**old.answers, **answers})
    require_all(work, old.form, person.identity, merged)
    province, commune = work.rules.place({**person.identity, **merged})
    new = replace(
        old,
        revision=old.revision + 1,
        answers=merged,
        province=province,
        commune=commune,
        triage=triage(work, old.form, person, merged),
    )
    work.unit.declarations.set_status(old.reference, old.revision, "superseded")
    work.unit.declarations.add(new)
    work.unit.audit.add("citizen", "amend", person.id, old.form, work.now)
    if new.status == "complete":
        followed_up(work, new, person)
    return receipt(work, new, person)


def confirm_declaration(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Consent was given: the pending declaration counts in full."""
    declaration = work.own(args["reference"])
    if not counts(declaration):
        raise CommandFailed("declaration_gone")
    work.unit.declarations.set_status(declaration.reference, declaration.revision, "complete")
    work.unit.audit.add("citizen", "consent", declaration.person_id, declaration.form, work.now)
    person = known_person(work, declaration.person_id)
    followed_up(work, declaration, person)
    return receipt(work, replace(declaration, status="complete"), person)


def undo_declaration(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take a declaration back, and with it those of the household that one message declared together."""
    declaration = work.own(args["reference"])
    if not undoable(declaration, work.now, work.policy):
        raise CommandFailed("undo_too_late")
    undone = declared_together(work, declaration)
    for each in undone:
        work.unit.declarations.set_status(each.reference, each.revision, "undone")
        work.unit.audit.add("citizen", "undo", each.person_id, each.form, work.now)
        person = known_person(work, each.person_id)
        follow_up.judge(work.unit, person, each.reference, None, work.rules.pack, work.rules.followed, work.now)
    return {"reference": {"$list": [each.reference for each in undone]}}


def declared_together(work: Work, declaration: Declaration) -> Sequence[Declaration]:
    """The declarations by the same form that this phone's people made in the very same turn, this one included."""
    people = [person.id for person in work.unit.people.on_phone(work.conversation.address_index)]
    newest = work.unit.declarations.newest(people)
    others = [
        each for (_, form), each in newest.items()
        if form == declaration.form and each.received_at == declaration.received_at and counts(each)
        and each.reference != declaration.reference
    ]  # fmt: skip
    return [declaration, *others]


def split(work: Work, form: str, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """(identity, answers) after the kernel's own checks; the form may have changed since the bot asked."""
    try:
        return work.rules.split(form, values)
    except (KeyError, ValueError) as error:
        raise CommandFailed("form_changed") from error


def require_taken(work: Work, form: str, answers: Mapping[str, Any]) -> None:
    """The pack may have switched the form off, or not ask this person."""
    if not work.rules.takes(form, answers, day_of(work.now)):
        raise CommandFailed("form_off")


def require_all(work: Work, form: str, identity: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """A declaration is stored whole and without contradictions, or not at all.

    What the channel cannot ask (a name, in a call) the hotline rings up for.
    """
    missing, left_open = work.rules.missing(form, identity, answers, work.channel)
    if missing:
        raise CommandFailed("answers_missing", fields=list(missing))
    if left_open:
        work.unit.callbacks.request(work.conversation, INCOMPLETE, work.now)
    wrong = work.rules.contradiction(form, {**identity, **answers}, day_of(work.now))
    if wrong:
        raise CommandFailed("answers_contradict", fields=[wrong])


def known_person(work: Work, person_id: str) -> Person:
    """A person of this very phone."""
    for person in work.unit.people.on_phone(work.conversation.address_index):
        if person.id == person_id:
            return person
    raise CommandFailed("subject_gone")


def completed(work: Work, person_id: str, identity: Mapping[str, Any]) -> Person:
    """A known person, with what this form asked of the identity for the first time."""
    person = known_person(work, person_id)
    return work.unit.people.update(person, identity={**person.identity, **identity}) if identity else person


def new_person(work: Work, form: str, role: str | None, identity: Mapping[str, Any]) -> Person:
    """Somebody who has never declared from this phone; told as new twice, a person is still one."""
    if role not in DECLARED_FOR:
        raise CommandFailed("role_unknown")
    whole = work.rules.whole_identity(form, identity)
    for person in work.unit.people.on_phone(work.conversation.address_index):
        if person.role == VISITOR and role in OWN_ROLES:
            return work.unit.people.update(person, role=role, identity=whole)
        if person.role != VISITOR and same_person(person.identity, whole):
            return work.unit.people.update(person, identity={**person.identity, **whole})
    return work.unit.people.add(work.conversation.address_index, role, whole, work.now)


def free_reference(work: Work) -> str:
    """A reference nobody has."""
    for _ in range(REFERENCE_TRIES):
        reference = work.rules.new_reference()
        if work.unit.declarations.latest(reference) is None:
            return reference
    raise CommandFailed("references_used_up")


def triage(work: Work, form: str, person: Person, answers: Mapping[str, Any]) -> str:
    """The level under the pack in force."""
    return work.rules.triage(form, {**person.identity, **answers}, day_of(work.now))


def followed_up(work: Work, declaration: Declaration, person: Person) -> None:
    """Its level may begin a follow-up; what it says of symptoms answers today's question of one."""
    rules = work.rules
    follow_up.judge(work.unit, person, declaration.reference, declaration.triage, rules.pack, rules.followed, work.now)
    known = work.unit.follow_ups.open_of(person.id)
    said = declaration.answers.get("has_symptoms")
    asked = work.unit.follow_ups.asked(known.id, 1) if known is not None and said is not None else ()
    for notice in asked:
        if notice.day == day_of(work.now):
            day = SYMPTOMS if said else WELL
            work.told += follow_up.answer_of(work.unit, work.policy, notice, day, work.now)


def receipt(work: Work, declaration: Declaration, person: Person) -> Mapping[str, Any]:
    """What a receipt shows; the first one says what is kept and why."""
    work.message_class = MessageClass.RECEIPT
    first = person.told_at is None and declaration.status != "pending"  # which is asked about, not told
    if first:
        work.unit.people.update(person, told_at=work.now)
    _, left_open = work.rules.missing(declaration.form, person.identity, declaration.answers, work.channel)
    return {
        "reference": declaration.reference,
        "triage": declaration.triage,
        "person_name": work.rules.name(person.identity),
        "advice": {"$key": work.rules.advice(declaration)},
        "kept": {"$key": f"kept_{declaration.legal_basis}"} if first else "",
        "completion": {"$key": "completed_by_hotline"} if left_open else "",
    }
