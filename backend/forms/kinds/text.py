"""Text, kept as given within a limit: free, or the address of a mailbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from backend.forms.folding import nfc, tidy
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_PICTURES = ("So", "Sk")  # emoji and their colours
_VARIANT = "\ufe0f"  # "as a picture", after some signs


@dataclass(frozen=True)
class FreeText:
    """Up to `longest` characters; control characters and pictures, which make every SMS dearer, are dropped."""

    longest: int = 160
    name: str = "text"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        clean = tidy("".join(sign if _is_text(sign) else " " for sign in nfc(text)))
        if not clean:
            return Rejected("text_empty")
        if len(clean) > self.longest:
            return Rejected("text_long", {"longest": self.longest})
        return Accepted(clean)

    def recognise(self, text: str, context: Context) -> bool:
        """Never: any text would do."""
        return False

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def display(self, value: Any) -> Any:
        return value


_EMAIL = re.compile(r"^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$")


@dataclass(frozen=True)
class Email:
    """An e-mail address of at most `longest` characters."""

    longest: int = 120
    name: str = "email"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        address = tidy(text).removeprefix("mailto:")
        return Accepted(address) if len(address) <= self.longest and _EMAIL.match(address) else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        return isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "maxLength": self.longest, "pattern": "@"}

    def display(self, value: Any) -> Any:
        return value


def _is_text(sign: str) -> bool:
    return sign.isprintable() and sign != _VARIANT and (sign.isascii() or category(sign) not in _PICTURES)
