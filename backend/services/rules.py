"""What the forms catalogue and the disease pack in force say, in the few words the services need."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from backend.domain.checklists import Checklists
from backend.domain.follow_up import FollowUpRules
from backend.domain.visits import VisitRules
from backend.forms.catalogue import FORMS, defaults
from backend.forms.questions import (
    asked_on,
    consistent,
    contradiction,
    lacking,
    missing,
    question_fields,
    with_defaults,
)
from backend.forms.reference import RANDOM_BYTES, make
from backend.services.cases import NoticeRules
from backend.services.follow_up import ExposureDays
from backend.services.ports.people import Declaration
from backend.services.ports.unit import UnitOfWork


class Pack(Protocol):
    """The part of a disease pack that declarations need."""

    @property
    def name(self) -> str:
        """What declarations are filed under."""

    @property
    def legal_basis(self) -> str:
        """Why they may be kept: law or consent."""

    @property
    def window_days(self) -> int:
        """How many days back the questions reach."""

    @property
    def visits(self) -> VisitRules:
        """How long stays last."""

    @property
    def retention_days(self) -> Mapping[str, int]:
        """How long visits, declarations and contacts are kept."""

    def asks(self, form: str) -> Sequence[str] | None:
        """The questions of a form it asks, in order; None if it has no use for the form."""

    def consent(self, form: str) -> bool:
        """Whether a declaration waits for the person's consent."""

    def takes(self, form: str, day: date) -> bool:
        """Whether it asks for the form on a day in Viet Nam."""

    def concerns(self, form: str, answers: Mapping[str, Any]) -> bool:
        """Whether it asks for the form of somebody with these answers."""

    def only(self, form: str) -> Mapping[str, Sequence[str]]:
        """Field → the answers with which the form goes on; {} where every answer will do."""

    def limits(self, form: str) -> Mapping[str, int]:
        """The numbers for the form's checks, in days."""

    def triage(self, form: str, answers: Mapping[str, Any], today: date) -> str:
        """The level of a declaration."""

    @property
    def exposure(self) -> ExposureDays:
        """How long people are followed up."""

    @property
    def notices(self) -> NoticeRules:
        """How much an exposure notice tells."""

    @property
    def follow_up(self) -> FollowUpRules:
        """When they are asked, and which levels begin it."""

    def options(self, form: str) -> Mapping[str, Sequence[str]]:
        """Field → the options that have a number, where they are not the catalogue's own."""

    def texts(self, form: str) -> Mapping[str, str]:
        """Field → the message key that asks it, where it is not the catalogue's own."""

    def advice(self, triage: str) -> str:
        """The message key of what to do at a level."""


PackOf = Callable[[str, datetime], Pack]
"""The pack of a disease under the rules of a moment; raises Refused for a disease without one."""


class Rules:
    """The catalogue under the pack of the moment.

    Arguments: `in_force`, gives the pack that holds now; cheap, it is asked for every rule.  `checklists`, what
    facilities answer.  `refresh` is told of every turn, in its reading unit of work, before any rule is asked for;
    `pack_of` finds the pack of what was stored.
    """

    def __init__(
        self,
        in_force: Callable[[], Pack],
        checklists: Checklists | None = None,
        refresh: Callable[[UnitOfWork], None] = lambda _: None,
        pack_of: PackOf | None = None,
    ) -> None:
        self._in_force, self.refresh, self._pack_of = in_force, refresh, pack_of
        self.checklists = checklists or Checklists(())

    @property
    def pack(self) -> str:
        """The name of the pack in force."""
        return self._in_force().name

    @property
    def legal_basis(self) -> str:
        """Why declarations may be kept: law or consent."""
        return self._in_force().legal_basis

    @property
    def visits(self) -> VisitRules:
        """How long stays last, under the pack in force."""
        return self._in_force().visits

    @property
    def followed(self) -> Pack:
        """What decides on follow-ups, under the pack in force."""
        return self._in_force()

    def kept_for(self, what: str) -> timedelta:
        """How long `declarations`, `visits` or `contacts` are kept."""
        return timedelta(days=self._in_force().retention_days[what])

    def forms(self, today: date) -> Mapping[str, Mapping[str, Any]]:
        """`facts.forms` of docs/turn.md: form → {"fields", "consent", "window_days", "limits", "only", …}."""
        pack = self._in_force()
        return {
            name: {
                "fields": list(pack.asks(name) or ()), "consent": pack.consent(name), "window_days": pack.window_days,
                "limits": dict(pack.limits(name)), "only": dict(pack.only(name)),
                "options": {field: list(values) for field, values in pack.options(name).items()},
                "texts": dict(pack.texts(name)),
            }
            for name in FORMS if pack.takes(name, today)
        }  # fmt: skip

    def takes(self, form: str, answers: Mapping[str, Any], today: date) -> bool:
        """Whether the form is asked for today of somebody with these answers."""
        pack = self._in_force()
        return pack.takes(form, today) and pack.concerns(form, answers)

    def lacking(self, identity: Mapping[str, Any], declared: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Form → what it must still ask of a known person's identity.

        `declared` are the forms the person has declared by: what those ask for is not only taken for granted.
        """
        return {name: lacking(form, identity, {} if name in declared else defaults()) for name, form in FORMS.items()}

    def contradiction(self, form: str, values: Mapping[str, Any], today: date) -> str | None:
        """The field whose answer cannot be right beside the others."""
        found = contradiction(FORMS[form], values, today, self._in_force().limits(form))
        return found.field if found else None

    def version(self, form: str) -> int:
        """The form's version; raises KeyError for an unknown form."""
        return FORMS[form].version

    def split(self, form: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """(identity, answers): the values of fields asked once per person and of those asked every time.

        Raises:
            KeyError: no such form.
            ValueError: a value is not of a field of the form.
        """
        groups = {field.name: field.group for field in FORMS[form].fields}
        if not groups.keys() >= values.keys():
            raise ValueError("a value is of no field of the form")
        identity = {name: value for name, value in values.items() if groups[name] == "identity"}
        return identity, {name: value for name, value in values.items() if groups[name] != "identity"}

    def missing(
        self, form: str, identity: Mapping[str, Any], answers: Mapping[str, Any], channel: str
    ) -> tuple[Sequence[str], Sequence[str]]:
        """Required fields that apply and have no value: those the channel can ask, those it cannot."""
        open_fields = missing(FORMS[form], {**identity, **answers}, self._in_force().asks(form))
        asked = [field.name for field in open_fields if asked_on(channel, field)]
        return asked, [field.name for field in open_fields if field.name not in asked]

    def applicable(self, form: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers to this pack's questions without those a correction has made pointless."""
        asked = {field.name for field in question_fields(FORMS[form], self._in_force().asks(form))}
        return {name: value for name, value in consistent(FORMS[form], answers).items() if name in asked}

    def whole_identity(self, form: str, identity: Mapping[str, Any]) -> dict[str, Any]:
        """The identity with the defaults of what is never asked by itself."""
        return self.split(form, with_defaults(FORMS[form], identity))[0]

    def triage(self, form: str, answers: Mapping[str, Any], today: date) -> str:
        """The level of a declaration."""
        return self._in_force().triage(form, answers, today)

    def advice(self, declaration: Declaration) -> str:
        """The message key of what to do, in the words of the pack it was declared under."""
        return self.pack_then(declaration.pack, declaration.received_at).advice(declaration.triage)

    def pack_then(self, name: str, at: datetime) -> Pack:
        """The pack of a disease under the rules of a moment."""
        return self._pack_of(name, at) if self._pack_of else self._in_force()

    def place(self, values: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """(province, commune) codes officers filter by: where a traveller will stay, else where the person lives."""
        address = values.get("stay_address") or values.get("address") or {}
        return address.get("province"), address.get("commune")

    def name(self, identity: Mapping[str, Any]) -> str:
        """The person's name as given; the birth year stands for a name that a call could not take."""
        unnamed = f"({identity['birth_year']})" if identity.get("birth_year") else ""
        return str(identity.get("full_name") or unnamed)

    def new_reference(self) -> str:
        """A random reference code with its check digit; the caller makes sure that it is free."""
        return make(os.urandom(RANDOM_BYTES))
