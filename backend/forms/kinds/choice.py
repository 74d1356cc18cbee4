"""Answers picked from a short list: by digit, by word with or without accents, by abbreviation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backend.forms.folding import agrees, fold_lower, tidy
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_TRAILING = " .,;:!?*#"


class Option(NamedTuple):
    """A choice and the words, accented, that mean it."""

    choice: Choice
    words: tuple[str, ...]


YES_WORDS = (
    "có", "co", "c", "yes", "y", "ừ", "ờ", "ừm", "dạ có", "dạ", "vâng", "có ạ", "rồi", "có rồi", "đúng", "đúng rồi",
    "đúng vậy", "phải", "phải rồi",
    "có chứ", "có chớ", "có đó", "ừa", "uh", "uhm", "yeah", "yep", "true",
)  # fmt: skip
NO_WORDS = (
    "không", "kg", "khg", "ko", "k", "kh", "hk", "hok", "hông", "hổng", "hem", "khum", "no", "nope", "n", "không có",
    "ko có", "k có", "0 có", "hổng có", "chưa", "không ạ", "dạ không", "chưa có", "chưa hề", "không hề",
    "có đâu", "không đâu", "không có đâu", "không có gì", "không có gì hết", "false",
)  # fmt: skip
NONE_WORDS = (*NO_WORDS, "none", "nothing", "không bị gì", "không có gì", "không đi đâu")  # of a list that is empty


# What is put before or after an answer out of politeness ("dạ không", "0 nha em"), folded.
_POLITE_BEFORE = frozenset(("da", "vang", "u", "uh", "thua"))
_POLITE_AFTER = frozenset("a nha nhe nhen nghe em anh chi co chu bac chau con oi luon het ban ne please ma".split())


# "khong co di dau het", "chua gap ai", "co di roi": a yes or no, and nothing but small words after it, folded.
_DENYING = frozenset(("khong", "ko", "k", "hong", "hok", "hem", "khum", "chua"))
_AFTER_NO = frozenset(
    """co bi di gap he tiep xuc dau gi ai sao het ca luon tron nao cho noi voi nguoi benh tinh khac nuoc trieu
    chung tx""".split()
)
_AFTER_YES = frozenset("di bi gap tiep xuc roi chu cho do voi nguoi benh tinh khac nuoc mot vai may a nha".split())
_SPEAKING = frozenset("da thua vang toi tui em con chau minh e mk bac si".split())  # who answers, before the answer
_SAID_BEFORE = re.compile(
    r"^(?:(?:so|chon|bam|phim|gui|nhan|cau)\s+(?=\d)|gioi tinh\s*:?\s*|(?:(?:toi|tui|em|con|chau|minh)\s+)?la\s+)"
)
# What people ask of the service instead of answering in words: whole texts, accented.
_REQUESTS = (
    "dừng lại",
    "dừng lại đi",
    "thôi",
    "thôi đi",
    "bỏ qua",
    "bỏ đi",
    "hủy bỏ",
    "hủy đi",
    "thoát",
    "thoát ra",
    "kết thúc",
    "tổng đài",
    "gọi tổng đài",
    "gặp tổng đài",
    "đường dây nóng",
    "hotline",
    "nhân viên",
    "gặp nhân viên",
    "người trực",
    "người thật",
    "bác sĩ",
    "tiếp tục",
    "làm lại",
    "làm lại từ đầu",
    "bắt đầu lại",
    "từ đầu",
    "sai rồi",
    "nhầm rồi",
    "lộn rồi",
    "để sau",
    "khi khác",
    "cảm ơn",
    "cám ơn",
    "đồng ý",
    "từ chối",
    "thế nào",
    "làm sao",
    "là sao",
    "là gì",
    "đợi chút",
    "chờ chút",
    "như trên",
    "như cũ",
    "máy ơi",
    "chưa hiểu",
    "trở lại",
    "trở về",
)
_UNSURE = re.compile(
    r"(?:(?:da|toi|tui|em|con|chau|minh|cung)\s+)*(?:khong|ko|k|hong|hok|chua|kg|khg|dau co)\s+(?:con\s+)?"
    r"(?:biet|bit|nho|ro|chac|hieu)(?:\s+(?:nua|ro|lam|gi|roi|a|ha|luon|chac))*"
    r"|(?:toi |em |con )?(?:quen|quen roi|hoi quen)"
    r"|(?:i )?(?:don'?t|do not) (?:know|remember)|not sure|ai ma biet|sao (?:ma )?biet"
)


@dataclass(frozen=True)
class OneOf:
    """Exactly one of `options`."""

    options: tuple[Option, ...]
    name: str = "one_of"

    @property
    def choices(self) -> Sequence[Choice]:
        return tuple(option.choice for option in self.options)

    def parse(self, text: str, context: Context) -> Parsed:
        typed = tidy(text).rstrip(_TRAILING)
        blunt = bluntly(typed)
        for said in (typed, blunt, _alone(blunt)):
            for option in self.options:
                if said == option.choice.send or means(said, option, context):
                    return Accepted(option.choice.value)
        return Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """A word of the list; digits alone could be anything."""
        typed = tidy(text).rstrip(_TRAILING)
        return any(means(typed, option, context) for option in self.options)

    def schema(self) -> Mapping[str, Any]:
        return {"enum": [choice.value for choice in self.choices]}

    def display(self, value: Any) -> Any:
        return {"$key": next(choice.key for choice in self.choices if choice.value == value)}


@dataclass(frozen=True)
class YesNo(OneOf):
    """Có or Không, typed 1 or 0 and stored as a boolean."""

    options: tuple[Option, ...] = field(
        default=(Option(Choice("1", True, "choice_yes"), YES_WORDS), Option(Choice("0", False, "choice_no"), NO_WORDS))
    )
    name: str = "yes_no"

    def parse(self, text: str, context: Context) -> Parsed:
        parsed = OneOf.parse(self, text, context)
        wordy = _wordy(tidy(text).rstrip(_TRAILING)) if isinstance(parsed, Rejected) else None
        return parsed if wordy is None else Accepted(wordy)

    def recognise(self, text: str, context: Context) -> bool:
        """Never: a bare yes or no does not say which question it answers."""
        return False

    def schema(self) -> Mapping[str, Any]:
        return {"type": "boolean"}


_MET = re.compile(r"(?:(?:co|da|vua|moi|hom qua)\s+)*(?:tiep xuc|tx|gap|o chung|o gan|an chung|di chung|lam chung)\b")
_BUT = re.compile(r"\b(?:khong|ko|k|hok|hong|chua|nhung|lau|nam ngoai)\b")


@dataclass(frozen=True)
class Contact(YesNo):
    """Whether somebody was met; telling of it is a yes ("co gap nguoi bi sot")."""

    def parse(self, text: str, context: Context) -> Parsed:
        parsed = YesNo.parse(self, text, context)
        said = " ".join(itertools.dropwhile(_SPEAKING.__contains__, fold_lower(tidy(text)).split()))
        met = isinstance(parsed, Rejected) and _MET.match(said) and not _BUT.search(said)
        return Accepted(True) if met else parsed


def _wordy(typed: str) -> bool | None:
    """What a yes or no says that goes on with small words; None when there is more to it ("khong biet", "khong khoe").

    "đâu có" denies only with its accents: "dau co" may be "đau cổ".
    """
    words = list(itertools.dropwhile(_SPEAKING.__contains__, fold_lower(typed).replace(",", " ").split()))
    first, *rest = words or [""]
    denies = first in _DENYING or typed.lower().startswith("đâu ")
    if rest and denies and (_AFTER_NO | _POLITE_AFTER).issuperset(rest):
        return False
    told = [word for word in rest if not word.isdecimal()]
    return True if rest and first == "co" and _AFTER_YES.issuperset(told) else None


def is_unsure(text: str) -> bool:
    """Whether somebody says that they do not know ("khong nho", "k bit", "chua ro")."""
    return _UNSURE.fullmatch(fold_lower(tidy(text)).strip(_TRAILING)) is not None


def is_request(text: str) -> bool:
    """Whether a text asks something of the service and is no name of anybody or any place ("dung lai", "tong dai")."""
    said = bluntly(tidy(text).rstrip(_TRAILING))
    return any(agrees(said, phrase) for phrase in _REQUESTS)


def _alone(typed: str) -> str:
    """An answer without what was said before it ("so 2", "toi la nam")."""
    said = _SAID_BEFORE.match(folded := fold_lower(typed))
    return typed[said.end() :] if said and len(folded) == len(typed) else typed


def bluntly(typed: str) -> str:
    """An answer without its words of politeness; at least one word stays."""
    words = typed.replace(",", " ").split()
    while len(words) > 1 and fold_lower(words[-1]) in _POLITE_AFTER:
        words.pop()
    while len(words) > 1 and fold_lower(words[0]) in _POLITE_BEFORE:
        words.pop(0)
    return " ".join(words)


def means(typed: str, option: Option, context: Context) -> bool:
    """Whether a text is one of the option's words, or of those the person's language has for it."""
    return any(agrees(typed, word) for word in (*option.words, *context.spoken.words.get(option.choice.key, ())))


def is_none(typed: str, context: Context) -> bool:
    """Whether a text says that a list is empty."""
    return any(agrees(typed, word) for word in (*NONE_WORDS, *context.spoken.words.get("none", ())))
