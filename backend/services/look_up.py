"""Looking a declaration up by its reference: a border officer's or a health worker's; every look is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.staff import ROLES
from backend.forms import reference as codes
from backend.forms.catalogue import FORMS
from backend.forms.questions import answer_schema
from backend.services.export import record
from backend.services.ports.outside import Clock
from backend.services.ports.unit import Units
from backend.services.refusals import Refused, Unknown, checked_reason

MAY_LOOK_UP = frozenset(ROLES) - {"facility"}


def answer_schemas() -> Mapping[str, Mapping[str, Any]]:
    """JSON schema of the answers of a complete declaration, by form, as the catalogue asks today."""
    return {name: answer_schema(form) for name, form in FORMS.items()}


class ReferenceWrong(Refused):
    """Not a well-formed reference."""

    def __init__(self) -> None:
        super().__init__("reference_wrong", "a digit of the reference is wrong or missing")


class LookUp:
    """Reads one declaration for a member of staff."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def declaration(self, reference: str, user: str, reason: str) -> dict[str, Any]:
        """The newest revision under a reference, with the fields of an export and its status.

        The audit line, which names the person and the reason, is committed before anything is shown.

        Args:
            reference: as the traveller shows it; spaces, dots and hyphens are ignored.
            user: name of a staff user.
            reason: why the officer looks, 1 to 500 characters.

        Raises:
            ReferenceWrong: the code's check digit is wrong.
            LookupError: no such user, one whose role does not allow it, or no such declaration.
            Refused: no reason, or one that is too long.
        """
        code = codes.normalise(reference)
        if not codes.valid(code):
            raise ReferenceWrong
        said = checked_reason(reason)
        with self._units() as unit:
            officer = unit.staff.named(user)
            if officer is None or officer.role not in MAY_LOOK_UP:
                raise LookupError("no such user, or one who may not look at declarations")
            found = unit.declarations.latest(code)
            shown = {**record(unit, found), "status": found.status} if found else None
            person = found.person_id if found else None
            unit.audit.add(f"user:{officer.name}", "look_up_declaration", person, said, self._clock.now())
            unit.commit()
        if shown is None:
            raise Unknown("declaration")
        return shown
