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


def opt_out(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """No more advice; receipts, results and exposure notices still go (Decree 91/2020 covers advertising only)."""
    work.changes["opted_out"] = True
    work.unit.audit.add("citizen", "opt_out", None, "asked", work.now)
    return {}


def opt_in(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Advice again."""
    work.changes["opted_out"] = False
    work.unit.audit.add("citizen", "opt_in", None, "asked", work.now)
    return {}
