"""A message processor without tracker copies, full-history JSON and repeated look-ups; its steps are the stock ones.

A stock processor logs an exception of an action and goes on with nothing said; this one lets it fail the turn.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.actions.loops import LoopAction
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, BotUttered, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.speed.actions import LeanExtractSlots, LocalAction, LocalForm
from bot.speed.endpoint import InProcessEndpoint
from bot.speed.graph import DirectGraphRunner

_ASK = "action_ask_"


class LeanProcessor(MessageProcessor):
    """Handles one message on a tracker it is given."""

    def __init__(self, model_path: Path, endpoint: InProcessEndpoint) -> None:
        store = InMemoryTrackerStore(Domain.empty())
        super().__init__(str(model_path), store, InMemoryLockStore(), _SilentGenerator(), endpoint)
        if not LeanExtractSlots.supports(self.domain):
            raise ValueError("a slot mapping of the domain needs the stock slot extraction")
        self._endpoint = endpoint
        self._extract = LeanExtractSlots(endpoint, self.domain)
        self._names = self.domain.action_names_or_texts
        self._local = {name: LocalAction(name, endpoint.executor) for name in endpoint.executor.actions}
        self._actions: dict[str, Action] = {}

    @staticmethod
    def _load_model(model_path: str) -> tuple[str, ModelMetadata, GraphRunner]:
        """As the stock one, with the direct graph runner."""
        with TempDirectoryPath(get_temp_dir_name()) as directory:
            metadata, runner = loader.load_predict_graph_runner(
                Path(directory), Path(model_path), LocalModelStorage, DirectGraphRunner
            )
        return Path(model_path).name, metadata, runner

    async def handle(self, message: UserMessage, tracker: DialogueStateTracker) -> list[dict[str, Any]]:
        """Handle a message; the tracker ends in the new state.

        Returns:
            The messages said, as CollectingOutputChannel collects them.

        Raises:
            whatever an action or validator raised.
        """
        channel = CollectingOutputChannel()
        await self._handle_message_with_tracker(message, tracker)
        tracker.update_with_events(await self._extract.run(channel, self.nlg, tracker, self.domain), self.domain)
        await self._run_prediction_loop(channel, tracker)
        return channel.messages

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """See MessageProcessor; counts without copying all events."""
        if self._too_many(tracker):
            raise ActionLimitReached("The limit of actions to predict has been reached.")
        prediction = self._predict_next_with_tracker(tracker)
        return self._get_action(self._names[prediction.max_confidence_index]), prediction

    def _too_many(self, tracker: DialogueStateTracker) -> bool:
        count = 0
        for event in reversed(tracker.events):
            if type(event) is ActionExecuted:  # isinstance goes through abc here
                if event.action_name == ACTION_LISTEN_NAME:
                    break
                count += 1
        return count >= self.max_number_of_predictions

    def _get_action(self, name: str) -> Action:
        action = self._actions.get(name)
        if action is None:
            action = self._actions[name] = self._make_action(name)
        return action

    def _make_action(self, name: str) -> Action:
        if name in self.domain.form_names:
            asks = {known[len(_ASK) :]: action for known, action in self._local.items() if known.startswith(_ASK)}
            return LocalForm(name, self._endpoint, self.domain, asks, self._extract)
        return self._local.get(name) or super()._get_action(name)

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """See MessageProcessor; the text of all slots is for a debug log only."""

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """See MessageProcessor; without the copies for its debug log (there are no retrieval intents)."""
        return self._parse_message_with_graph(message, tracker, only_output_properties)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """See MessageProcessor; copies the tracker only where the action may change it."""
        working = tracker
        if prediction.events or isinstance(action, LoopAction):
            working = tracker.copy()
            working.update_with_events(prediction.events, self.domain)
        try:
            events = await action.run(output_channel, nlg, working, self.domain) or []
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return self.should_predict_another_action(action.name())
        self._record(tracker, action, events, prediction)
        await self._say(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _record(
        self, tracker: DialogueStateTracker, action: Action, events: list[Event], prediction: PolicyPrediction
    ) -> None:
        if ActionExecutionRejected not in map(type, events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    async def _say(self, events: list[Event], tracker: DialogueStateTracker, channel: OutputChannel) -> None:
        for event in events:
            if type(event) is BotUttered:
                await channel.send_response(tracker.sender_id, event.message())


class _SilentGenerator(NaturalLanguageGenerator):
    """Every text is a name rendered by the backend; the domain has no responses to choose from."""

    async def generate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing."""
        return
