"""The dialogue between two turns: a few hundred bytes of JSON, read back as ordinary Rasa events.

`{"v": catalogue version, "s": {slot: value}, "l": loop or null}`.  Restoring always ends in action_listen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot import slots as s
from bot.forms import form_of_loop

LARGEST = 4096  # bytes of JSON
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once: that costs more than its use
_PASSING = ("session_started_metadata",)


class BadSnapshot(ValueError):
    """The state cannot be restored; the backend drops it and sends the turn once more."""


def take(tracker: DialogueStateTracker, version: str) -> dict[str, Any] | None:
    """The snapshot of a tracker, None when there is nothing to remember."""
    filled = tracker.current_slot_values().items()
    values = {name: value for name, value in filled if value is not None and name not in _PASSING}
    loop = tracker.active_loop_name
    return {"v": version, "s": values, "l": loop} if values or loop else None


def size(snapshot: Mapping[str, Any]) -> int:
    """Bytes of the snapshot as compact JSON."""
    return len(_COMPACT.encode(snapshot).encode("utf-8", "replace"))


def events(snapshot: Mapping[str, Any] | None, known: Collection[str]) -> list[Event]:
    """The events that bring a new tracker to the snapshot's state.

    Slots that are not `known`, because the domain has them no more, are dropped.  If the open question is one of them,
    no question is open, which makes the form ask what is missing now.

    Raises:
        BadSnapshot: not a snapshot, or of a form the catalogue has not.
    """
    if snapshot is None:
        return [ActionExecuted(ACTION_LISTEN_NAME)]
    slots, loop = _checked(snapshot)
    kept = _still_known(slots, known)
    opening: list[Event] = [ActionExecuted(loop), ActiveLoop(loop)] if loop else []
    return [*opening, *(SlotSet(name, value) for name, value in kept.items()), ActionExecuted(ACTION_LISTEN_NAME)]


def _still_known(slots: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in slots.items() if name in known and name not in _PASSING}
    if kept.get(s.REQUESTED) not in known:
        kept.pop(s.REQUESTED, None)
    if s.ASKED in kept:
        kept[s.ASKED] = [name for name in kept[s.ASKED] if name in known]
    return kept


def _checked(snapshot: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    if not isinstance(snapshot, Mapping) or not isinstance(snapshot.get("s"), Mapping):
        raise BadSnapshot("state_malformed")
    loop = snapshot.get("l")
    if loop is not None and (not isinstance(loop, str) or form_of_loop(loop) is None):
        raise BadSnapshot("state_unknown_form")
    slots = snapshot["s"]
    if not isinstance(slots.get(s.REQUESTED), (str, type(None))) or not isinstance(
        slots.get(s.ASKED), (list, type(None))
    ):
        raise BadSnapshot("state_malformed")
    if size(snapshot) > LARGEST:
        raise BadSnapshot("state_too_large")
    return slots, loop
