"""A tracker that is copied by structure instead of by replaying all its events, and replayed without needless steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterable, Mapping
from typing import Any, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_REWINDING = frozenset((Restarted, SessionStarted, ActionReverted, UserUtteranceReverted, ActiveLoop))


class LeanTracker(DialogueStateTracker):
    """The stock tracker with a cheap copy(): it keeps the values of its slots, and makes slots of them when asked.

    Made by `blank_tracker`.
    """

    blank: LeanTracker
    values: dict[str, Any]  # of the slots, by name
    kinds: Mapping[str, Slot]  # the slots as they were given, never changed
    slots_are_features: bool  # whether any slot has a part in what the policy sees

    @property
    def slots(self) -> dict[str, Slot]:  # type: ignore[override]
        """Rasa's slots, with the values of now."""
        return {name: _slot(self.kinds[name], value) for name, value in self.values.items()}

    @slots.setter
    def slots(self, slots: Mapping[str, Slot]) -> None:
        self.kinds = slots
        self.values = {name: slot.value for name, slot in slots.items()}
        self.slots_are_features = any(slot.has_features() for slot in slots.values())

    def copy(self) -> LeanTracker:
        """An independent copy; events themselves are shared, they are never changed."""
        twin = object.__new__(LeanTracker)
        twin.__dict__.update(self.__dict__)
        twin.events = self.events.copy()
        twin.values = self.values.copy()
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

    def get_slot(self, key: str) -> Optional[Any]:
        """See DialogueStateTracker."""
        return self.values.get(key)

    def current_slot_values(self) -> dict[str, Any]:
        """See DialogueStateTracker; a new dict."""
        return self.values.copy()

    def applied_events(self) -> list[Event]:
        """See DialogueStateTracker; all of them where none takes others back."""
        if _REWINDING.isdisjoint(map(type, self.events)):
            return list(self.events)
        applied: list[Event] = super().applied_events()
        return applied

    def generate_all_prior_trackers(self) -> Generator[tuple[DialogueStateTracker, bool], None, None]:
        """See DialogueStateTracker; slots that the policy does not see are left as they are."""
        tracker = self.init_copy()
        for event in self.applied_events():
            if isinstance(event, ActionExecuted):
                yield tracker, event.hide_rule_turn
            if self.slots_are_features or type(event) is not SlotSet:
                event.apply_to(tracker)
        yield tracker, False

    def _set_slot(self, key: str, value: Any) -> None:
        kind = self.kinds.get(key)
        if kind is None:
            super()._set_slot(key, value)
        else:
            self.values[key] = value if type(kind).value is Slot.value else _slot(kind, value).value

    def _reset_slots(self) -> None:
        self.values = {name: slot.initial_value for name, slot in self.kinds.items()}


def blank_tracker(sender: str, slots: Iterable[Slot]) -> LeanTracker:
    """A tracker without events, to be copied for every turn."""
    blank = LeanTracker(sender, slots)
    blank.blank = blank
    return blank


def _slot(kind: Slot, value: Any) -> Slot:
    """A slot of its own, like `kind` but for its value; some kinds change a value that is set (a list)."""
    twin: Slot = object.__new__(type(kind))
    twin.__dict__.update(kind.__dict__)
    twin.value = value
    return twin
