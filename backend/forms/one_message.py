"""A whole declaration in one message: `KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 00000`.

`;` `#` and a new line always separate fields; `,` `.` `/` only where both sides read as fields, so that
"TP. HCM", "1/5/1958" and "Ben Nghe, TP HCM" stay whole.  Fields whose kind is unmistakable may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from backend.forms import keywords
from backend.forms.folding import agrees, fold_lower, tidy
from backend.forms.kinds import BirthYear, Country, Since, Symptoms, TravelDay, find_symptoms
from backend.forms.kinds.choice import NO_WORDS
from backend.forms.model import Accepted, Context, Field, Form, Parsed, Rejected
from backend.forms.questions import (
    all_no,
    apply_answer_string,
    identity_fields,
    inferred,
    question_fields,
    string_fields,
)
from backend.forms.symptom_question import AnySymptoms

_HARD = re.compile(r"[;#\n\r|]+")
_SOFT = re.compile(r"(?<=\d)\s*[,./]\s*|\s*[,./]+\s+|[,./](?=\S)|\s-\s")
_ANY = re.compile(rf"{_SOFT.pattern}|\s+")
_WHOLE_DATE = re.compile(r"(?<!\d)\d{1,2}([/.-])\d{1,2}\1\d{4}(?!\d)", re.ASCII)
_LABEL = re.compile(r"(?:gioi tinh|gt|dia chi|dc|noi o|khai)\s*[:=]\s*")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SPACE = re.compile(r"\s+")
_BITS = re.compile(r"[01]+|[01](?:[\s,./*-]+[01])+")
_FEWEST_BITS = 3  # "11" may be a day or a month
_TRIM = " \t,.:/*-"
LONGEST_TEXT = 480  # characters looked at: three segments
_MOST_PARTS = 24  # soft-separated parts of one piece; a longer piece is no declaration
_WIDEST_FIELD = 7  # separated parts that one field may hold


@dataclass
class OneMessage:
    """What a message said: values that passed, fields that were meant but did not pass, and what was not read."""

    values: dict[str, Any] = field(default_factory=dict)
    rejected: dict[str, Rejected] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values or self.rejected)


def read(
    form: Form,
    text: str,
    context: Context,
    selected: Sequence[str] | None = None,
    known_identity: bool = False,
) -> OneMessage:
    """Read a message, with or without the form's keyword, against the identity and the `selected` questions.

    With `known_identity`, nothing is taken for a part of the identity only because of where it stands.
    """
    return _Reader(form, context, selected, known_identity).read(_without_keyword(form, text[:LONGEST_TEXT]))


class _Cutting(NamedTuple):
    """One way to cut a piece; the smallest by its first three members is the best.  `sure` counts down."""

    unread: int = 0
    sure: int = 0
    cuts: int = 0
    parts: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()


class _Reader:
    """One reading; remembers what each piece can be, because the same piece is looked at in several cuts."""

    def __init__(self, form: Form, context: Context, selected: Sequence[str] | None, known_identity: bool) -> None:
        self._form = form
        self._context = context
        self._selected = selected
        self._known_identity = known_identity
        self._fields = (*identity_fields(form), *question_fields(form, selected))
        self._result = OneMessage()
        self._text, self._tells_symptoms = "", False
        self._meanings = lru_cache(maxsize=None)(self._find_meanings)
        self._fits_some = lru_cache(maxsize=None)(self._find_fit)

    def read(self, text: str) -> OneMessage:
        self._text = tidy(text.replace("\n", ";"))
        self._tells_symptoms = any(not one.denied for one in find_symptoms(text))  # what is denied beside is no "none"
        hard = self._with_bits_joined([piece for piece in map(_trimmed, _HARD.split(text)) if piece])
        pieces = [part for piece in hard for part in self._cut_piece(piece)]
        unsure = [piece for piece in pieces if not self._take_unmistakable(piece)]
        for piece in unsure:
            self._take_in_order(piece, alone=len(pieces) == 1)
        self._leave_out_denied(text)
        self._infer_conditions()
        return self._result

    def _with_bits_joined(self, pieces: list[str]) -> list[str]:
        """ "0;0;0;0;0" as one answer string: only if it is complete, since a single digit may answer anything."""
        count = len(string_fields(self._form, self._selected))
        for at in range(len(pieces) - count + 1):
            if count > 1 and all(piece in ("0", "1") for piece in pieces[at : at + count]):
                return [*pieces[:at], "".join(pieces[at : at + count]), *pieces[at + count :]]
        return pieces

    def _cut_piece(self, piece: str) -> list[str]:
        """The fields of a piece: cut where marks stand, then between words; anywhere, if only that makes all sure."""
        marked = self._cut(piece, _SOFT)
        parts = [part for one in marked for part in self._cut_wholly(one, _SPACE) or [one]]
        if all(map(self._meanings, parts)):
            return parts
        return self._cut_wholly(piece, _ANY) or self._cut_mostly(piece, parts)

    def _cut_mostly(self, piece: str, parts: list[str]) -> list[str]:
        """Cut between words although a part stays unread, if a piece without marks then gives a name and a year.

        Three fields do as well: "Me 1950 nu Ben Nghe TP HCM".
        """
        told = self._told(cut := self._cut(piece, _SPACE)) if parts == [piece] else set()
        return cut if {"full_name", "birth_year"} <= told or len(told) > 2 else parts

    def _told(self, parts: Sequence[str]) -> set[str]:
        return {name for part in parts for name in self._meanings(part)}

    def _cut_wholly(self, piece: str, separator: re.Pattern[str]) -> list[str]:
        """A piece with digits that says nothing as a whole, cut so that every part is unmistakable; [] if it cannot."""
        if self._meanings(piece) or not any(sign.isdigit() for sign in piece):
            return []
        parts = self._cut(piece, separator)
        return parts if all(self._meanings(part) for part in parts) else []

    def _cut(self, piece: str, separator: re.Pattern[str]) -> list[str]:
        """The piece cut at separators so that least is unread, most is unmistakable, and cuts are few."""
        dates = [found.span() for found in _WHOLE_DATE.finditer(piece)]
        ends = [found.span() for found in separator.finditer(piece) if not _inside(found.start(), dates)]
        if not ends or len(ends) >= _MOST_PARTS:
            return [_trimmed(piece)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(piece)]
        best = [_Cutting()]
        for last in range(len(stops)):
            openings = range(max(0, last + 1 - _WIDEST_FIELD), last + 1)
            longer = (self._extended(best[at], _trimmed(piece[starts[at] : stops[last]])) for at in openings)
            best.append(min(longer, key=lambda cutting: cutting[:3]))
        return list(best[-1].parts)

    def _extended(self, before: _Cutting, part: str) -> _Cutting:
        if not part:
            return before
        meanings = self._meanings(part)
        new = [name for name in meanings if name not in before.fields]
        legible = bool(new) or (not meanings and self._fits_some(part))
        return _Cutting(
            before.unread + (not legible), before.sure - bool(new), before.cuts + 1,
            (*before.parts, part), before.fields | set(new[:1]),
        )  # fmt: skip

    def _find_fit(self, part: str) -> bool:
        """Whether a field could accept the part; one with a year in it is more than one field."""
        if _YEAR.search(part):
            return False
        able = (one for one in self._fields if one.required and (one.group == "identity" or one.asked_if))
        return any(isinstance(one.kind.parse(part, self._context), Accepted) for one in able)

    def _find_meanings(self, part: str) -> tuple[str, ...]:
        """Names of the fields that the part unmistakably answers; "*" for the answer string and for all no.

        A day near today is one of a journey before it is a birthday, "tu Nhat Ban" a country before it is a name.
        """
        if not part:
            return ()
        if self._answer_string(part) is not None:
            return ("*",)
        able = (one for one in self._fields if not (self._tells_symptoms and isinstance(one.kind, AnySymptoms)))
        meant = [one for one in able if one.kind.recognise(part, self._context)] or self._impossible_year(part)
        return tuple(one.name for one in sorted(meant, key=lambda one: not isinstance(one.kind, (Country, TravelDay))))

    def _impossible_year(self, part: str) -> list[Field]:
        """Four digits that are no year of birth, so that it is said why ("Nguyen Van An 1758 nam")."""
        years = [one for one in self._fields if isinstance(one.kind, BirthYear)]
        return [one for one in years if _YEAR.fullmatch(part) and _nearly(one, one.kind.parse(part, self._context))]

    def _answer_string(self, part: str) -> Mapping[str, Any] | None:
        count = len(string_fields(self._form, self._selected))
        if not self._form.answer_string or not count:
            return None
        if any(agrees(part, word) for word in NO_WORDS):
            return all_no(self._form, self._selected) if self._stands_alone(part) else None
        if not _BITS.fullmatch(part) or sum(sign in "01" for sign in part) < min(_FEWEST_BITS, count):
            return None
        parsed = apply_answer_string(self._form, part, self._selected)
        return parsed.value if isinstance(parsed, Accepted) else None

    def _stands_alone(self, part: str) -> bool:
        """Whether a no is an answer of its own: between signs, or last; "ko ho ko sot" denies two symptoms only."""
        word = rf"\s*{re.escape(part)}\s*(?:[;#|,./\n]|\s-\s|$)"
        if re.search(rf"(?:^|[;#|,./\n]|\s-\s){word}", self._text):
            return True
        return not find_symptoms(self._text) and re.search(rf"\s{word}", self._text) is not None

    def _take_unmistakable(self, part: str) -> bool:
        names = self._meanings(part)
        if names == ("*",):
            self._result.values.update(self._answer_string(part) or {})
            return True
        return any(self._take(one, part) for name in names for one in self._fields if one.name == name)

    def _take(self, one: Field, part: str) -> bool:
        """Fill a field that is still empty; True if the part was for it, passed or not."""
        if one.name in self._result.values or one.name in self._result.rejected:
            return False
        parsed = one.kind.parse(part, self._context)
        if isinstance(parsed, Accepted):
            self._result.values[one.name] = parsed.value
        else:
            self._result.rejected[one.name] = parsed
        return True

    def _take_in_order(self, part: str, alone: bool) -> None:
        """A part that could be several things: the first open field that accepts it, or nearly does.

        A text that is one part only may be a sentence: it is left unread rather than refused.
        """
        if alone and not any(sign.isalpha() for sign in part):
            self._result.unread.append(part)
            return
        parsed = [(one, one.kind.parse(part, self._context)) for one in self._open_fields()]
        accepting = [one for one, answer in parsed if isinstance(answer, Accepted)]
        nearly = [] if alone else [one for one, answer in parsed if _nearly(one, answer)]
        if accepting or nearly:
            self._take((accepting or nearly)[0], part)
        else:
            self._result.unread.append(part)

    def _open_fields(self) -> Iterator[Field]:
        """Required identity fields, and questions that a yes in this message opened."""
        values, rejected = self._result.values, self._result.rejected
        for one in self._fields:
            opened = one.asked_if is not None and one.asked_if.holds(values)
            asked = opened if one.group == "question" else not self._known_identity
            if one.required and asked and one.name not in values and one.name not in rejected:
                yield one

    def _leave_out_denied(self, text: str) -> None:
        """What the whole text takes back is no symptom, although a part of it names one ("hom qua co sot, nay het")."""
        mentions = find_symptoms(text)
        denied = {one.value for one in mentions if one.denied} - {one.value for one in mentions if not one.denied}
        listed = [
            one.name for one in self._fields if isinstance(one.kind, Symptoms) and one.name in self._result.values
        ]
        for name in listed if denied else ():
            told = [value for value in self._result.values.pop(name) if value not in denied]
            self._result.values.update({name: told} if told else {})

    def _infer_conditions(self) -> None:
        """Symptoms told mean that there are some; told and denied at once, both are asked again.

        A day alone means nothing: it may be meant for another question.
        """
        values = self._result.values
        values.update(inferred(self._form, values))
        for one in self._fields:
            condition = one.asked_if
            if condition is None or one.name not in values or len(condition.values) != 1 or isinstance(one.kind, Since):
                continue
            if values.setdefault(condition.field, condition.values[0]) != condition.values[0]:
                del values[one.name], values[condition.field]
                self._result.rejected[condition.field] = Rejected("contradiction")


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in spans)


def _trimmed(piece: str) -> str:
    """Tidied, without separators at the ends and without a label such as "gioi tinh:"."""
    clean = tidy(piece).strip(_TRIM)
    label = _LABEL.match(fold_lower(clean))
    return clean[label.end() :] if label else clean


def _nearly(one: Field, parsed: Parsed) -> bool:
    """A rejection that says more than "not this kind at all"."""
    return isinstance(parsed, Rejected) and parsed.code.startswith(one.kind.name + "_")


def _without_keyword(form: Form, text: str) -> str:
    found = keywords.match(text)
    if found is None or found.word not in _keyword_words(form):
        return text
    return _tail(text, found.rest)


def _keyword_words(form: Form) -> frozenset[str]:
    return frozenset(word for keyword in keywords.KEYWORDS if keyword.intent == form.intent for word in keyword.words)


def _tail(text: str, rest: str) -> str:
    """What follows the keyword, with its line breaks, which separate fields."""
    start = len(text) - len(text.lstrip())
    lines = text[start:].split("\n", 1)
    first = keywords.match(lines[0])
    return "\n".join([first.rest if first else rest, *lines[1:]])
