"""Everything that can be heard in a call is worded for keys and for the ear."""

from __future__ import annotations

import re

import pytest
import tomllib

from backend.aloud import aloud, digits
from backend.forms.catalogue import FORMS
from backend.forms.questions import asked_on
from backend.forms.requests import REQUESTS
from backend.i18n_keys import gather, is_used
from backend.services.ports.outbox import Reply
from channels.twilio_voice import VOICES
from tests.unit.locales.fitting import ROOT, numbered, question, texts
from tests.unit.locales.test_prompts_fit import CORRECTABLE

SPOKEN = [code for code, language in texts().languages.items() if language.voice]
FIELDS = {field.name: field for form in (*FORMS.values(), *REQUESTS.values()) for field in form.fields}
BY_TYPING = {name for name, field in FIELDS.items() if not asked_on("voice", field)}
# Never in a call: pages, posters, Zalo, keywords that no key can type, answers of a kind that no key can give.
ELSEWHERE = re.compile(
    r"(sim|phone|map|poster|link|share|ussd|accents|example|menu_languages|failed_messages|facility_mistyped"
    r"|facility_reminder|wrong_checklist|wrong_report_day|failed_facility|((ask|wrong_side|help_side|failed)_)?feedback)"
    r"(_|$)"
)
TYPED_KINDS = re.compile(
    r"wrong_(person_name|phone|id_number|address|country|place_list|text|passport|email|vehicle|flight|seat|border_gate)"
)
OF_TEXTING = {
    "vi": re.compile(r"\b(gửi|gõ|soạn|trả lời|SMS)\b|[/@]|\b[A-Z]{2,}\b"),
    "en": re.compile(r"\b([Ss]end|[Rr]eply|[Tt]ype|SMS)\b|\b[Tt]ext\b(?! message)|[/@]|\b[A-Z]{2,}\b"),
}
LONG_NUMBER = re.compile(r"\d{5,}")
WORDS = """name person_name names summary venue_name hours advice kept completion contact follow_up time with note views
    label details text way province send example office colour score mend failed number given first last where phone"""
ARGS = {
    **dict.fromkeys(WORDS.split(), "x"),
    "reference": "4823019571", "confirmation": "482301", "code": "10234569", "date": {"$date": "2026-11-20"},
    "other": {"$date": "2026-11-21"}, "count": 5, "companions": 3, "days": 10, "year": 1958, "window_days": 14,
    "most": 9, "longest": 60, "part": "x", "start": 9, "end": 12, "digits": "321", "minutes": 30, "people": 4,
}  # fmt: skip


def heard() -> list[str]:
    """Message keys that a call can come to."""
    found = gather(ROOT)
    typed = {f"{kind}_{name}" for kind in ("ask", "help") for name in BY_TYPING} | {"ask_full_name_other"}
    spoken = [key for key, medium in texts().entries["vi"] if not medium and key not in typed and is_used(key, found)]
    return [key for key in spoken if not ELSEWHERE.match(key) and not TYPED_KINDS.match(key)]


@pytest.mark.parametrize("language", SPOKEN)
def test_nothing_heard_in_a_call_speaks_of_texting(language):
    spoken = {key: texts().text(key, language, "voice", **ARGS) for key in heard()}
    assert len(spoken) > 200
    assert {key: text for key, text in spoken.items() if OF_TEXTING[language].search(text)} == {}
    assert {key: text for key, text in spoken.items() if LONG_NUMBER.search(text)} == {}


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("form", FORMS)
def test_every_question_asked_in_a_call_is_answered_by_keys(language, form):
    asked = [field for field in FORMS[form].fields if asked_on("voice", field) and field.required]
    for field in asked:
        text = texts().render(question(field), language, "voice")
        choices = field.kind.choices
        assert all(f"{choice.send}:" in text for choice in choices), text
        assert choices or re.search(r"bấm|[Pp]ress", text), text


def test_a_code_a_number_and_a_date_are_heard_as_they_are_said():
    text = texts().text
    assert "4 8 2 3 0 1 9 5 7 1" in text("your_reference", "vi", "voice", name="An", reference="4823019571")
    assert "1 9 0 0 9 0 9 5" in text("put_aside", "en", "voice")
    assert "20 tháng 11, 2026" in text("wrong_day_ahead", "vi", "voice", date={"$date": "2026-11-20"}, days=30)
    assert "20 November 2026" in text("wrong_day_ahead", "en", "voice", date={"$date": "2026-11-20"}, days=30)
    assert aloud("ông/bà gọi 115 năm 1958, mã 10234569") == "ông bà gọi 115 năm 1958, mã 1 0 2 3 4 5 6 9"
    assert digits("1900 9095") == "1 9 0 0 9 0 9 5"


def test_what_is_corrected_is_chosen_by_keys():
    choices = numbered(*(f"label_{field.name}" for field in CORRECTABLE))
    assert "Bấm 3: Giới tính." in texts().render(Reply("ask_correct", {}, choices), "vi", "voice")


def test_the_voice_of_each_language_is_the_one_that_speaks_it():
    tables = tomllib.loads((ROOT / "locales/languages.toml").read_text(encoding="utf-8"))
    assert {code: table["voice"] for code, table in tables.items() if "voice" in table} == {
        code: tag for code, (tag, _) in VOICES.items()
    }


def test_a_caller_whose_language_has_no_voice_is_spoken_to_in_english():
    assert texts().render(Reply("menu"), "ko", "voice") == texts().render(Reply("menu"), "en", "voice")
