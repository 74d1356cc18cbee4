"""The options of the dialogue's own questions, and reading an answer to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from backend.forms.folding import agrees, tidy
from backend.forms.kin import is_relative
from backend.forms.kinds.choice import NO_WORDS, YES_WORDS, bluntly
from bot import slots as s
from bot.actions.view import View

CANCEL, MORE = "cancel", "more"
_ANOTHER = ("người khác", "khai hộ", "khai hộ người khác", "somebody else", "other")
PAGE = 8  # fields of a list of more than LONGEST_LIST that are shown at once, so that it is one SMS and one screen
LONGEST_LIST = 10


class Offer(NamedTuple):
    """One option: what to send, what it means, how it is shown ({"key"} or {"text"}), words that mean it too.

    `relatives`: so does "me toi", "vo", any other relative.
    """

    send: str
    value: Any
    label: Mapping[str, str]
    words: Sequence[str] = ()
    relatives: bool = False

    def shown(self) -> Mapping[str, str]:
        """The choice as a reply carries it."""
        return {"send": self.send, **self.label}


def offers(slot: str, view: View) -> Sequence[Offer]:
    """The options of a dialogue question right now; () for anything else."""
    make = _OFFERS.get(slot)
    return make(view) if make else ()


def shown(slot: str, view: View) -> Sequence[Offer]:
    """The options to show: of a long list of fields only a page, the number of any is understood."""
    all_of_them = offers(slot, view)
    if slot != s.CORRECT or len(all_of_them) <= LONGEST_LIST:
        return all_of_them
    fields = all_of_them[:-1]
    start = (int(view.slots.get(s.CORRECTING) or 1) - 1) * PAGE % len(fields)
    start -= start % PAGE
    return [*fields[start : start + PAGE], all_of_them[-1]]


def chosen(slot: str, text: str, view: View) -> Offer | None:
    """The option somebody means with `text`."""
    typed = tidy(text).rstrip(" .,;:!*#")
    options = offers(slot, view)
    for said in (typed, bluntly(typed)):
        named = next((offer for offer in options if said == offer.send or _said(said, _words(offer, view))), None)
        if named:
            return named
    return next((offer for offer in options if offer.relatives and is_relative(typed)), None)


def _words(offer: Offer, view: View) -> Sequence[str]:
    """What means the option: its own words, and those of the person's language."""
    return (*offer.words, *view.context.spoken.words.get(offer.label.get("key", ""), ()))


def _said(typed: str, words: Sequence[str]) -> bool:
    return any(agrees(typed, word) for word in words)


def _numbered(rows: Sequence[tuple[Any, Mapping[str, str], Sequence[str]]]) -> Sequence[Offer]:
    return [Offer(str(number), value, label, words) for number, (value, label, words) in enumerate(rows, 1)]


def _key(name: str) -> Mapping[str, str]:
    return {"key": f"choice_{name}"}


def _resume(view: View) -> Sequence[Offer]:
    return [
        Offer("1", "continue", _key("continue"), ("tiếp tục", "tiếp", "continue", *YES_WORDS)),
        Offer("2", "again", _key("start_again"), ("khai lại", "làm lại", "start again", *NO_WORDS)),
    ]


def _subject(view: View) -> Sequence[Offer]:
    known = [(person["id"], {"text": person["name"]}, (person["name"],)) for person in view.people]
    own = [] if view.holder_known else [(s.SELF, _key("myself"), ("tôi", "cho tôi", "bản thân", "myself", "me"))]
    others = (s.NEW_PERSON, _key("somebody_else"), _ANOTHER)
    return _numbered([*known, *own, others])


def _role(view: View) -> Sequence[Offer]:
    return [
        Offer("1", s.HOUSEHOLD, _key("household"), ("người nhà", "trong nhà", "household"), relatives=True),
        Offer("2", s.OTHER, _key("other_person"), ("người khác", "người ngoài", "hàng xóm", "bạn", "other", "friend")),
    ]


def _how(view: View) -> Sequence[Offer]:
    same = (s.SAME, _key("same_as_last"), ("như cũ", "như lần trước", "như hôm qua", "giống lần trước", "same"))
    rest = [
        (s.ONE_BY_ONE, _key("one_by_one"), ("từng câu", "hỏi từng câu", "one by one")),
        (s.SOMEBODY_ELSE, _key("somebody_else"), _ANOTHER),
    ]
    shown = _numbered([same, *rest] if view.same_as_last() else rest)
    return [*shown[:-1], shown[-1]._replace(relatives=True)]


def _confirm(view: View) -> Sequence[Offer]:
    send = ("gửi", "đồng ý", "ok", "oke", "chính xác", "send", *YES_WORDS)
    return [
        Offer("1", "send", _key("send"), send),
        Offer("2", "correct", _key("correct"), ("sửa", "sai", "chưa đúng", "không đúng", "correct", *NO_WORDS)),
        Offer("0", CANCEL, _key("cancel"), ("hủy", "bỏ", "cancel")),
    ]


def _correct(view: View) -> Sequence[Offer]:
    given = view.answers
    fields = [field for field in (*view.identity, *view.questions) if given.get(field.name) is not None]
    if not view.slots.get(s.AMENDING) and view.slots.get(s.SUBJECT) != s.NEW_PERSON:
        fields = [field for field in fields if field.group == "question"]
    named = _numbered([(field.name, {"key": f"label_{field.name}"}, field.called) for field in fields])
    return [*named, Offer("0", MORE, _key("more_fields"))] if len(named) > LONGEST_LIST else named


_OFFERS: Mapping[str, Callable[[View], Sequence[Offer]]] = {
    s.RESUME: _resume,
    s.SUBJECT: _subject,
    s.ROLE: _role,
    s.HOW: _how,
    s.CONFIRM: _confirm,
    s.CORRECT: _correct,
}
