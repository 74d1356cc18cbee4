"""What an opening text already answers: keyword syntax ("KB 00000") or a free sentence ("toi bi sot 2 ngay nay")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from backend.forms import keywords
from backend.forms.folding import agrees, fold_lower, nfc, tidy
from backend.forms.kin import is_relative
from backend.forms.kinds import Since, Symptoms, find_symptoms
from backend.forms.kinds.choice import YES_WORDS
from backend.forms.model import Accepted, Field, Rejected
from backend.forms.one_message import OneMessage, read
from backend.forms.questions import apply_answer_string
from bot.actions.view import View

_FOR_SOMEBODY = re.compile(
    r"^(?:(?:toi|em|con|chau|minh)\s+)?(?:(?:muon|can|xin)\s+)?(?:(?:kbyt|kb)\s+)?"
    r"(?:khai(?: bao)?(?: y te)?|kbyt|kb)"
    r"\s+(?:ho|giup|gium|thay|dum|cho (?=me|bo|ba|cha|ong|vo|chong|con|chau|nguoi|anh|chi|em))\s*[:,.;]?\s*"
)
_ON_BEHALF = re.compile(  # "khai hộ": no cough
    r"\b(?:khai(?:\s+b[aá]o)?(?:\s+y\s+t[eế])?|n[oó]i|l[aà]m|[đd][aă]ng\s+k[yý])\s+h[oộ]\b", re.IGNORECASE
)
_MOST_WORDS = 5  # of a day told inside a sentence ("tu 3 ngay truoc day")
LONGEST_SENTENCE = 300  # characters searched for symptoms and days


def for_somebody(text: str) -> bool:
    """Whether a text asks to declare for somebody else ("khai ho me toi", "KB ho")."""
    return _FOR_SOMEBODY.match(fold_lower(tidy(text))) is not None


def for_relative(text: str) -> bool:
    """Whether that somebody is named as a relative ("khai ho me toi")."""
    ahead = _FOR_SOMEBODY.match(fold_lower(tidy(text)))
    return ahead is not None and is_relative(tidy(text)[ahead.end() :])


def read_opening(text: str, view: View) -> OneMessage:
    """What the text which opens a form already says of its fields."""
    ahead = _FOR_SOMEBODY.match(fold_lower(text)) if len(fold_lower(text)) == len(text) else None
    rest = text[ahead.end() :] if ahead else text
    if keywords.match(text):
        return read(view.form, rest, view.context, view.selected)
    return OneMessage(dict(_told(rest, view)))


def refused(said: OneMessage, view: View) -> Rejected | None:
    """Why the first thing meant for an answer is not taken; None if all is, or what was meant is still to be chosen."""
    wrong = [said.rejected[field.name] for field in view.form.fields if field.name in said.rejected]
    return next((one for one in (*wrong, *_refused_digits(said, view)) if not one.args.get("options")), None)


def _refused_digits(said: OneMessage, view: View) -> Iterator[Rejected]:
    """What is wrong with digits, or a bare yes, sent for the answers to all questions."""
    for piece in said.unread if view.digits else ():
        if any(sign.isalpha() for sign in piece):
            meant = any(agrees(piece, word) for word in YES_WORDS)
        else:
            meant = any(sign.isdigit() for sign in piece)
        if meant:
            parsed = apply_answer_string(view.form, piece, view.selected)
            yield parsed if isinstance(parsed, Rejected) else Rejected("answer_string", {"count": view.digits})


def _told(text: str, view: View) -> Mapping[str, Any]:
    """Symptoms told in a sentence, since when, and that there are some."""
    sentence = _ON_BEHALF.sub(" ", nfc(text)[:LONGEST_SENTENCE])
    told = {mention.value for mention in find_symptoms(sentence) if not mention.denied}
    values: dict[str, Any] = {}
    for field in view.questions:
        chosen = [one for one in field.kind.ids if one in told] if isinstance(field.kind, Symptoms) else []
        if chosen:
            values[field.name] = chosen
            values.update(_gate(field))
    since = [field for field in view.questions if isinstance(field.kind, Since)] if values else []
    return {**values, **{field.name: day for field in since for day in _first_day(field, sentence, view)}}


def _gate(field: Field) -> Mapping[str, Any]:
    """The answer that makes a field apply."""
    return {field.asked_if.field: field.asked_if.values[0]} if field.asked_if else {}


def _first_day(field: Field, sentence: str, view: View) -> Iterator[Any]:
    """The first, longest run of words that is unmistakably a day."""
    words = sentence.split()
    for start in range(len(words)):
        for end in range(min(len(words), start + _MOST_WORDS), start, -1):
            piece = " ".join(words[start:end])
            if field.kind.recognise(piece, view.context):
                parsed = field.kind.parse(piece, view.context)
                if isinstance(parsed, Accepted):
                    yield parsed.value
                    return
