"""Places people check in at: what is known of them, and the code that proves who keeps one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.forms import venue_code

CONFIRMATION_DIGITS = 6
KINDS = (
    "restaurant", "cafe", "market", "supermarket", "shop", "school", "clinic", "hospital", "office", "factory",
    "vehicle", "station", "worship", "hotel", "entertainment", "event", "home", "other",
)  # fmt: skip


class VenueStatus(StrEnum):
    """pending until the keeper's phone is confirmed; active; removed venues keep their visits."""

    PENDING = "pending"
    ACTIVE = "active"
    REMOVED = "removed"


@dataclass(frozen=True)
class Venue:
    """A registered place.  `keeper` is the keeper's phone (E.164 digits); `id` is 0 before it is stored."""

    id: int
    code: str
    name: str
    kind: str
    province: str | None
    commune: str | None
    address: str
    status: VenueStatus
    keeper: str | None
    keeper_index: bytes | None
    created_at: datetime
    removed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether people may check in."""
        return self.status is VenueStatus.ACTIVE


def code_from(random_number: int) -> str:
    """A venue code from a random whole number; the caller makes sure that it is free."""
    span = venue_code.LAST - venue_code.FIRST + 1
    return venue_code.make(venue_code.FIRST + random_number % span)


def confirmation_from(random_number: int) -> str:
    """The digits sent to a phone to prove that it is its owner who answers."""
    return f"{random_number % 10**CONFIRMATION_DIGITS:0{CONFIRMATION_DIGITS}d}"
