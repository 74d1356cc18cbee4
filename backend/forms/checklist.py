"""A facility's daily checklist: asked part by part, or answered as a whole in one message.

The form has a question a part; which criteria a part holds is said by the checklist pack through `Context.checklist`,
so that another pack needs no training.  An answer names the criteria that are NOT met, by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from backend.forms import venue_code
from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.time import read_day
from backend.forms.model import Accepted, Choice, Context, Field, Parsed, Rejected, Request

PARTS_MOST, PART_MOST, CRITERIA_MOST = 10, 5, 40
_ALL_MET = frozenset((
    "0", "dat", "dat ca", "dat het", "dat du", "du", "du ca", "deu dat", "tat ca dat", "tat ca deu dat", "ok", "khong",
    "ko", "khong co", "khong co muc nao", "none", "all", "all ok", "all met",
))  # fmt: skip
_BETWEEN = re.compile(r"[\s,;./*#\-]+")
_NAMED = re.compile(r"^(?:(?:so|muc|cac muc|tieu chi|khong dat|ko dat|chua dat|thieu|tru|item|items)\s+)+")
_TOO_MANY_BITS = 3  # "11" and "101" may be numbers, longer runs of 0 and 1 are answers to a list


def read_failed(text: str, numbers: Sequence[int]) -> list[int] | None:
    """The criteria that are not met: "0", "đạt cả", "4", "4, 11", "không đạt 4 và 11"; None for anything else."""
    said = fold_lower(tidy(text)).strip(" .,;:!*#")
    if said in _ALL_MET:
        return []
    pieces = _BETWEEN.split(_NAMED.sub("", said).replace(" va ", " ").replace(" and ", " "))
    found = [int(piece) for piece in pieces if piece.isascii() and piece.isdigit() and len(piece) < _TOO_MANY_BITS]
    fits = len(found) == len(pieces) and len(set(found)) == len(found) and set(found) <= set(numbers)
    return sorted(found) if fits and found else None


def read_bits(text: str) -> str | None:
    """The digits of "111011111011111" or "11101 11110"; None if there is anything but 0 and 1."""
    bits = _BETWEEN.sub("", tidy(text))
    return bits if bits and set(bits) <= {"0", "1"} else None


def read_whole(text: str, count: int) -> Parsed:
    """The criteria not met, of a whole checklist: a digit for each, or the numbers of those that fail.

    Rejected `checklist_bits` (args: count, given) for a wrong number of digits, `checklist` (count) for anything else.
    """
    bits = read_bits(text)
    if bits is not None and len(bits) == count:
        return Accepted([number for number, bit in enumerate(bits, 1) if bit == "0"])
    failed = read_failed(text, range(1, count + 1))
    if failed is not None:
        return Accepted(failed)
    return Rejected("checklist_bits", {"count": count, "given": len(bits)}) if bits else Rejected(
        "checklist", {"count": count})  # fmt: skip


@dataclass(frozen=True)
class FailedItems:
    """Which criteria of one part (from 1) are not met; stored as a list of their numbers."""

    part: int
    name: str = "failed_items"
    choices: Sequence[Choice] = ()

    def offered(self, context: Context) -> Sequence[Mapping[str, str]]:
        """The criteria of the part as choices: {"send": number, "key": text}."""
        names = self._names(context)
        first = sum(len(part) for part in context.checklist[: self.part - 1]) + 1
        return [{"send": str(number), "key": f"criterion_{name}"} for number, name in enumerate(names, first)]

    def parse(self, text: str, context: Context) -> Parsed:
        numbers = [int(one["send"]) for one in self.offered(context)]
        failed = read_failed(text, numbers)
        if failed is None:
            return Rejected("failed_items", {"first": numbers[0], "last": numbers[-1]} if numbers else {})
        return Accepted(failed)

    def recognise(self, text: str, context: Context) -> bool:
        """Never: a number does not say what it counts."""
        return False

    def schema(self) -> Mapping[str, Any]:
        return {"type": "array", "items": {"enum": list(range(1, CRITERIA_MOST + 1))}}

    def display(self, value: Any) -> Any:
        return [str(number) for number in value]

    def _names(self, context: Context) -> Sequence[str]:
        return context.checklist[self.part - 1] if self.part <= len(context.checklist) else ()


@dataclass(frozen=True)
class Checklist(Request):
    """The form; as many of its fields are asked as the checklist has parts."""

    def asked(self, parts: Sequence[Sequence[str]]) -> list[str]:
        """Names of the questions for these parts."""
        return [field.name for field in self.fields[: len(parts)]]

    def answers(self, failed: Sequence[int], parts: Sequence[Sequence[str]]) -> dict[str, list[int]]:
        """The answer to each part's question for a whole list's criteria not met."""
        given: dict[str, list[int]] = {}
        first = 1
        for field, part in zip(self.fields, parts, strict=False):
            given[field.name] = [number for number in failed if first <= number < first + len(part)]
            first += len(part)
        return given

    def arguments(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """`failed`: the numbers of all parts."""
        return {"failed": sorted(number for part in answers.values() for number in part)}


CHECKLIST = Checklist(
    name="checklist",
    version=1,
    intent="report_facility",
    keywords=("BC",),
    fields=tuple(Field(f"checklist_{part}", FailedItems(part), told_as="checklist")
                 for part in range(1, PARTS_MOST + 1)),
    command="report_facility",
)  # fmt: skip


class Reported(NamedTuple):
    """What a message says: the digits meant as a facility's code, right or not; the answers; whether of another day."""

    code: str | None = None
    answers: str = ""
    other_day: bool = False


_CODE = re.compile(r"(?:\d{4}[ .\-/]\d{4}|\d{2}(?:[ .\-/]\d{2}){3}|\d{5,11})(?!\d)", re.ASCII)
_DAY = re.compile(
    r"\b(?:(?:cua|cho|bao cao)\s+)?((?:hom|bua)\s+(?:nay|qua|kia|truoc)|hqua|yesterday|today|tomorrow|(?:ngay\s+)?mai"
    r"|(?:ngay\s+)?\d{1,2}/\d{1,2}(?:/\d{2,4})?)\b",
    re.ASCII,
)
_TO_COME = ("mai", "ngay mai", "tomorrow")
_SIGNS = r"[\s.\-/]*"


def read_report(text: str, counts: Mapping[str, int], today: date) -> Reported:
    """Read what follows the keyword: "10234569 111011111011111", "1023-4569 0", "4 11", "111… hom qua".

    `counts` are the sender's own facilities: code → number of criteria.
    """
    rest, other_day = _without_day(fold_lower(tidy(text)), today)
    bits = read_bits(rest)
    if bits and len(bits) in counts.values() and bits not in counts:
        return Reported(None, rest, other_day)
    for code in counts:
        found = re.match(_SIGNS.join(code), rest)
        if found:
            return Reported(code, rest[found.end() :].strip(" .,;:-/"), other_day)
    found = _CODE.match(rest)
    if found and not (counts and set(found.group()) <= set("01 .-/")):
        return Reported(venue_code.normalise(found.group()), rest[found.end() :].strip(" .,;:-/"), other_day)
    return Reported(None, rest, other_day)


def _without_day(text: str, today: date) -> tuple[str, bool]:
    """The text without a day named in it, and whether that is another than today."""
    found = _DAY.search(text)
    if found is None:
        return text, False
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    day = None if found[1] in _TO_COME else read_day(found[1].removeprefix("ngay "), today)
    return rest, day != today


def split_code(text: str) -> tuple[str | None, str]:
    """(digits meant as a venue's code, the rest as it was typed) of "10234569 khong ai deo khau trang"."""
    clean = tidy(text)
    found = _CODE.match(clean)
    if found is None:
        return None, clean
    return venue_code.normalise(found.group()), clean[found.end() :].strip(" .,;:-/")
