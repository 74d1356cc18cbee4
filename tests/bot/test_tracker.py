"""The lean tracker against Rasa's own: the same slots and prior states after the same events."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, BooleanSlot, ListSlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.speed.tracker import blank_tracker

SLOTS = (
    TextSlot("name", [{}], initial_value="nobody", influence_conversation=False),
    ListSlot("places", [{}], influence_conversation=False),
    AnySlot("side", [{}], influence_conversation=False),
)
FEATURED = (*SLOTS, BooleanSlot("seen", [{}], influence_conversation=True))
HEARD = UserUttered("KB", {"name": "declare_health"})
LISTEN = ActionExecuted("action_listen")
HISTORIES: dict[str, list[Event]] = {
    "nothing": [],
    "slots": [LISTEN, SlotSet("name", "A"), SlotSet("places", "one"), SlotSet("side", {"asks": "venue"}), HEARD],
    "a slot set and emptied": [SlotSet("name", "A"), SlotSet("name", None), SlotSet("places", ["x"])],
    "a slot nobody knows": [SlotSet("gone", 1), LISTEN],
    "all reset": [SlotSet("name", "A"), SlotSet("places", ["x"]), AllSlotsReset(), SlotSet("side", 1)],
    "begun again": [LISTEN, SlotSet("name", "A"), HEARD, Restarted(), LISTEN, HEARD, ActionExecuted("action_greet")],
    "taken back": [LISTEN, HEARD, ActionExecuted("action_greet"), ActionReverted(), ActionExecuted("action_menu")],
    "a loop": [LISTEN, HEARD, ActionExecuted("a_form"), ActiveLoop("a_form"), SlotSet("name", None), LISTEN, HEARD,
               ActionExecuted("a_form"), SlotSet("seen", True), ActiveLoop(None), ActionExecuted("action_submit")],
}  # fmt: skip


def _both(slots: Any, events: list[Event]) -> tuple[DialogueStateTracker, DialogueStateTracker]:
    stock, lean = DialogueStateTracker("turn", slots), blank_tracker("turn", slots).copy()
    for event in events:
        stock.update(event)
        lean.update(event)
    return stock, lean


@pytest.mark.parametrize("events", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("slots", [SLOTS, FEATURED], ids=["no features", "a feature"])
def test_slots_are_those_of_the_stock_tracker(slots: Any, events: list[Event]) -> None:
    stock, lean = _both(slots, events)
    assert lean.current_slot_values() == stock.current_slot_values()
    assert {name: type(slot) for name, slot in lean.slots.items()} == {n: type(s) for n, s in stock.slots.items()}
    assert {name: slot.as_feature() for name, slot in lean.slots.items()} == {
        name: slot.as_feature() for name, slot in stock.slots.items()
    }


@pytest.mark.parametrize("events", HISTORIES.values(), ids=HISTORIES)
def test_what_the_policy_sees_of_the_past_is_the_same(events: list[Event]) -> None:
    for slots in (SLOTS, FEATURED):
        stock, lean = _both(slots, events)
        assert lean.applied_events() == stock.applied_events()
        seen = [[_seen(prior) for prior, _ in one.generate_all_prior_trackers()] for one in (stock, lean)]
        assert seen[0] == seen[1]


def _seen(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    features = {name: slot.as_feature() for name, slot in tracker.slots.items()}
    return tracker.latest_action, tracker.latest_message, tracker.active_loop_name, features


def test_a_copy_and_its_original_do_not_see_each_others_slots() -> None:
    one = blank_tracker("turn", SLOTS)
    other = one.copy()
    other.update(SlotSet("name", "B"))
    one.update(SlotSet("side", 1))
    assert (one.get_slot("name"), other.get_slot("name")) == ("nobody", "B")
    assert (one.get_slot("side"), other.get_slot("side")) == (1, None)
