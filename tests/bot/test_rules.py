"""Which courses of a dialogue are alike to the rules, so that their decision may be remembered."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import ActionExecuted, ActionReverted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.slots import BooleanSlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.speed.rules import course_of
from bot.speed.tracker import blank_tracker

SLOTS = (TextSlot("name", [{}], influence_conversation=False),)
LISTEN = ActionExecuted("action_listen")


def _heard(text: str = "KB", intent: str = "declare_health", entity: str = "symptom", value: str = "fever") -> Event:
    return UserUttered(text, {"name": intent}, [{"entity": entity, "value": value, "start": 0, "end": 1}])


def _course(*events: Event, slots: Any = SLOTS) -> Any:
    tracker = blank_tracker("turn", slots).copy()
    for event in events:
        tracker.update(event)
    return course_of(tracker)


def test_what_was_said_and_what_slots_hold_makes_no_difference() -> None:
    one = _course(SlotSet("name", "A"), LISTEN, _heard("toi bi sot", value="fever"))
    assert one == _course(LISTEN, _heard("em ho", value="cough"), SlotSet("name", "B"))
    assert "sot" not in repr(one)


@pytest.mark.parametrize(
    "events",
    [
        (LISTEN, _heard(intent="greet")),
        (LISTEN, _heard(entity="country")),
        (LISTEN, _heard(text="")),
        (ActionExecuted("action_greet"), _heard()),
        (LISTEN, ActiveLoop("health_form"), _heard()),
        (_heard(), LISTEN),
        (LISTEN,),
    ],
)
def test_what_the_rules_see_makes_a_difference(events: tuple[Event, ...]) -> None:
    assert _course(*events) != _course(LISTEN, _heard())


def test_nothing_is_remembered_where_more_may_matter() -> None:
    seen = BooleanSlot("seen", [{}], influence_conversation=True)
    assert _course(LISTEN, _heard(), slots=(*SLOTS, seen)) is None
    assert _course(LISTEN, _heard(), ActionReverted()) is None
    assert course_of(DialogueStateTracker("turn", SLOTS)) is None
