"""Who is who among the people declared for from one phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.forms.folding import agrees, tidy


def same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two identities are one person: the same name, accents aside, and the same birth year.

    A name typed with accents differs from another with other accents ("Hòa", "Hoa" are one; "Hòa", "Hóa" are two).
    """
    return one.get("birth_year") == other.get("birth_year") and _same_name(one["full_name"], other["full_name"])


def _same_name(one: str, other: str) -> bool:
    return agrees(tidy(one), tidy(other)) or agrees(tidy(other), tidy(one))
