"""Who is who among the people declared for from one phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.forms.folding import agrees, tidy


def same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two identities are one person: the same name, accents aside, and the same birth year.

    A name typed with accents differs from another with other accents ("Hòa", "Hoa" are one; "Hòa", "Hóa" are two).
    Where a call could not take the name, the gender has to do.
    """
    if one.get("birth_year") != other.get("birth_year"):
        return False
    name, other_name = one.get("full_name"), other.get("full_name")
    if name and other_name:
        return _same_name(name, other_name)
    return "birth_year" in one and one.get("gender") == other.get("gender")


def _same_name(one: str, other: str) -> bool:
    return agrees(tidy(one), tidy(other)) or agrees(tidy(other), tidy(one))
