"""A message that comes long after it was written speaks of that moment: its "now" and "yesterday" are then."""

from __future__ import annotations

from datetime import datetime

from backend.services.policy import Policy
from backend.services.ports.inbox import Inbound


def said_at(row: Inbound | None, now: datetime, policy: Policy) -> datetime:
    """When a message was written, if that is long ago and a phone's clock can be believed, else now.

    The provider says when it got it; where it does not, our own receipt of it counts.
    """
    if row is None:
        return now
    written = row.event.sent_at or row.received_at
    return written if policy.late_after <= now - written <= policy.late_most else now
