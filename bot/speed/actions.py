"""Actions, forms and slot extraction without JSON round trips and tracker replays; the steps are Rasa's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import rasa_sdk.interfaces
from rasa.core.actions.action import Action, ActionExecutionRejection, ActionExtractSlots, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_SLOT_NAMES, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.utils import call_potential_coroutine

from bot.speed.endpoint import InProcessEndpoint

_UNSAID: Any = object()


class SdkTracker(rasa_sdk.interfaces.Tracker):
    """The view of a tracker that rasa-sdk actions get; its events are made dicts when asked for: few actions do."""

    _events: Sequence[Event]
    _dicts: list[dict[str, Any]] | None

    @property
    def events(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """The events since the last user message."""
        if self._dicts is None:
            self._dicts = [event.as_dict() for event in self._events]
        return self._dicts

    @events.setter
    def events(self, events: Sequence[Event]) -> None:
        self._events, self._dicts = events, None


def sdk_tracker(tracker: DialogueStateTracker, events: Sequence[Event]) -> SdkTracker:
    """The view of a tracker; `events` are those since the last user message."""
    loop = {"name": tracker.active_loop.name} if tracker.active_loop else {}
    return SdkTracker(
        tracker.sender_id,
        tracker.current_slot_values(),
        tracker._latest_message_data(),
        events,
        tracker.is_paused(),
        tracker.followup_action,
        loop,
        tracker.latest_action_name,
    )


async def run_action(
    executor: ActionExecutor,
    name: str,
    tracker: DialogueStateTracker,
    events: Sequence[Event],
    channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
) -> list[Event]:
    """Run a rasa-sdk action and turn what it returns into events, as RemoteAction.run does."""
    dispatcher = CollectingDispatcher()
    try:
        result = await call_potential_coroutine(executor.actions[name](dispatcher, sdk_tracker(tracker, events), {}))
    except rasa_sdk.interfaces.ActionExecutionRejection as rejection:
        raise ActionExecutionRejection(rejection.action_name, rejection.message) from rejection
    valid = executor.validate_events(result or [], name)
    said = await RemoteAction._utter_responses(dispatcher.messages, channel, nlg, tracker)
    return [*said, *deserialise_events(valid)]


def _since_last_message(events: Sequence[Event]) -> list[Event]:
    tail: list[Event] = []
    for event in reversed(events):
        if type(event) is UserUttered:
            break
        tail.append(event)
    return tail[::-1]


class LocalAction(Action):
    """A rasa-sdk action run in this process."""

    def __init__(self, name: str, executor: ActionExecutor) -> None:
        self._name = name
        self._executor = executor

    def name(self) -> str:
        """The action's name."""
        return self._name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """See Action.run."""
        events = _since_last_message(tracker.events)
        return await run_action(self._executor, self._name, tracker, events, output_channel, nlg)


class LocalForm(FormAction):
    """A form whose validator and question actions run in this process."""

    def __init__(
        self,
        name: str,
        endpoint: InProcessEndpoint,
        domain: Domain,
        asks: dict[str, LocalAction],
        extract: LeanExtractSlots,
    ) -> None:
        super().__init__(name, endpoint)
        self._extract = extract
        self._executor = endpoint.executor
        self._asks = asks
        self._required = domain.required_slots_for_form(name)
        self._validator = f"validate_{name}"
        self._marker = ActionExecuted(name)

    def required_slots(self, domain: Domain) -> list[str]:
        """See FormAction.required_slots; looked up once."""
        return self._required

    def _temporary_tracker(
        self, current_tracker: DialogueStateTracker, additional_events: list[Event], domain: Domain
    ) -> DialogueStateTracker:
        """As FormAction's, by copying instead of replaying."""
        tracker = current_tracker.copy()
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker))
        for event in (requested, self._marker, *additional_events):
            tracker.update(event)
        return tracker

    async def activate(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """See FormAction.activate; with the lean slot extraction, and a validator is always there."""
        extracted = await self._extract.run(output_channel, nlg, tracker, domain)
        tracker.update_with_events(extracted, domain)
        values = {name: tracker.get_slot(name) for name in self._required}
        filled = {name: value for name, value in values.items() if value is not None}
        validated = await self.validate_slots(filled, tracker, domain, output_channel, nlg)
        settled = {event.key for event in validated if isinstance(event, SlotSet)}
        return [*validated, *(event for event in extracted if event.key not in settled)]

    async def is_done(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
        events_so_far: list[Event],
    ) -> bool:
        """See FormAction.is_done; looks at the last of each kind without making events to compare them with."""
        requested, loop = _UNSAID, _UNSAID
        for event in events_so_far:
            kind = type(event)
            if kind is ActionExecutionRejected:
                return False
            if kind is SlotSet and event.key == REQUESTED_SLOT:
                requested = event.value
            elif kind is ActiveLoop:
                loop = event.name
        return requested is None or loop is None

    def _get_slot_extractions(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        """As FormAction's: the slots the person's message filled."""
        wanted = {*self._required, self.get_slot_to_fill(tracker)}
        filled = (event for event in _since_last_message(tracker.events) if type(event) is SlotSet)
        return {event.key: event.value for event in filled if event.key in wanted}

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """See FormAction.validate_slots."""
        candidates: list[Event] = [SlotSet(name, value) for name, value in slot_candidates.items()]
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(tracker))
        events = (requested, self._marker, *candidates)
        temporary = self._temporary_tracker(tracker, candidates, domain)
        return await run_action(self._executor, self._validator, temporary, events, output_channel, nlg)

    async def _validate_if_required(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """See FormAction._validate_if_required; without the copy of the message for its debug log."""
        answering = tracker.latest_action_name == ACTION_LISTEN_NAME and not tracker.is_active_loop_interrupted
        if not tracker.active_loop or answering:
            return await self.validate(tracker, domain, output_channel, nlg)
        return await self.validate_slots({}, tracker, domain, output_channel, nlg)

    async def _ask_for_slot(
        self,
        domain: Domain,
        nlg: NaturalLanguageGenerator,
        output_channel: OutputChannel,
        slot_name: str,
        tracker: DialogueStateTracker,
    ) -> list[Event]:
        """See FormAction._ask_for_slot; the question's action is looked up once."""
        ask = self._asks.get(slot_name)
        if ask is None:
            return await super()._ask_for_slot(domain, nlg, output_channel, slot_name, tracker)
        return await ask.run(output_channel, nlg, tracker, domain)


class LeanExtractSlots(ActionExtractSlots):
    """Slot extraction that looks only at the mappings of the requested slot.

    Valid while every mapping is `custom` without an action, or `from_text` bound to a form and its requested slot;
    `supports` says whether a domain is like that.
    """

    @staticmethod
    def supports(domain: Domain) -> bool:
        """Whether no other slot than the requested one can ever be filled by a message."""
        return all(
            _is_inert(mapping) or _asks_for(mapping, slot.name)
            for slot in domain.slots
            if slot.name not in DEFAULT_SLOT_NAMES
            for mapping in slot.mappings
        )

    def __init__(self, endpoint: InProcessEndpoint, domain: Domain) -> None:
        super().__init__(endpoint)
        self._blocked = {slot.name: _blocked_intents(slot.mappings) for slot in domain.slots}
        self._forms = {slot.name: _forms(slot.mappings) for slot in domain.slots}

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """See ActionExtractSlots.run."""
        slot = tracker.get_slot(REQUESTED_SLOT)
        message = tracker.latest_message
        if slot is None or message is None or tracker.active_loop_name not in self._forms.get(slot, ()):
            return []
        if tracker.is_active_loop_rejected or message.intent.get("name") in self._blocked[slot]:
            return []
        return [SlotSet(slot, message.text)]


def _is_inert(mapping: dict[str, Any]) -> bool:
    return mapping["type"] == "custom" and not mapping.get("action")


def _asks_for(mapping: dict[str, Any], slot: str) -> bool:
    conditions = mapping.get("conditions", [])
    bound = bool(conditions) and all(c.get("active_loop") and c.get("requested_slot") == slot for c in conditions)
    return mapping["type"] == "from_text" and bound and not mapping.get("intent")


def _blocked_intents(mappings: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(intent for mapping in mappings for intent in mapping.get("not_intent") or ())


def _forms(mappings: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(c["active_loop"] for mapping in mappings for c in mapping.get("conditions", ()))
