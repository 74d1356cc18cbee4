"""Remembers which class an event name stands for, instead of walking all event classes for every event."""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

from rasa.shared.core.events import Event


def install() -> None:
    """Put a cache before Event.resolve_by_type."""
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(_stock(Event.resolve_by_type)))  # type: ignore[method-assign]


def _stock(resolve: object) -> object:
    """The original, also when this measure is installed twice."""

    def resolve_by_type(type_name: str, default: Optional[type] = None) -> Optional[type]:
        return resolve(type_name, default)  # type: ignore[operator]

    return resolve_by_type
