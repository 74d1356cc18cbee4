"""The installed checklist packs: which one a facility answers on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.domain.checklists.scoring import Checklist
from backend.domain.refusals import Refused


class ChecklistUnknown(Refused):
    """No checklist of that name, or none for such a venue, is valid."""

    def __init__(self, sentence: str) -> None:
        super().__init__("checklist_unknown", sentence)


class Checklists:
    """All of them; several of one name are the same list under the rules of different times."""

    def __init__(self, installed: Sequence[Checklist]) -> None:
        self._installed = installed

    def on(self, day: date) -> Sequence[Checklist]:
        """Those valid on a day in Viet Nam, one a name: the one with the newest rules."""
        newest = {each.name: each for each in sorted(self._installed, key=lambda each: each.valid_from)
                  if each.holds_on(day)}  # fmt: skip
        return [newest[name] for name in sorted(newest)]

    def find(self, name: str, day: date) -> Checklist | None:
        """The list of a name on a day."""
        return next((each for each in self.on(day) if each.name == name), None)

    def named(self, name: str, day: date) -> Checklist:
        """The same; raises ChecklistUnknown."""
        found = self.find(name, day)
        if found is None:
            known = ", ".join(each.name for each in self.on(day))
            raise ChecklistUnknown(f"no checklist {name!r} is valid; there are {known}")
        return found

    def meant_for(self, kind: str, province: str | None, day: date) -> Checklist:
        """The list for a venue: one of its province before one for the whole country; raises ChecklistUnknown."""
        fitting = [each for each in self.on(day) if each.fits(kind, province)]
        if not fitting:
            raise ChecklistUnknown(f"no checklist is meant for a venue of kind {kind}")
        return max(fitting, key=lambda each: (bool(each.provinces), each.valid_from))
