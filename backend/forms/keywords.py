"""The keywords a person can send, and the intent each stands for: the one table of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backend.forms.folding import fold, tidy


class Keyword(NamedTuple):
    """`words` are upper case and folded; `rest` says what may follow: "none", "code" (digits), "class" or "any"."""

    words: tuple[str, ...]
    intent: str
    rest: str = "none"


class Match(NamedTuple):
    """A keyword found at the start of a text; `rest` is what follows it, separators removed."""

    word: str
    intent: str
    rest: str


KEYWORDS: tuple[Keyword, ...] = (
    Keyword(("KB CA NHA", "KB GIA DINH", "KB GD"), "declare_household", "any"),
    Keyword(("KHAI BAO Y TE", "KHAI BAO", "KBYT", "KB"), "declare_health", "any"),
    Keyword(("NHAP CANH", "ENTRY", "NC"), "declare_entry", "any"),
    Keyword(("DANG KY DIA DIEM", "DKDD"), "register_venue", "any"),
    Keyword(("DD",), "check_in", "code"),
    Keyword(("DI",), "check_out", "code"),
    Keyword(("SL",), "venue_count", "code"),
    Keyword(("XN",), "confirm_venue", "code"),
    Keyword(("GD THEM", "THEM NGUOI NHA"), "add_member", "any"),
    Keyword(("GIA DINH", "GD"), "manage_household"),
    Keyword(("TX",), "declare_contact", "code"),
    Keyword(("PA",), "send_feedback", "code"),
    Keyword(("BC",), "report_facility", "code"),
    Keyword(("XONG",), "close_feedback", "code"),
    Keyword(("SUA",), "correct_answer", "any"),
    Keyword(("CORRECT",), "correct_answer"),
    Keyword(("XEM",), "who_viewed"),
    Keyword(("TT",), "ask_status"),
    Keyword(("TRO GIUP", "TG", "HD", "HELP", "?"), "ask_help"),
    Keyword(("QUAY LAI", "QL", "BACK"), "go_back"),
    Keyword(("HUY", "UNDO", "CANCEL"), "cancel"),
    Keyword(("GOI LAI", "GOI"), "ask_hotline"),
    Keyword(("TU CHOI", "TC", "STOP"), "opt_out", "class"),
    Keyword(("DANG KY", "DK", "START"), "opt_in", "class"),
    Keyword(("MA",), "ask_reference"),
    Keyword(("TIENG VIET", "VI"), "change_language"),
    Keyword(("TIENG ANH", "ENGLISH", "EN"), "change_language"),
    Keyword(("TIN CO DAU", "CO DAU"), "accents_on"),
    Keyword(("TIN KHONG DAU", "KHONG DAU"), "accents_off"),
    Keyword(("XOA",), "erase_me"),
    Keyword(("SAI",), "not_me"),
)
CLASSES = {"KHUYEN NGHI": "advice", "CANH BAO": "exposure", "KET QUA": "result", "NHAC": "follow_up"}  # of messages
LANGUAGES = {"TIENG VIET": "vi", "VI": "vi", "TIENG ANH": "en", "ENGLISH": "en", "EN": "en"}
USSD_DIGITS = {"99": "go_back", "97": "ask_help", "96": "cancel"}

_LEAD = re.compile(r"^[\s.,:;#/*\-]+")
_CODE = re.compile(r"^\+?\d")
_ASKED = re.compile(  # "khai báo thế nào" asks how it is done and declares nothing
    r"(?:Y TE |SUC KHOE )?(?:THE NAO|NTN|NHU THE NAO|NHU NAO|LAM SAO|LAM THE NAO|RA SAO|KIEU GI|CACH NAO|BANG CACH NAO|"
    r"SAO|O DAU|GI)(?: (?:VAY|V|Z|THE|HA|A|DAY|TA|NHI|HE|RUA|EM|BAN|CHAU|BAC SI|DUOC|BAY GIO))*\W*"
)


def match(text: str) -> Match | None:
    """The keyword that opens `text`, or None.

    "KB.Nguyen Van A" and "DD10234567" match: a separator or a digit ends a keyword, a letter does not.
    """
    clean = tidy(text)
    upper = fold(clean).upper()
    if len(upper) != len(clean):  # a letter whose capital is two letters: no keyword has one
        return None
    for word, keyword in _BY_FIRST_SIGN.get(upper[:1], ()):
        if upper.startswith(word) and not upper[len(word) : len(word) + 1].isalpha():
            rest = _LEAD.sub("", clean[len(word) :])
            if _may_follow(keyword.rest, rest) and not (" " in word and _ASKED.fullmatch(fold(rest).upper())):
                return Match(word, keyword.intent, rest)
    return None


def is_control(text: str) -> bool:
    """Whether the whole text is a keyword in plain capitals or plain small letters.

    "HUY" and "huy" are commands, "Huy" and "Hủy" may be somebody's name.
    """
    clean = tidy(text)
    upper = fold(clean).upper()
    return upper in _WORDS and (clean.isupper() or clean.islower() or not clean.isalpha())


def _may_follow(rule: str, rest: str) -> bool:
    if rule == "any" or not rest:
        return True
    return (rule == "code" and _CODE.match(rest) is not None) or (rule == "class" and fold(rest).upper() in CLASSES)


def _by_first_sign() -> Mapping[str, Sequence[tuple[str, Keyword]]]:
    """The table by the first sign of a word, its order kept: few texts begin like any keyword."""
    index: dict[str, list[tuple[str, Keyword]]] = {}
    for keyword in KEYWORDS:
        for word in keyword.words:
            index.setdefault(word[0], []).append((word, keyword))
    return index


_BY_FIRST_SIGN = _by_first_sign()
_WORDS = frozenset(word for keyword in KEYWORDS for word in keyword.words)
