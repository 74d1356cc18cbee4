"""One turn of a dialogue as a pure function: state, text and facts in; new state, replies and commands out."""

from __future__ import annotations

import os
import re
from collections.abc import Coroutine, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from backend.forms.catalogue import FORMS, forms_version
from backend.forms.requests import REQUESTS
from backend.forms.visit_message import is_code
from bot import slots as s
from bot import snapshot, spoken
from bot.forms import ALL_FORMS, form_of_loop, gazetteer, loop_of
from bot.menus import SESSIONS
from bot.speed import action_results, event_lookup, freeze, policy, rules
from bot.speed.endpoint import InProcessEndpoint, load_actions
from bot.speed.processor import LeanProcessor
from bot.speed.tracker import LeanTracker, blank_tracker

LONGEST_TEXT = 2000  # characters that are looked at; the backend keeps the whole text
_LEADING_SLASH = re.compile(r"^[\s/]*/\s*")
_SENDER = "turn"
_GUESSES = 3
OF_FORMS = frozenset(  # commands that end a form: the form closes when one fails
    ("submit_declaration", "amend_declaration", "confirm_declaration", "undo_declaration",
     *(form.command for form in REQUESTS.values()))
)  # fmt: skip
_EVENT_INTENTS = {"start": "dial", "resume": "resume_form"}


class TurnFailed(Exception):
    """The turn came to nothing; `code` is loggable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadRequest(ValueError):
    """The request does not keep to docs/turn.md; the message is a code."""


class Engine:
    """A loaded model.  Holds nothing between turns."""

    def __init__(self, model_path: Path) -> None:
        """Load; takes seconds.

        Args:
            model_path: archive made by bot.train.
        """
        action_results.install()
        event_lookup.install()
        policy.install()
        rules.install()
        self.model = model_path.name
        self.version = forms_version()
        self._processor = LeanProcessor(model_path, InProcessEndpoint(load_actions()))
        self._domain = self._processor.domain
        self._blank = blank_tracker(_SENDER, self._domain.slots)
        missing = [name for name, form in ALL_FORMS.items() if loop_of(form) not in self._domain.form_names]
        if missing:
            raise ValueError(f"the model lacks forms of the catalogue: {', '.join(missing)}")

    def freeze(self) -> None:
        """Warm up what is made at first use, then take everything out of the garbage collector's sight."""
        gazetteer().resolve("Ben Nghe, TP HCM")
        self.turn({"state": None, "event": "text", "text": "KB", "channel": "sms", "facts": {}})
        freeze.freeze()

    def turn(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one turn, see docs/turn.md.

        Raises:
            BadRequest: the request is malformed.
            snapshot.BadSnapshot: the state cannot be restored.
            TurnFailed: an action raised, or nothing was said.
        """
        state, event, text, channel, facts = _read(request)
        language = spoken.noticed(text, state, facts) if event == "text" else None
        if language:
            return _in_language(language, self._run(state, event, text, channel, {**facts, "language": language}))
        if event == "timeout":
            return _silent(None, channel)
        if event == "close" or (event in ("resume", "notice") and not _serves(event, state, text)):
            return _silent(state, channel)
        return self._run(state, event, text, channel, facts)

    def parse(self, text: str, today: date | None = None) -> dict[str, Any]:
        """What a text means outside a dialogue: {"text", "intent", "confidence", "entities"}; `today` in Viet Nam."""
        metadata = {"facts": {"today": today.isoformat()} if today else {}, "channel": "sms", "slots": {}, "form": None}
        offset, clean = without_slash(text)
        message = UserMessage(clean, None, _SENDER, metadata=metadata)
        found = _run_now(self._processor.parse_message(message, self._blank.copy()))
        return {"text": text, **_understood(found, offset)}

    def _run(
        self, state: Mapping[str, Any] | None, event: str, text: str, channel: str, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        inputs = steps(event, text, facts)
        if len(inputs) > 1:  # a dialled path says what to do: a form left half done is dropped
            state = None
        answer: dict[str, Any] = {}
        commands: list[Any] = []
        for intent, said in inputs:
            answer = self._step(state, intent, said, channel, facts)
            if answer["queries"]:
                return answer
            _shift(answer["replies"], len(commands))
            commands += answer["commands"]
            state = answer["state"]
        return {**answer, "commands": commands}

    def _step(
        self,
        state: Mapping[str, Any] | None,
        intent: str | None,
        text: str,
        channel: str,
        facts: Mapping[str, Any],
    ) -> dict[str, Any]:
        tracker = self._restored(state)
        metadata = metadata_of(tracker, channel, facts)
        forget_side(tracker)
        offset, clean = without_slash(text[:LONGEST_TEXT])
        parsed = {"text": clean, "intent": {"name": intent, "confidence": 1.0}, "entities": []} if intent else None
        if parsed is not None:
            parsed["metadata"] = metadata
        message = UserMessage(clean, None, _SENDER, parsed, channel, _SENDER, metadata)
        try:
            said = _run_now(self._processor.handle(message, tracker))
        except Exception as error:
            raise TurnFailed(f"action_{type(error).__name__}") from error
        return self._answer(tracker, said, offset, channel)

    def _restored(self, state: Mapping[str, Any] | None) -> LeanTracker:
        tracker = self._blank.copy()
        for event in snapshot.events(state, tracker.values):
            tracker.update(event, self._domain)
        return tracker

    def _answer(
        self, tracker: LeanTracker, said: Sequence[Mapping[str, Any]], offset: int, channel: str
    ) -> dict[str, Any]:
        replies, commands, queries = sorted_out(said)
        if not replies and not commands and not queries:
            raise TurnFailed("silent")
        state = snapshot.take(tracker, self.version)
        if state is not None and snapshot.size(state) > snapshot.LARGEST:
            raise TurnFailed("state_too_large")
        message = tracker.latest_message
        found = {"intent": message.intent, "entities": message.entities} if message else {}
        return {
            "state": state,
            "replies": replies,
            "commands": commands,
            "queries": queries,
            "understood": {**_understood(found, offset), "guesses": _guesses(message)},
            "open": _open(state, channel),
        }


def metadata_of(tracker: DialogueStateTracker, channel: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What travels with a message: facts for the actions, the open question for the grammar."""
    form = form_of_loop(tracker.active_loop_name)
    filled = {name: value for name, value in tracker.current_slot_values().items() if value is not None}
    return {"facts": facts, "channel": channel, "slots": filled, "form": form.name if form else None}


def forget_side(tracker: DialogueStateTracker) -> None:
    """A side question waits for one message only; the actions find it in the metadata."""
    if tracker.get_slot(s.SIDE) is not None:
        tracker.update(SlotSet(s.SIDE, None))


def _read(request: Mapping[str, Any]) -> tuple[Any, str, str, str, Mapping[str, Any]]:
    """The parts of a request, checked."""
    if not isinstance(request, Mapping):
        raise BadRequest("request_not_an_object")
    event, text, channel = request.get("event", "text"), request.get("text", ""), request.get("channel", "sms")
    facts = request.get("facts") or {}
    if event not in ("text", "start", "resume", "close", "timeout", "notice"):
        raise BadRequest("event_unknown")
    if channel not in ("sms", "ussd", "zalo", "voice"):
        raise BadRequest("channel_unknown")
    if text is None:
        text = ""
    if not isinstance(text, str) or not isinstance(facts, Mapping):
        raise BadRequest("wrong_type")
    return request.get("state"), event, text.encode("utf-8", "replace").decode(), channel, facts


def _serves(event: str, state: Any, text: str) -> bool:
    """Whether a reminder or a notice has something to say: a form is open, or none is and the notice names one."""
    is_open = isinstance(state, Mapping) and bool(state.get("l"))
    return is_open if event == "resume" else not is_open and text in FORMS


def steps(event: str, text: str, facts: Mapping[str, Any]) -> Sequence[tuple[str | None, str]]:
    """The inputs a request stands for: (intent that is given, text)."""
    if facts.get("failed"):
        return [("command_failed" if facts["failed"].get("command") in OF_FORMS else "service_failed", text)]
    if event == "notice":
        return [(FORMS[text].intent, "")]
    if event == "text":
        return [(None, text)]
    if event == "start" and text.strip("*# "):
        return _dialled(text.strip("*# ").split("*"), facts)
    return [(_EVENT_INTENTS[event], "")]


def _dialled(segments: Sequence[str], facts: Mapping[str, Any]) -> Sequence[tuple[str | None, str]]:
    """A segment as long as a venue code is a visit, which leaves an open form as it is; the rest walks the menu."""
    code = next((segment for segment in segments if is_code(segment)), None)
    menu = facts.get("menu") or ()
    if code is None:
        return [("dial", "*".join(segments)), *((None, segment) for segment in segments)]
    chosen = int(segments[0]) - 1 if segments[0] != code and segments[0].isdecimal() else -1
    leaving = 0 <= chosen < len(menu) and menu[chosen] == "leave"
    return [(None, f"{'DI' if leaving else 'DD'} {code}")]


def without_slash(text: str) -> tuple[int, str]:
    """A leading "/" would be read as a command to Rasa itself; (characters dropped, rest)."""
    found = _LEADING_SLASH.match(text)
    return (found.end(), text[found.end() :]) if found else (0, text)


def _run_now(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never waits: everything a turn needs is in this process."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise TurnFailed("turn_waited")


def sorted_out(
    said: Sequence[Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """(replies, commands, queries) of the messages the actions dispatched."""
    replies: list[dict[str, Any]] = []
    commands: list[dict[str, Any]] = []
    queries: list[str] = []
    for message in said:
        custom = message.get("custom") or {}
        if "command" in custom:
            commands.append(custom["command"])
        elif "query" in custom:
            queries.append(custom["query"])
        elif "reply" in custom:
            reply = dict(custom["reply"])
            after_command = reply.pop("after_command")
            replies.append({**reply, "result_of": len(commands) - 1 if after_command else None})
    return replies, commands, queries


def _in_language(language: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer, given in that language from now on."""
    if answer["queries"]:
        return answer
    _shift(answer["replies"], 1)
    return {**answer, "commands": [{"name": "set_language", "args": {"language": language}}, *answer["commands"]]}


def _shift(replies: Sequence[dict[str, Any]], by: int) -> None:
    for reply in replies:
        if reply["result_of"] is not None:
            reply["result_of"] += by


def _understood(found: Mapping[str, Any], offset: int) -> dict[str, Any]:
    intent = found.get("intent") or {}
    entities = [
        {"entity": one["entity"], "value": one["value"], "start": one["start"] + offset, "end": one["end"] + offset}
        for one in found.get("entities") or ()
    ]
    return {"intent": intent.get("name"), "confidence": round(intent.get("confidence") or 0.0, 4), "entities": entities}


def _guesses(message: Any) -> list[str]:
    """The intents a text is nearest to, likeliest first; a reviewer of unclear texts chooses among them."""
    ranking = (message.parse_data or {}).get("intent_ranking") if message else None
    return [one["name"] for one in (ranking or ())[:_GUESSES]]


def _open(state: Any, channel: str) -> dict[str, str] | None:
    """The question that waits; a menu waits only where a session would end otherwise."""
    if not isinstance(state, Mapping):
        return None
    form = form_of_loop(state.get("l"))
    slots = state.get("s") or {}
    if form and slots.get(s.REQUESTED):
        return {"form": form.name, "field": slots[s.REQUESTED]}
    if channel not in SESSIONS:
        return None
    if slots.get(s.SIDE):
        return {"form": "side", "field": slots[s.SIDE]["asks"]}
    expecting = slots.get(s.EXPECTING)
    return {"form": "menu", "field": expecting} if expecting else None


def _silent(state: Any, channel: str) -> dict[str, Any]:
    """The answer to an event that needs none."""
    nothing = {"intent": None, "confidence": 0.0, "entities": []}
    waiting = _open(state, channel)
    return {"state": state, "replies": [], "commands": [], "queries": [], "understood": nothing, "open": waiting}
