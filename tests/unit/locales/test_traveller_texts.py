"""Every language has what a traveller is asked and told, and all of it fits SMS and USSD screens."""

from __future__ import annotations

import re

import pytest

from backend.domain.packs.checks import LEGAL_BASES
from backend.domain.triage import LEVELS
from backend.i18n import placeholders
from backend.i18n_scope import REFERENCE, coverage, lacking, missing, traveller_keys
from backend.services.ports.outbox import Reply
from backend.services.render import Renderer
from channels.contract import Medium
from channels.text import encoding, fits_screen, segments, units
from tests.unit.locales.fitting import REFERENCE as CODE
from tests.unit.locales.fitting import numbered, question, texts
from tests.unit.locales.test_notices_fit import NOTICES
from tests.unit.locales.test_prompts_fit import ENTRY, FIELDS, PROMPTS
from tests.unit.locales.test_service_prompts_fit import MENU

LANGUAGES = texts().languages
PARTIAL = [code for code, language in LANGUAGES.items() if language.status == "partial"]
KEYS = sorted(traveller_keys())
DAY = {"$date": "2026-11-20"}
LONGEST = {
    "name": "ALEXANDER KONSTANTINOV", "person_name": "ALEXANDER KONSTANTINOV", "reference": CODE, "count": 5,
    "date": DAY, "other": {"$date": "2026-11-21"}, "days": 45, "year": 2027, "window_days": 14, "most": 20,
    "longest": 160, "text": "Vinh Ha Long Quang", "way": {"$key": "choice_way_road"}, "province": "Thừa Thiên Huế",
    "example": {"$key": "example_stay_address"}, "label": {"$key": "label_visited_places"},
    "details": {"$key": "choice_skin_haemorrhage"}, "venue_name": "Chợ Bến Thành", "hours": "", "start": 9, "end": 12,
    "advice": {"$key": "advice_red"}, "kept": "", "completion": "", "contact": {"$key": "status_contact"},
    "follow_up": "", "people": 4, "summary": "VN417; 21/11; Noi Bai",
    "time": "08:30", "with": {"$text": {"key": "visit_with", "args": {"count": 2}}}, "note": {"$key": "visit_leave_by"},
    "code": "10234569", "keyword": "NC",
}  # fmt: skip
LONG = re.compile(r"receipt_|your_status|notice_|ask_confirm|ask_correct|menu_languages")  # one SMS more
WITH_CHOICES = {f"ask_{name}": question(field) for name, field in FIELDS.items()}
NAMES = tuple({"send": str(number), "text": {"$language": code}} for number, code in enumerate(LANGUAGES, 1))
WITH_CHOICES["menu_languages"] = Reply("menu_languages", {}, NAMES)
HEALTH = [key for key in texts().entries["zh"] if not key[1] and key[0] not in KEYS]  # translated beyond what must be
REPLIES = {key: WITH_CHOICES.get(key) or Reply(key, {}) for key in (*KEYS, *(key for key, _ in HEALTH))}
SHOWN = {
    **{key: Reply(key, {**LONGEST, **reply.args}, reply.choices) for key, reply in REPLIES.items()},
    **{name: reply for name, reply in PROMPTS.items() if reply.name in REPLIES},
    **{name: reply for name, reply in NOTICES.items() if reply.name in REPLIES},
}


def shown(name: str, language: str, medium: Medium) -> str:
    return Renderer(texts()).message([SHOWN[name]], language, accents=False, medium=medium)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_what_a_traveller_reads(language):
    entries = texts().entries
    assert lacking(entries[language], entries[REFERENCE], traveller_keys()) == []


@pytest.mark.parametrize("language", PARTIAL)
def test_translations_are_whole_and_not_left_in_english(language):
    """A text that equals the English one is a number, a name or an address."""
    entries = texts().entries
    same = {key for key in KEYS if entries[language][key, ""] == entries[REFERENCE][key, ""]}
    assert {key for key in same if not key.startswith(("example_", "hours_", "summary_detail"))} == set()
    assert all("" != text.strip() == text for text in entries[language].values())


def test_machine_translations_are_marked_and_never_called_complete():
    assert {language.review for language in LANGUAGES.values()} <= {"author", "native", "machine"}
    assert all(LANGUAGES[code].review == "machine" for code in PARTIAL)
    assert {code for code, language in LANGUAGES.items() if language.status == "complete"} == {"vi", "en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_of_a_traveller_keeps_to_its_budget(language):
    for name, reply in SHOWN.items():
        text = shown(name, language, Medium.SMS)
        most = LANGUAGES[language].sms + bool(LONG.match(reply.name))
        assert segments(text).number <= most, f"{name}: {encoding(text)} {units(text)}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["help", "not_understood", "not_understood_again", "greeting"])
def test_what_stands_above_the_menu_keeps_to_the_budget_with_it(name, language):
    text = Renderer(texts()).message([Reply(name, {}, MENU)], language, accents=False, medium=Medium.SMS)
    assert segments(text).number <= LANGUAGES[language].sms, f"{units(text)}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_of_a_traveller_fits_or_turns_pages(language):
    for name, reply in SHOWN.items():
        pages = Renderer(texts()).pages([reply], language, accents=False)
        assert len(pages) <= 4, pages
        assert all(fits_screen(page) for page in pages)
        whole = shown(name, language, Medium.USSD).splitlines()
        lines = [line for page in pages for line in page.splitlines()]
        assert all(line in lines for line in whole[len(whole) - len(reply.choices) :]), pages


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_latin_languages_stay_in_the_alphabet_of_sms(language):
    costly = [name for name in SHOWN if encoding(shown(name, language, Medium.SMS)) != "gsm7"]
    assert costly == ["menu_languages"]  # which names each in its own letters


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("basis", LEGAL_BASES)
def test_a_first_receipt_with_what_is_kept_is_twice_as_long_at_most(language, level, basis):
    args = {**LONGEST, "advice": {"$key": f"advice_{level}"}, "kept": {"$key": f"kept_{basis}"}}
    text = Renderer(texts()).message([Reply("receipt_entry", args)], language, accents=False, medium=Medium.SMS)
    assert segments(text).number <= 2 * LANGUAGES[language].sms, f"{units(text)}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_answers_to_correct_is_no_longer_than_a_first_receipt(language):
    asked = [field for field in ENTRY.fields if field.required]
    reply = Reply("ask_correct", {}, numbered(*(f"label_{field.name}" for field in asked)))
    text = Renderer(texts()).message([reply], language, accents=False, medium=Medium.SMS)
    assert segments(text).number <= 2 * LANGUAGES[language].sms, f"{units(text)}: {text}"
    pages = Renderer(texts()).pages([reply], language, accents=False)
    assert all(fits_screen(page) for page in pages)


def test_a_notice_in_a_call_asks_for_no_key():
    told = Renderer(texts()).notice([NOTICES["exposure"]], "en", accents=False, medium=Medium.VOICE)
    assert "call 1 9 0 0 9 0 9 5" in told
    assert "ress" not in told
    assert "1 Understood" in Renderer(texts()).notice([NOTICES["exposure"]], "en", accents=False, medium=Medium.SMS)


def test_french_keeps_the_letters_that_sms_has():
    assert shown("ask_gender", "fr", Medium.SMS).startswith("Homme ou femme")
    assert shown("wrong_country", "fr", Medium.SMS) == "Ce pays est introuvable."
    assert shown("emergency", "fr", Medium.SMS).startswith("En danger, appelez")
    assert "Fièvre" in shown("ask_entry_symptoms", "fr", Medium.SMS)
    assert "dernière" in shown("ask_vaccinated_on", "fr", Medium.SMS)


@pytest.mark.parametrize("language", PARTIAL)
def test_arguments_are_those_of_the_english_text(language):
    entries = texts().entries
    for key in KEYS:
        assert placeholders(entries[language][key, ""]) == placeholders(entries[REFERENCE][key, ""]), key


def test_the_check_tells_how_much_each_language_has():
    lines = {line.split(":")[0]: line for line in coverage(texts().entries, traveller_keys())}
    assert set(lines) == set(LANGUAGES)
    assert f"{len(KEYS)} of {len(KEYS)} texts of a traveller" in lines["km"]


def test_a_text_that_a_language_lacks_fails_the_check():
    entries = texts().entries
    without = {**entries, "ko": {key: text for key, text in entries["ko"].items() if key != ("ask_passport", "")}}
    assert list(missing(without, traveller_keys())) == ["missing in ko: ask_passport"]
    screens = {**entries, "ko": {key: text for key, text in entries["ko"].items() if key != ("help", "ussd")}}
    assert list(missing(screens, traveller_keys())) == ["missing in ko: help (ussd)"]
