"""Telephone numbers: the one place that brings every spelling to E.164 digits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.forms.folding import tidy

# 11-digit mobile numbers of before 15/09/2018 and what became of their prefixes (Ministry plan of 22/02/2018).
OLD_PREFIXES: Mapping[str, str] = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
_PHONE_SIGNS = re.compile(r"[\s.()\-]+")
_BETWEEN_PHONES = re.compile(r"[,;/&]|\s(?:va|và|and)\s")
_NATIONAL = re.compile(r"^(?:[35789]\d{8}|2\d{9})$")


def normalise_phone(text: str) -> str | None:
    """E.164 digits of a Vietnamese or (with + or 00) foreign number; old 11-digit prefixes renewed; else None."""
    signs = _PHONE_SIGNS.sub("", tidy(text))
    if signs.startswith("00"):
        signs = "+" + signs[2:]
    if not re.fullmatch(r"\+?\d{8,15}", signs, re.ASCII):
        return None
    if signs.startswith("+") and not signs.startswith("+84"):
        return signs[1:] if signs[1] != "0" else None
    national = _national_part(signs)
    return f"84{national}" if national and _NATIONAL.match(national) else None


def phones_in(text: str) -> list[str]:
    """The numbers of a text that holds nothing else, between commas or "va"; [] if any part is none."""
    parts = [part for part in _BETWEEN_PHONES.split(tidy(text)) if part.strip()]
    phones = [normalise_phone(part) for part in parts]
    return list(dict.fromkeys(phone for phone in phones if phone)) if all(phones) else []


def _national_part(signs: str) -> str | None:
    for prefix in ("+84", "84", "0"):
        if signs.startswith(prefix):
            rest = signs[len(prefix) :].removeprefix("0") if prefix != "0" else signs[1:]
            return OLD_PREFIXES.get(rest[:3], "") + rest[3:] if len(rest) == 10 and rest[0] == "1" else rest
    return None
