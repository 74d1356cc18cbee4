"""What people answer to "how are you today?": the digits, and the words they use instead."""

from __future__ import annotations

import re
from typing import NamedTuple

from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.told_symptoms import find_symptoms

WELL, SYMPTOMS = "well", "symptoms"
ANSWERS = (WELL, SYMPTOMS)
_LONGEST = 20  # words; a longer text is a story, not an answer
_DIGIT = re.compile(r"^(?:(?:so|chon|bam|phim)\s+)?([12])(?=\W|$)[\s.,:;)\-]*")
_WORD = re.compile(r"[a-z0-9]+")
_SHORT = {
    "ko": "khong", "k": "khong", "kg": "khong", "kh": "khong", "khg": "khong", "hok": "khong", "hong": "khong",
    "hem": "khong", "bt": "binh thuong", "bth": "binh thuong", "bthg": "binh thuong", "bthuong": "binh thuong",
}  # fmt: skip
# Folded phrases; where both begin alike the longer one counts ("khong khoe" before "khoe").
_SAY_WELL = (
    "khong co trieu chung", "khong co trieu chung gi", "khong trieu chung", "khong gi bat thuong",
    "khong thay trieu chung", "chua co trieu chung", "khong co bieu hien", "khong con trieu chung", "het trieu chung",
    "binh thuong", "khong sao", "khong co gi", "khong bi gi", "khong bi sao", "khong co van de",
    "khong thay gi bat thuong", "khong co gi bat thuong", "suc khoe tot", "suc khoe on", "khoe manh", "khoe re",
    "khoe ru", "khoe", "khong thay gi", "chua thay gi", "chua bi gi", "khong co chi",
    "on dinh", "on", "tot", "khoi benh", "khoi roi", "het benh", "do roi", "do nhieu", "ok", "oke", "okay",
    "no symptoms", "well", "fine", "healthy", "good",
)  # fmt: skip
_SAY_ILL = (
    "khong duoc khoe", "khong khoe", "chua khoe", "khong duoc on", "khong on", "khong tot", "khong duoc tot",
    "khong binh thuong", "khong thay khoe", "khong thay on", "co trieu chung", "co bieu hien", "kho chiu", "bi benh",
    "phat benh", "benh roi", "bi om", "om roi", "om", "te hon", "nang hon", "xau di", "not well", "not fine",
    "not good", "symptoms", "sick", "unwell", "ill",
)  # fmt: skip
_SAY_NOTHING = ("cam on", "cam thay", "xin chao", "suc khoe", "trong nguoi", "xin cam on")
_PHRASES: dict[str, str | None] = {
    **dict.fromkeys(_SAY_WELL, WELL), **dict.fromkeys(_SAY_ILL, SYMPTOMS), **dict.fromkeys(_SAY_NOTHING),
}  # fmt: skip
_PHRASE = re.compile(r"\b(?:" + "|".join(sorted(_PHRASES, key=len, reverse=True)) + r")\b")
_FILLERS = frozenset(
    """toi em con chau minh mk tui ong ba anh chi bac co chu me bo vo chong nha gia dinh ca hai deu moi
    nguoi van thay rat da dang hom nay nay a nhe nha oi roi hoan toan thi la tra loi so chon ngay con dc
    duoc qua lam nhieu hon khong chua het bi hay va cung gi bac si cac tui vang e ah i am we are all
    very feel still today thanks thank you""".split()
)


class Said(NamedTuple):
    """`answer` is well or symptoms; `named` says that the text names a symptom, so that it can be declared."""

    answer: str
    named: bool = False


def read_follow_up(text: str) -> Said | None:
    """What a text answers to the daily question; None when it is something else.

    Whoever says both that they are well and that something is wrong has symptoms.
    """
    typed = fold_lower(tidy(text))
    digit = _DIGIT.match(typed)
    if digit is None:
        return _words(text, typed)
    rest = typed[digit.end() :]
    answer = WELL if digit.group(1) == "1" else SYMPTOMS
    told = _words(tidy(text)[-len(rest) :], rest) if rest else None
    if not rest:
        return Said(answer)
    return told if told and told.answer in (answer, SYMPTOMS) else None  # "1 ngay nay bi sot" begins with no answer


def _words(text: str, typed: str) -> Said | None:
    words = [_SHORT.get(word, word) for word in _WORD.findall(typed)]
    if not 0 < len(words) <= _LONGEST:
        return None
    mentions = find_symptoms(text)
    if any(not mention.denied for mention in mentions):
        return Said(SYMPTOMS, named=True)
    found: set[str | None] = {WELL} if mentions else set()
    named = {word for mention in mentions for word in _WORD.findall(fold_lower(text[mention.start : mention.end]))}

    def taken(match: re.Match[str]) -> str:
        found.add(_PHRASES[match.group()])
        return " "

    rest = _PHRASE.sub(taken, " ".join(words)).split()
    if any(word not in _FILLERS and word not in named for word in rest):
        return None
    return Said(SYMPTOMS) if SYMPTOMS in found else Said(WELL) if WELL in found else None
