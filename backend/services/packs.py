"""Which disease is asked about: an operator chooses, every process knows within seconds; the day decides its rules."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.days import day_of
from backend.domain.packs import Pack, PackError, PackUnknown, Shelf
from backend.services.ports.outside import Clock
from backend.services.ports.unit import UnitOfWork, Units

ACTIVE = "active_pack"  # the name of the choice in the store
LOOK_AGAIN = timedelta(seconds=2)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listed:
    """A pack file, and whether its rules are those that hold today for what is asked."""

    pack: Pack
    active: bool
    valid: bool


class Packs:
    """The packs at hand and the choice among them.

    Arguments: `default` is the disease asked about until somebody chooses; raises PackError for packs that cannot be
    used, PackUnknown for a default without one.
    """

    def __init__(self, shelf: Shelf, units: Units, clock: Clock, default: str) -> None:
        if not shelf.has(default):
            raise PackUnknown(default)
        self._shelf, self._units, self._clock, self._default = shelf, units, clock, default
        self._chosen = default
        self._looked_at: datetime | None = None

    def in_force(self) -> Pack:
        """The pack of what is asked now; no database is asked."""
        return self._shelf.named(self._chosen, self._clock.now())

    def of(self, name: str, moment: datetime) -> Pack:
        """A disease under the rules of a moment; raises PackUnknown or PackError."""
        return self._shelf.named(name, moment)

    def kept(self, name: str, moment: datetime) -> Pack:
        """The same for what was stored under a pack: if that is no longer installed, the pack in force."""
        try:
            return self.of(name, moment)
        except PackError:
            return self.in_force()

    def refresh(self, unit: UnitOfWork) -> None:
        """Take over what was chosen elsewhere, if it was not looked at just now."""
        now = self._clock.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_AGAIN:
            return
        self._looked_at = now
        self._take(unit.settings.get(ACTIVE) or self._default)

    def use(self, name: str, actor: str) -> Pack:
        """Ask about a disease from now on; raises PackUnknown, or PackError where no rules hold yet."""
        now = self._clock.now()
        pack = self._shelf.named(name, now)
        with self._units() as unit:
            unit.settings.put(ACTIVE, name)
            unit.audit.add(actor, "use_pack", None, name, now)
            unit.commit()
        self._chosen, self._looked_at = name, now
        return pack

    def listed(self) -> Sequence[Listed]:
        """Every pack, by disease and age."""
        with self._units() as unit:
            self._looked_at = None
            self.refresh(unit)
        active, today = self.in_force(), day_of(self._clock.now())
        packs = sorted(self._shelf.all(), key=lambda pack: (pack.name, pack.valid_from))
        return [Listed(pack, pack is active, pack.holds_on(today)) for pack in packs]

    def _take(self, name: str) -> None:
        """A disease this process does not know may have come with a file since."""
        if not self._shelf.has(name):
            try:
                self._shelf.reload()
            except PackError:
                _log.error("packs_unusable")  # `khaibao pack check` says why
        if self._shelf.has(name):
            self._chosen = name
        else:
            _log.error("pack_unknown")  # what was asked about goes on
