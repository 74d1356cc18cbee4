"""The hotline's list: whom to ring, and who has been rung."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.callbacks import MAY_RING, Callback
from backend.services.ports.outside import Clock
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Refused, Unknown, checked_reason


class Callbacks:
    """What an operator of the hotline does."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def open(self, user: str, limit: int) -> Sequence[Callback]:
        """Who waits to be rung, in the order in which to ring; the look is audited before anything is shown.

        Raises:
            Unknown: no such user.
            Refused: the user's role does not ring people up.
        """
        with self._units() as unit:
            actor = _operator(unit, user)
            found = unit.callbacks.open(limit)
            unit.audit.add(actor, "list_callbacks", None, f"{len(found)} phones", self._clock.now())
            unit.commit()
        return found

    def close(self, number: int, user: str, outcome: str) -> None:
        """Somebody was rung, with this outcome; `outcome` is kept in the audit log and must name nobody.

        Raises:
            Unknown: no such user, or no such open request.
            Refused: the user's role does not ring people up, or no outcome.
        """
        said = checked_reason(outcome)
        now = self._clock.now()
        with self._units() as unit:
            actor = _operator(unit, user)
            if not unit.callbacks.close(number, now):
                raise Unknown("callback")
            unit.audit.add(actor, "close_callback", None, said, now)
            unit.commit()


def _operator(unit: UnitOfWork, user: str) -> str:
    """The actor for the audit log."""
    known = unit.staff.named(user)
    if known is None:
        raise Unknown("user")
    if known.role not in MAY_RING:
        raise Refused("role_wrong")
    return f"user:{known.name}"
