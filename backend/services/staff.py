"""Staff users: who may do what, and for which office."""

from __future__ import annotations

from backend.domain.alerts import StaffUser
from backend.services.ports.outside import Clock
from backend.services.ports.unit import Units


class NameTaken(ValueError):
    """Another user has the name."""


class Staff:
    """What an administrator does with users."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def add(self, name: str, role: str, office: str, actor: str) -> StaffUser:
        """A new user; raises NameTaken."""
        now = self._clock.now()
        with self._units() as unit:
            user = unit.staff.add(name, role, office, now)
            if user is None:
                raise NameTaken(name)
            unit.audit.add(actor, "add_user", None, role, now)
            unit.commit()
        return user

    def named(self, name: str) -> StaffUser | None:
        """The user of a name."""
        with self._units() as unit:
            return unit.staff.named(name)
