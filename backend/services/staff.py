"""Staff users: who may do what, and for which office."""

from __future__ import annotations

from backend.domain.staff import StaffUser
from backend.services.ports.outside import Clock
from backend.services.ports.tracing import STAFF
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Unknown


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


def actor(user: StaffUser) -> str:
    """A staff user in the audit log."""
    return f"{STAFF}{user.name}"


def known_user(unit: UnitOfWork, name: str) -> StaffUser:
    """The user of a name; raises LookupError."""
    user = unit.staff.named(name)
    if user is None:
        raise Unknown("user")
    return user
