"""Checks action results with a schema compiled once, instead of re-checking and re-building it for every action."""

from __future__ import annotations

from typing import Any

from jsonschema import validators
from rasa.core.actions.action import RemoteAction


def install() -> None:
    """Replace RemoteAction's result check by one with a compiled validator; the schema stays Rasa's own."""
    schema = RemoteAction.action_response_format_spec()
    compiled = validators.validator_for(schema)(schema)

    def validate(_: RemoteAction, result: dict[str, Any]) -> bool:
        compiled.validate(result)
        return True

    RemoteAction._validate_action_result = validate
