"""Decides alone, with confidence 1.0, what needs no statistics: keywords, menu digits, answers to the open question."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from backend.forms import keywords
from backend.forms.folding import agrees, tidy
from backend.forms.follow_up import WELL, read_follow_up
from backend.forms.kinds import Address, PersonName
from backend.forms.kinds.choice import is_unsure
from backend.forms.model import Rejected
from backend.forms.phones import phones_in
from backend.forms.visit_message import is_company, is_visit, read_visit, starts_with_digits
from bot import slots as s
from bot.actions import side
from bot.actions.answers import fits, take
from bot.actions.offers import CANCEL, chosen
from bot.actions.view import FOLLOW_UP, View
from bot.components.emergency import is_emergency
from bot.components.notice_questions import asks_about_notice
from bot.components.step import Step
from bot.forms import ALL_FORMS, form_opened_by, languages
from bot.menus import INTENTS, MENU_OWN, more

DECIDED = "decided"  # set on a message whose intent is certain; later components leave it alone
ANSWER = "answer"
WITH_DIGIT_KEYS = ("ussd", "voice")
WITH_CONTENT = ("check_in", "check_out", "venue_count", "send_feedback", "close_feedback")  # errands that can be whole
OF_VISITS = ("check_in", "check_out", "venue_count")  # intents whose keyword is followed by a venue's code
_FOLLOW_UP_KEYS = ("1", "2")
_NOTICE_ANSWERS = {
    "notice_understood": ("1", "đã hiểu", "hiểu", "hiểu rồi", "tôi hiểu rồi", "tôi đã hiểu", "biết rồi", "đã biết",
                          "vâng", "dạ", "ok", "oke", "understood", "i understand"),
    "notice_symptoms": ("2", "có triệu chứng", "tôi có triệu chứng", "symptoms", "i have symptoms"),
}  # fmt: skip
_CONSENT = {"affirm": ("1", "choice_agree", "choice_yes"), "deny": ("0", "choice_disagree", "choice_no")}
_SHORT_CODE = 2  # letters of a language's code, which may be an answer to what waits
_FEW_WORDS = 3  # a text no longer than that is taken for an answer to the side question, right or wrong


class Decision(NamedTuple):
    """An intent that is certain, and entities found on the way."""

    intent: Text
    entities: List[Dict[Text, Any]] = []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class KeywordGrammar(Step):
    """Rasa has no tracker during NLU, so the engine passes the open question in the message's metadata."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Decide what can be decided."""
        for message in messages:
            decision = decide(message.get(TEXT) or "", message.get("metadata") or {})
            if decision is not None:
                message.set(DECIDED, True)
                message.set(INTENT, {"name": decision.intent, "confidence": 1.0}, add_to_output=True)
                message.set(ENTITIES, decision.entities, add_to_output=True)
        return messages


def decide(text: Text, metadata: Dict[Text, Any]) -> Optional[Decision]:
    """The certain intent of a text, None when there is none.

    `metadata` is what the engine passes: `facts`, `channel`, `slots` (those with a value), `form` (name or None).
    """
    slots = metadata.get("slots") or {}
    view = View(slots, metadata, ALL_FORMS.get(metadata.get("form") or ""))
    if is_emergency(text) or languages().meant(text, view.language) == "emergency":
        return Decision("emergency")
    typed = tidy(text)
    digit_key = keywords.USSD_DIGITS.get(typed) if view.channel in WITH_DIGIT_KEYS else None
    if digit_key:
        return Decision(digit_key)
    if side.answers(view, text):
        return Decision("answer_side")
    waits = view.notice and not view.notice.get("answer")
    newer = waits and view.notice.get("id") != slots.get(s.NOTICED)
    if newer and (answer := _to_notice(typed, view)):
        return answer
    if view.form and slots.get(s.REQUESTED):
        requested = slots[s.REQUESTED]
        answer = _language(typed, requested, view) or _leading_away(typed, requested, view)
        answer = answer or _phrase(typed, view) or _inside(typed, requested, view)
        return answer or _confirmation(typed, view) or _spelt_keyword(typed, requested, view)
    asked = _outside(typed, view) or _to_notice(typed, view)
    decided = asked or _keyword(typed) or _language(typed, None, view) or _visit(typed, view)
    return decided or _missed(typed, view) or _phrase(typed, view)


def _to_notice(text: Text, view: View) -> Optional[Decision]:
    """An answer to the notice that waits: a digit, or the code that was sent with it."""
    kind = view.notice.get("kind")
    if kind == "exposure":
        if asks_about_notice(text):
            return Decision("ask_notice")
        said = text.rstrip(" .,;:!")
        for intent, words in _NOTICE_ANSWERS.items():
            if any(agrees(said, word) for word in words):
                return Decision(intent)
    if kind == FOLLOW_UP and (not view.form or text in _FOLLOW_UP_KEYS):
        return _to_follow_up(text)
    return _confirmation(text, view)


def _to_follow_up(text: Text) -> Optional[Decision]:
    """Words instead of the digits; a symptom that is named is declared with its name."""
    said = None if keywords.match(text) else read_follow_up(text)
    if said is None:
        return None
    if said.named:
        return Decision("declare_health")
    return Decision("notice_understood" if said.answer == WELL else "notice_symptoms")


def _confirmation(text: Text, view: View) -> Optional[Decision]:
    """The code that was sent to a venue's keeper."""
    waits = view.notice.get("kind") == "venue_confirm"
    return Decision("confirm_venue") if waits and side.CONFIRMATION.fullmatch(text) else None


def _leading_away(text: Text, requested: Text, view: View) -> Optional[Decision]:
    """A visit, or a form with its keyword, in the middle of another; not what can only be an answer (a passport)."""
    found = keywords.match(text)
    whole = found and found.rest and (found.intent in WITH_CONTENT or form_opened_by(found.intent))
    away = _visit(text, view) if found is None else _keyword(text) if whole else None
    field = view.field(requested) if away else None
    if field is None:
        return away
    answers = field.kind.recognise(text, view.context) or (found is None and fits(requested, text, view))
    return None if answers else away


def _missed(text: Text, view: View) -> Optional[Decision]:
    """A short text that answers nothing while a side question waits: it is asked once more."""
    return Decision("answer_side") if view.side and len(text.split()) <= _FEW_WORDS else None


def _inside(text: Text, requested: Text, view: View) -> Optional[Decision]:
    """An answer to the open question; a keyword alone is never taken for a name."""
    if requested in s.DIALOGUE_QUESTIONS:
        offer = chosen(requested, text, view)
        if offer is not None:
            return Decision("cancel" if offer.value == CANCEL else ANSWER)
    elif keywords.is_control(text) or _corrects(text, view):
        return _keyword(text)
    taken = take(requested, text, view)
    if taken.wrong is None or (taken.choices and _names_place(taken.wrong, text, view)):
        return Decision(ANSWER)
    if view.field(requested) and is_unsure(text):
        return Decision("ask_help")
    return None


def _names_place(wrong: Rejected, text: Text, view: View) -> bool:
    """Whether a place that could be several was surely meant: a name that is only near is one beside its province."""
    return wrong.code != "address_near" or view.context.places.province(text) is not None


def _corrects(text: Text, view: View) -> bool:
    """Whether a text is SUA with the name of a question: no name of a person or place."""
    found = keywords.match(text)
    if found is None or found.intent != "correct_answer" or view.form is None:
        return False
    return any(agrees(found.rest, word) for field in view.form.fields for word in field.called)


def _outside(text: Text, view: View) -> Optional[Decision]:
    """A digit of the menu that is shown, or of the consent that waits."""
    expecting = view.slots.get(s.EXPECTING)
    second = more(bool(view.facilities), view.channel)
    listed = {s.MENU: view.menu, s.MENU_MORE: second, s.MENU_OWN: MENU_OWN}.get(expecting)
    if listed:
        if text.isdecimal() and 1 <= int(text) <= len(listed):
            return Decision(INTENTS[listed[int(text) - 1]])
    elif expecting == s.LANGUAGES:
        codes = [language.code for language in languages()]
        if text.isdecimal() and 1 <= int(text) <= len(codes):
            return _into(codes[int(text) - 1], text)
    elif (expecting, text) in ((s.NOTICE, "3"), (s.FOLLOW_UP, "0")):
        return Decision("menu")
    elif (view.last or {}).get("pending"):
        return _to_consent(text, view)
    return None


def _to_consent(text: Text, view: View) -> Optional[Decision]:
    """A digit, or what the choices are called in the person's language; other words of agreeing are statistics."""
    said, called = text.rstrip(" .,;:!"), view.context.spoken.words
    for intent, (digit, *keys) in _CONSENT.items():
        if said == digit or any(agrees(said, word) for key in keys for word in called.get(key, ())):
            return Decision(intent)
    return None


def _keyword(text: Text) -> Optional[Decision]:
    found = keywords.match(text)
    if found is None or (found.intent in OF_VISITS and found.rest and not starts_with_digits(found.rest)):
        return None
    language = keywords.LANGUAGES.get(found.word) if found.intent == "change_language" else None
    return _into(language, found.word) if language else Decision(found.intent)


def _spelt_keyword(text: Text, requested: Text, view: View) -> Optional[Decision]:
    """A keyword in the middle of a form; at the question for a place "Đi", no way to write one, is a wrong answer."""
    field = view.field(requested)
    found = _keyword(text)
    away = found is not None and found.intent in OF_VISITS and not keywords.is_control(text)
    return None if away and field and isinstance(field.kind, Address) and text.isalpha() else found


def _into(language: Text, said: Text) -> Decision:
    """Another language, asked for with these words."""
    return Decision("change_language", [{"entity": "language", "value": language, "start": 0, "end": len(said)}])


def _language(text: Text, requested: Optional[Text], view: View) -> Optional[Decision]:
    """A language asked for by its name or code, unless that answers the open question: a country, "KO" for a no."""
    code = languages().named(text)
    if code is None:
        return None
    field = view.field(requested) if requested else None
    answers = requested and not (field and isinstance(field.kind, PersonName)) and fits(requested, text, view)
    waits = not requested and (view.side or view.notice or (view.last or {}).get("pending"))
    short = text.isascii() and len(text) <= _SHORT_CODE
    return None if answers or (waits and short) else _into(code, text)


def _phrase(text: Text, view: View) -> Optional[Decision]:
    """A set phrase of the person's language; in a form it is all that was said: "취소" is a command and no name."""
    intent = languages().meant(text, view.language, wholly=view.form is not None)
    return Decision(intent) if intent else None


def _visit(text: Text, view: View) -> Optional[Decision]:
    """A visit without its keyword: a code, alone or with companions or a time after it; "+2" where one is already."""
    if is_visit(text, view.now):
        code = read_visit(text, view.now).code
        return Decision("check_in", [{"entity": "venue_code", "value": code, "start": 0, "end": len(text)}])
    if view.venues_kept and not view.form and len(phones_in(text)) == 1:
        return Decision("check_in")  # a visitor's number; it is asked whether it was meant so
    return Decision("check_in") if view.facts.get("open_visit") and is_company(text) else None
