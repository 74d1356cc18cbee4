"""A person wants to be rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.callbacks import ASKED, EMERGENCY
from backend.services.commands.base import Work


def request_callback(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the phone on the hotline's list; asking again only makes an open request more urgent."""
    reason = EMERGENCY if args.get("reason") == EMERGENCY else ASKED
    work.unit.callbacks.request(work.conversation, reason, work.now)
    return {}
