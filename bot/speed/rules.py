"""Remembers what the rules decided after the same course of events.

RulePolicy's rules see actions, loops, intents and the types of entities, and slots that are features.  Where no slot is
one, the events without slots and texts decide all that it would work out from them again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Optional

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.speed.tracker import LeanTracker

MOST = 5000  # courses remembered, some hundred bytes each
Course = tuple[Hashable, ...]
Decision = tuple[Optional[str], Optional[str], bool]
_stock = RulePolicy._find_action_from_rules


def install() -> None:
    """Put the memory before RulePolicy's rules."""
    RulePolicy._find_action_from_rules = _find  # type: ignore[method-assign]


def _find(
    self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Decision:
    course = None if use_text_for_last_user_input else course_of(tracker)
    if course is None:
        return _stock(self, tracker, domain, use_text_for_last_user_input)
    decisions: dict[Course, Decision] = self.__dict__.setdefault("_khaibao_decisions", {})
    decision = decisions.get(course)
    if decision is None:
        decision = _stock(self, tracker, domain, use_text_for_last_user_input)
        if len(decisions) < MOST:
            decisions[course] = decision
    return decision


def course_of(tracker: DialogueStateTracker) -> Course | None:
    """What the rules can see of a tracker's events; None where that is not known for certain."""
    if not isinstance(tracker, LeanTracker) or tracker.slots_are_features:
        return None
    course: list[Hashable] = []
    for event in tracker.events:
        kind = type(event)
        if kind in _UNSEEN:
            continue
        seen = _SEEN.get(kind)
        if seen is None:
            return None
        course.append((kind, seen(event)))
    return tuple(course)


def _heard(event: UserUttered) -> Hashable:
    entities = frozenset((one.get("entity"), one.get("role"), one.get("group")) for one in event.entities)
    return event.intent.get("name"), entities, bool(event.text)


_UNSEEN = frozenset((SlotSet, BotUttered))
_SEEN: Mapping[type, Callable[[Any], Hashable]] = {
    ActionExecuted: lambda event: (event.action_name, event.action_text),
    ActionExecutionRejected: lambda event: event.action_name,
    ActiveLoop: lambda event: event.name,
    DefinePrevUserUtteredFeaturization: lambda event: event.use_text_for_featurization,
    LoopInterrupted: lambda event: event.is_interrupted,
    UserUttered: _heard,
}
