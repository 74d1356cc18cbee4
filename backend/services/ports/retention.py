"""What retention needs from the store, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Kept(StrEnum):
    """What is kept for a time, in the order in which it is deleted: people go when nothing of theirs is left."""

    DECLARATIONS = "declarations"
    VISITS = "visits"
    CONTACTS = "contacts"  # and which phone a notice went to
    MESSAGES = "messages"  # in and out, with their receipts, sessions, pieces, codes and closed call-backs
    PEOPLE = "people"


class RetentionRepository(Protocol):
    """Deletes by age."""

    def delete(self, what: Kept, before: datetime, limit: int, pack: str | None = None) -> int:
        """Delete at most `limit` rows of each table concerned that are older than `before`; how many went.

        `pack` chooses the declarations made under one disease pack.  Messages that still wait stay, and so do
        people with a declaration, a visit or a case that is younger.
        """

    def packs_declared(self) -> Sequence[str]:
        """The names of the packs that stored declarations were made under."""

    def begin(self, day: date) -> bool:
        """Whether the caller is the first to begin the work of a day."""


class RetentionRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def retention(self) -> RetentionRepository: ...
