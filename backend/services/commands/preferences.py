"""What a person wishes about the messages themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.services.commands.base import Work


def set_language(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer in another language from this reply on."""
    work.changes["language"] = args["language"]
    return {}


def set_accents(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send accents, at the price of shorter segments, or fold them."""
    work.changes["accents"] = bool(args["on"])
    return {}
