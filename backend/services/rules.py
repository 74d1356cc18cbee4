"""What the forms catalogue and the disease pack in force say, in the few words the services need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol


class Rules(Protocol):
    """The rules of one day; a pack change is a new object."""

    pack: str
    legal_basis: str

    def forms(self) -> Mapping[str, Mapping[str, Any]]:
        """`facts.forms` of docs/turn.md: form → {"fields", "consent", "window_days"}."""

    def version(self, form: str) -> int:
        """The form's version; raises KeyError for an unknown form."""

    def split(self, form: str, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """(identity, answers): the values of fields asked once per person and of those asked every time.

        Raises:
            ValueError: a value is not of a field of the form, or fails its schema.
        """

    def missing(self, form: str, identity: Mapping[str, Any], answers: Mapping[str, Any]) -> Sequence[str]:
        """Required fields that apply and have no value."""

    def triage(self, form: str, identity: Mapping[str, Any], answers: Mapping[str, Any], today: date) -> str:
        """The level of a declaration."""

    def place(self, identity: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """(province, commune) codes officers filter by."""

    def name(self, identity: Mapping[str, Any]) -> str:
        """The person's name as given."""

    def new_reference(self) -> str:
        """A random reference code with its check digit; the caller makes sure that it is free."""
