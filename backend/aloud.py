"""Text made fit for a voice: what is read off a screen at a glance is heard digit by digit and word by word."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date

_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_PAIR = re.compile(r"(?<=[^\W\d])/(?=[^\W\d])")


def aloud(text: str) -> str:
    """A text as a voice should read it: codes digit by digit, pairs of words ("ông/bà") without the slash."""
    return _PAIR.sub(" ", _LONG_NUMBER.sub(lambda found: digits(found.group()), text))


def digits(number: str) -> str:
    """A telephone number or code digit by digit, whatever groups it is written in."""
    return " ".join(sign for sign in number if not sign.isspace())


def day(value: date, language: str) -> str:
    """A day with its month by name, as CLDR words it: "20 tháng 11, 2026", "20 November 2026"."""
    return format_date(value, "d MMMM, y" if language == "vi" else "d MMMM y", locale=language)
