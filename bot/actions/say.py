"""What an action hands to the backend: replies by name and commands, carried in rasa-sdk's json message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher


def reply(
    dispatcher: CollectingDispatcher,
    name: str,
    args: Mapping[str, Any] | None = None,
    choices: Sequence[Mapping[str, str]] = (),
    result: bool = False,
) -> None:
    """Say something.

    Args:
        dispatcher: rasa-sdk's collector of messages.
        name: message key in locales/.
        args: what fills the text, see docs/turn.md.
        choices: options shown after the text, each {"send", "key"} or {"send", "text"}.
        result: whether the values returned by the command given just before belong to the text.
    """
    said = {"name": name, "args": dict(args or {}), "choices": [dict(choice) for choice in choices]}
    dispatcher.utter_message(json_message={"reply": {**said, "after_command": result}})


def command(dispatcher: CollectingDispatcher, name: str, /, **args: Any) -> None:
    """Ask the backend to do something in the transaction that saves the state."""
    dispatcher.utter_message(json_message={"command": {"name": name, "args": args}})


def query(dispatcher: CollectingDispatcher, what: str) -> None:
    """Ask the backend something; it answers into `facts.answered` and sends the same turn again."""
    dispatcher.utter_message(json_message={"query": what})
