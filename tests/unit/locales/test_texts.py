"""Look-up, variants, arguments and fall-backs, on a small catalogue of its own."""

import logging
from pathlib import Path

import pytest

from backend.i18n import MissingText, load
from backend.services.ports.outbox import Reply

LANGUAGE = (
    'name = "{name}"\nscript = "Latn"\nfolding = "{folding}"\ndate = "{date}"\nstatus = "{status}"\nreview = "author"\n'
)
VIETNAMESE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "choice_line"
msgstr "{send} {text}"

msgctxt "voice"
msgid "choice_line"
msgstr "Bấm {send}: {text}."

msgid "text_missing"
msgstr "Xin gọi {hotline?}."

msgid "ask_place"
msgstr "{name} đi đâu?"

msgctxt "ussd"
msgid "ask_place"
msgstr "Đi đâu?"

msgid "receipt"
msgstr "Mã {reference}. {kept?} Gọi {hotline}."

msgid "only_vietnamese"
msgstr "Chỉ có tiếng Việt"

msgid "choice_yes"
msgstr "Có"
"""
ENGLISH = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "ask_place"
msgstr "Where did {name} go?"

#, fuzzy
msgid "choice_yes"
msgstr "Maybe"
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    tables = {
        "vi": LANGUAGE.format(name="Tiếng Việt", folding="gsm7", date="%d/%m/%Y", status="complete"),
        "en": LANGUAGE.format(name="English", folding="gsm7", date="%d/%m/%Y", status="complete"),
        "zh": LANGUAGE.format(name="中文", folding="none", date="%Y-%m-%d", status="partial"),
    }
    tables["vi"] += 'voice = "vi-VN"\n'
    (tmp_path / "languages.toml").write_text("".join(f"[{code}]\n{table}" for code, table in tables.items()))
    for code, text in (("vi", VIETNAMESE), ("en", ENGLISH), ("zh", 'msgid ""\nmsgstr ""\n')):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "khaibao.po").write_text(text)
    return tmp_path


@pytest.fixture
def texts(directory):
    return load(directory, always={"hotline": "1022"}, strict=True)


def test_a_variant_of_the_medium_wins_over_the_plain_text(texts):
    assert texts.text("ask_place", "vi", "ussd", name="An") == "Đi đâu?"
    assert texts.text("ask_place", "vi", "sms", name="An") == "An đi đâu?"


def test_the_plain_text_of_the_language_wins_over_a_variant_of_another(texts):
    assert texts.text("ask_place", "en", "ussd", name="An") == "Where did An go?"


def test_a_language_without_the_text_falls_back_to_english_then_vietnamese(texts):
    assert texts.text("ask_place", "zh", "sms", name="An") == "Where did An go?"
    assert texts.text("only_vietnamese", "zh") == "Chỉ có tiếng Việt"
    assert texts.text("only_vietnamese", "xx") == "Chỉ có tiếng Việt"


def test_a_call_is_in_english_where_the_language_has_no_voice(texts):
    assert (texts.spoken("vi"), texts.spoken("zh"), texts.spoken("xx")) == ("vi", "en", "en")
    assert texts.text("only_vietnamese", "zh", "voice") == "Chỉ có tiếng Việt"


def test_a_fuzzy_translation_is_not_shown(texts):
    assert texts.text("choice_yes", "en") == "Có"


def test_optional_arguments_leave_no_gap(texts):
    assert texts.text("receipt", "vi", reference="AB12") == "Mã AB12. Gọi 1022."
    assert texts.text("receipt", "vi", reference="AB12", kept="") == "Mã AB12. Gọi 1022."
    assert texts.text("receipt", "vi", reference="AB12", kept={"$key": "only_vietnamese"}) == (
        "Mã AB12. Chỉ có tiếng Việt Gọi 1022."
    )


def test_what_a_person_wrote_is_never_read_as_a_template(texts):
    assert texts.text("ask_place", "vi", name="{hotline} {reference}") == "{hotline} {reference} đi đâu?"


def test_a_missing_text_or_argument_is_an_error_when_strict(texts):
    with pytest.raises(MissingText, match="nowhere"):
        texts.text("nowhere", "vi")
    with pytest.raises(MissingText, match="receipt:reference"):
        texts.text("receipt", "vi")


def test_at_run_time_a_missing_text_is_replaced_counted_and_logged(directory, caplog):
    texts = load(directory, always={"hotline": "1022"})
    with caplog.at_level(logging.WARNING):
        assert texts.text("nowhere", "vi", name="Nguyễn Văn An") == "Xin gọi 1022."
    assert texts.missing["nowhere"] == 1
    assert "nowhere" in caplog.text
    assert "An" not in caplog.text


def test_required_keys_are_checked_at_load(directory):
    with pytest.raises(MissingText, match="advice_red"):
        load(directory, required=["receipt", "advice_red"])


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("vi", {"$date": "2026-11-02"}, "02/11/2026"),
        ("zh", {"$date": "2026-11-02"}, "2026-11-02"),
        ("vi", {"$date": "2026-11-02T08:30"}, "08:30 02/11/2026"),
        ("vi", {"$key": "choice_yes"}, "Có"),
        ("vi", {"$list": [{"$key": "choice_yes"}, "hai", 3]}, "Có, hai, 3"),
        ("vi", ["a", None, "b"], "a, b"),
        ("vi", {"$place": {"province": None, "commune": None, "text": "Bản Mù"}}, "Bản Mù"),
        ("vi", None, ""),
        ("vi", 0, "0"),
    ],
)
def test_arguments_are_shown_in_their_form(texts, language, value, shown):
    assert texts.show(value, language) == shown


def test_an_unknown_form_of_argument_is_refused(texts):
    with pytest.raises(ValueError, match="argument form"):
        texts.show({"$code": "x"}, "vi")


class Places:
    def name(self, code, language="vi"):
        return {"79": "TP HCM", "26734": "Bến Nghé", "LA": "Laos" if language == "en" else "Lào"}[code]


def test_places_are_named_from_their_codes(directory):
    texts = load(directory, places=Places(), strict=True)
    home = {"$place": {"province": "79", "commune": "26734", "text": "ben nghe hcm"}}
    assert texts.show(home, "vi") == "Bến Nghé, TP HCM"
    assert texts.show({"$place": {"country": "LA", "province": None, "text": "lao"}}, "en") == "Laos"
    assert texts.show({"$place": {"country": "VN", "province": "79", "commune": None, "text": "sg"}}, "vi") == "TP HCM"


CHOICES = ({"send": "1", "key": "choice_yes"}, {"send": "2", "text": "Nguyễn Văn An"})


@pytest.mark.parametrize(
    ("medium", "shown"),
    [
        ("sms", "An đi đâu?\n1 Có, 2 Nguyễn Văn An"),
        ("ussd", "Đi đâu?\n1 Có\n2 Nguyễn Văn An"),
        ("zalo", "An đi đâu?\n1 Có\n2 Nguyễn Văn An"),
        ("voice", "An đi đâu? Bấm 1: Có. Bấm 2: Nguyễn Văn An."),
    ],
)
def test_choices_follow_in_the_style_of_the_medium(texts, medium, shown):
    assert texts.render(Reply("ask_place", {"name": "An"}, CHOICES), "vi", medium) == shown


def test_replies_of_one_turn_become_one_message(texts):
    replies = [Reply("only_vietnamese"), Reply("ask_place", {"name": "An"})]
    assert texts.render_all(replies, "vi", "sms") == "Chỉ có tiếng Việt\nAn đi đâu?"
    assert texts.render_all(replies, "vi", "zalo") == "Chỉ có tiếng Việt\n\nAn đi đâu?"
    assert texts.render_all([], "vi", "sms") == ""


def test_extra_arguments_replace_the_replys_own(texts):
    assert texts.render(Reply("receipt", {"reference": "old"}), "vi", "sms", {"reference": "NEW"}).startswith("Mã NEW.")


def test_folding_is_the_languages_own_policy(texts):
    assert texts.folding("vi") == "gsm7"
    assert texts.folding("zh") == texts.folding("unknown") == "none"
