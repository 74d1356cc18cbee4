"""A tracker that is copied by structure instead of by replaying all its events."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class LeanTracker(DialogueStateTracker):
    """The stock tracker with a cheap copy(): copies share their slots until one of them sets a slot.

    Made by `blank_tracker`.
    """

    blank: LeanTracker

    def copy(self) -> LeanTracker:
        """An independent copy; events themselves are shared, they are never changed."""
        twin = object.__new__(LeanTracker)
        twin.__dict__.update(self.__dict__)
        twin.events = self.events.copy()
        twin.slots = self.slots.copy()
        if self.active_loop is not None:
            twin.active_loop = dataclasses.replace(self.active_loop)
        if self.latest_action:
            twin.latest_action = dict(self.latest_action)
        return twin

    def init_copy(self) -> LeanTracker:
        """See DialogueStateTracker: the tracker as it was before any event."""
        return self.blank.copy()

    def update(self, event: Event, domain: Optional[Domain] = None) -> None:
        """See DialogueStateTracker; events are not marked with a model, they do not outlive the turn."""
        self.events.append(event)
        event.apply_to(self)

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = _own(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = {name: _own(slot) for name, slot in self.slots.items()}
        super()._reset_slots()


def blank_tracker(sender: str, slots: Iterable[Slot]) -> LeanTracker:
    """A tracker without events, to be copied for every turn."""
    blank = LeanTracker(sender, slots)
    blank.blank = blank
    return blank


def _own(slot: Slot) -> Slot:
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin
