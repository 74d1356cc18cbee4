"""The day since when a symptom is there, where the chain over words has marked none: by its form alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from backend.forms.folding import fold_lower
from backend.forms.kinds import Since
from backend.forms.model import Accepted, Context
from bot.components.symptoms import spelt_out
from bot.components.text_stage import Reading

_NUMBER = r"(?:\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|one|two|three|four|five|six|seven)"
_WEEKDAY = r"(?:thu (?:[2-7]|hai|ba|tu|nam|sau|bay)|chu nhat)(?: tuan (?:truoc|roi))?"
_DAY = re.compile(
    rf"\b(?:{_NUMBER} (?:ngay|hom|bua|tuan) (?:nay|roi|qua|truoc)\b|cach day {_NUMBER} (?:ngay|hom|bua|tuan)\b"
    rf"|(?:(?:tu|hoi|bat dau|ke tu) )+(?:hom |bua )?(?:{_WEEKDAY}"
    r"|(?:sang |trua |chieu |toi |dem )?(?:hom )?(?:qua|kia)\b"
    r"|tuan (?:truoc|roi)|ngay \d{1,2}(?: (?:/|thang) \d{1,2})?|mung \d{1,2})"
    r"|since (?:yesterday|last night|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    rf"|{_NUMBER} (?:days?|weeks?) ago|for {_NUMBER} (?:days|weeks?))"
)
_BREAK = re.compile(r"[,.;]| nhung | ma | but ")


def since_of(reading: Reading, told: Sequence[dict[str, Any]], context: Context) -> dict[str, Any] | None:
    """The day next to a symptom that is told, as an entity; None where there is none or several could be meant."""
    written, origins = spelt_out(reading)
    text = fold_lower(written)
    found = list(_DAY.finditer(text))
    if len(found) != 1 or len(text) != len(origins):
        return None
    words = [reading.words[origins[at]] for at in (found[0].start(), found[0].end() - 1)]
    start, end = words[0].start, words[1].end
    if not any(_together(text, origins, reading, found[0], one) for one in told):
        return None
    parsed = Since().parse(found[0].group(), context)
    if not isinstance(parsed, Accepted):
        return None
    return {"entity": "since", "value": str(parsed.value), "start": start, "end": end}


def _together(text: str, origins: Sequence[int], reading: Reading, day: re.Match[str], symptom: dict[str, Any]) -> bool:
    """Whether nothing that opens a new clause stands between the day and the symptom."""
    inside = [
        at for at, number in enumerate(origins) if symptom["start"] <= reading.words[number].start < symptom["end"]
    ]
    between = text[inside[-1] : day.start()] if inside[-1] < day.start() else text[day.end() : inside[0]]
    return not _BREAK.search(between)
