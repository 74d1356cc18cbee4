"""An incoming event as plain JSON and back: the form it is sealed in, in the inbox and in the spool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.contract import EventKind, InboundEvent, Medium


def event_to_json(event: InboundEvent) -> dict[str, Any]:
    """Every field that is set."""
    return {
        "channel": event.channel,
        "medium": event.medium.value,
        "kind": event.kind.value,
        "provider_id": event.provider_id,
        "sender": event.sender,
        "text": event.text,
        "recipient": event.recipient,
        "entered": event.entered,
        "session_id": event.session_id,
        "step": event.step,
        "sent_at": event.sent_at.isoformat() if event.sent_at else None,
        "concatenation": list(event.concatenation) if event.concatenation else None,
        "account": event.account,
    }


def event_from_json(data: Mapping[str, Any]) -> InboundEvent:
    """The event that `event_to_json` took apart."""
    parts = data["concatenation"]
    return InboundEvent(
        channel=data["channel"],
        medium=Medium(data["medium"]),
        kind=EventKind(data["kind"]),
        provider_id=data["provider_id"],
        sender=data["sender"],
        text=data["text"],
        recipient=data["recipient"],
        entered=data["entered"],
        session_id=data["session_id"],
        step=data["step"],
        sent_at=datetime.fromisoformat(data["sent_at"]) if data["sent_at"] else None,
        concatenation=(parts[0], parts[1], parts[2]) if parts else None,
        account=data.get("account", ""),
    )
