"""Side questions: one thing more to know for an errand, asked beside an open form or without one.

Kept in the slot `side` as {"asks": name, ...}; the next message answers it or it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backend.forms import keywords
from backend.forms.folding import agrees, fold_lower, tidy
from backend.forms.kinds.choice import NO_WORDS
from backend.forms.phones import phones_in
from backend.forms.visit_message import read_visit
from bot import slots as s
from bot.actions.view import View

VENUE, PHONE, ERASURE, HOUSEHOLD, REMOVAL, ANSWERS, CONSENT, FACILITY, FEEDBACK = (
    "venue", "phone", "erasure", "household", "removal", "answers", "consent", "facility", "feedback",
)  # fmt: skip
CONFIRMATION = re.compile(r"\d{3}[ .\-]?\d{3}", re.ASCII)
MISSES_MOST = 2
OVER: Mapping[str, Any] = {s.EXPECTING: None}  # slot changes of an errand that is done: no menu waits any more
_REFUSALS = frozenset(fold_lower(word) for word in (*NO_WORDS, "huy", "ql", "quay lại", "back", "thôi", "cancel"))
ADD, REMOVE, DECLARE = "add", "remove", "declare"
_CALLED: Mapping[Any, Sequence[str]] = {  # what can be done with the list of a household
    ADD: ("thêm người", "thêm", "add"),
    REMOVE: ("xóa người", "xóa", "bỏ người", "remove"),
    DECLARE: ("khai cho cả nhà", "khai cả nhà", "khai", "declare for all"),
}
_LISTED = {  # where the options of a list are kept
    VENUE: "codes", FACILITY: "codes", REMOVAL: "members", HOUSEHOLD: "services",
}  # fmt: skip


def ask(question: str, **kept: Any) -> dict[str, Any]:
    """The slot change that makes a side question wait."""
    return {s.SIDE: {"asks": question, **kept}}


def numbered(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Choices 1, 2, 3…, each row {"key"} or {"text"}."""
    return [{"send": str(number), **row} for number, row in enumerate(rows, 1)]


def picked(view: View, text: str) -> Any:
    """The option of the list whose number or words were typed; None for anything else."""
    listed = view.side.get(_LISTED.get(view.side["asks"], "")) or ()
    typed = tidy(text).rstrip(" .,;:!*#")
    if typed.isdecimal():
        return listed[int(typed) - 1] if 1 <= int(typed) <= len(listed) else None
    called = {one["id"]: (one["name"],) for one in view.household} if view.side["asks"] == REMOVAL else _CALLED
    return next((each for each in listed if any(agrees(typed, word) for word in called.get(each, ()))), None)


def refuses(text: str) -> bool:
    """Whether somebody wants none of it."""
    said = tidy(text).rstrip(" .,;:!*#")
    return said == "0" or fold_lower(said) in _REFUSALS


def answers(view: View, text: str) -> bool:
    """Whether a text answers the side question that waits."""
    if not view.side:
        return False
    if refuses(text) or picked(view, text) is not None:
        return True
    asked, typed = view.side["asks"], tidy(text)
    if asked == VENUE:
        return _names_venue(typed, view)
    return asked in _ANSWERED and _ANSWERED[asked](typed)


def _names_venue(text: str, view: View) -> bool:
    """Whether a text has the code that is asked for, and no keyword of another errand before it."""
    keyword = keywords.match(text)
    if keyword and keyword.intent != view.side["then"].removesuffix("_visitor"):
        return False
    found = read_visit(text, view.now)
    return found.code is not None or (found.almost is not None and not found.unread)


_ANSWERED: Mapping[str, Callable[[str], bool]] = {
    PHONE: lambda text: bool(phones_in(text)),
    ERASURE: lambda text: CONFIRMATION.fullmatch(text) is not None,
    ANSWERS: lambda text: len(text) > 1 and set(text) <= set("01 "),
    CONSENT: lambda text: text == "1",
    FEEDBACK: lambda text: keywords.match(text) is None and any(sign.isalpha() for sign in text),
}
