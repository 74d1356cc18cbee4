"""Which language a text is in, which one it asks for, and what is understood in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import tomllib

from backend.forms.catalogue import FORMS
from backend.forms.languages import load
from backend.forms.model import Accepted, Context
from backend.forms.places import load as load_places
from nlu_data.lookups.build_languages import TARGET, as_text

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = load(TARGET)
PLACES = load_places(ROOT / "nlu_data/lookups/admin_units.json")
TODAY = date(2026, 11, 22)
FIELDS = {field.name: field for field in FORMS["entry"].fields}
TRAVELLERS = ("zh", "ko", "ja", "km", "lo", "ru", "fr", "th")


def read(name: str, text: str, language: str):
    parsed = FIELDS[name].kind.parse(text, Context(TODAY, PLACES, "sms", LANGUAGES.get(language)))
    return parsed.value if isinstance(parsed, Accepted) else parsed


def test_the_data_file_is_made_of_what_is_written_by_hand_and_shown():
    assert TARGET.read_text(encoding="utf-8") == as_text()
    tables = tomllib.loads((ROOT / "locales/languages.toml").read_text(encoding="utf-8"))
    assert [language.code for language in LANGUAGES] == list(tables)


@pytest.mark.parametrize(("text", "language"), [
    ("입국 신고", "ko"), ("入境申报", "zh"), ("入国", "ja"), ("こんにちは", "ja"), ("入境", "zh"),
    ("ចូលប្រទេស", "km"),
    ("ແຈ້ງເຂົ້າເມືອງ", "lo"), ("เข้าเมือง", "th"), ("въезд", "ru"), ("NC 김철수", "ko"), ("Xin chào", None),
    ("đường", None),
    ("KB Nguyen Van A; 1958", None), ("😀", None), ("", None), ("12345", None), ("NC 中国", "zh"),
    ("NC Kim Min Jun; 1990; 대한민국; M12345678", None),
])  # fmt: skip
def test_a_script_tells_the_language(text, language):
    assert LANGUAGES.written_in(text) == language


def test_han_letters_alone_leave_a_reader_of_japanese_alone():
    assert LANGUAGES.written_in("東京", "ja") == "ja"
    assert LANGUAGES.written_in("东京", "vi") == "zh"


@pytest.mark.parametrize(("text", "language"), [
    ("bonjour, declaration d'entree", "fr"), ("Bonjour, déclaration d’entrée", "fr"), ("Bonjour", "fr"),
    ("je veux declarer mon entree", "fr"), ("I want to declare my entry", "en"), ("i have fever", "en"),
    ("Hello, I am from London and I need to register", "en"), ("help me please", "en"),
    ("hello", None), ("ok", None), ("help", None), ("thank you", None), ("check in", None), ("sorry", None),
    ("bye", None),
    ("lam the nao de khai bao", None), ("do la the nao", None), ("toi bi sot va ho", None),
    ("anh oi cho em hoi", None),
    ("toi di flight VN417 ve nha hom qua", None), ("an com chua", None), ("KB 00000", None), ("DD 10234569", None),
    ("NC Kim Min Jun; 1990; nam; quoc tich Han Quoc; M12345678; VN417; 12A", None), ("con toi hoc tieng anh", None),
])  # fmt: skip
def test_words_tell_the_language_of_a_sentence_in_latin_letters(text, language):
    assert LANGUAGES.told_by_words(text) == language


@pytest.mark.parametrize(("text", "language"), [
    ("ZH", "zh"), ("中文", "zh"), ("KO", "ko"), ("ko", None), ("한국어", "ko"), ("FR", "fr"), ("Français", "fr"),
    ("ไทย", "th"),
    ("русский", "ru"), ("tieng Han", "ko"), ("Tiếng Nhật", "ja"), ("lo", None), ("th", None), ("khmer", "km"),
    ("KOREA", None),
])  # fmt: skip
def test_a_language_is_asked_for_by_name_or_by_code_in_capitals(text, language):
    assert LANGUAGES.named(text) == language


def test_no_two_languages_share_a_name():
    names = [name.lower() for language in LANGUAGES for name in language.named]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", TRAVELLERS)
def test_what_is_shown_as_a_choice_is_understood_as_its_answer(language):
    from backend.i18n import read_entries

    shown = read_entries(ROOT / "locales", language)
    for name, field in FIELDS.items():
        for choice in field.kind.choices:
            value = read(name, shown[choice.key, ""], language)
            assert value in (choice.value, [choice.value], list(choice.value) if choice.value == () else None), name


@pytest.mark.parametrize("language", TRAVELLERS)
def test_no_word_means_two_choices_of_one_question(language):
    words = LANGUAGES.get(language).words
    for field in FIELDS.values():
        keys = [choice.key for choice in field.kind.choices]
        told = [word for key in keys for word in words.get(key, ())]
        assert len(told) == len(set(told)), field.name


@pytest.mark.parametrize(("language", "yes", "no", "woman"), [
    ("zh", "是", "没有", "女"), ("ko", "네", "아니요", "여자"), ("ja", "はい", "いいえ", "女性"),
    ("km", "បាទ", "ទេ", "ស្រី"),
    ("lo", "ແມ່ນ", "ບໍ່", "ຍິງ"), ("ru", "да", "нет", "женщина"), ("fr", "Oui", "non", "femme"),
    ("th", "ใช่", "ไม่", "หญิง"),
])  # fmt: skip
def test_yes_no_and_gender_in_ones_own_words(language, yes, no, woman):
    assert read("close_contact", yes, language) is True
    assert read("close_contact", no, language) is False
    assert (read("close_contact", "1", language), read("close_contact", "0", language)) == (True, False)
    assert read("gender", woman, language) == "female"
    assert (read("visited_places", no, language), read("entry_symptoms", no, language)) == ([], [])
    assert read("vaccine_doses", no, language) == 0


@pytest.mark.parametrize(("language", "text", "day"), [
    ("ko", "11/20", "2026-11-20"), ("ko", "11월 20일", "2026-11-20"), ("ko", "2026.11.20", "2026-11-20"),
    ("ko", "20/11", "2026-11-20"),
    ("zh", "11月20号", "2026-11-20"), ("zh", "2026年11月20日", "2026-11-20"), ("ja", "12/01", "2026-12-01"),
    ("ja", "昨日", "2026-11-21"),
    ("ru", "20 ноября", "2026-11-20"), ("ru", "20.11.2026", "2026-11-20"), ("ru", "1 мая 2026", "2026-05-01"),
    ("fr", "20 novembre", "2026-11-20"), ("fr", "1er", None), ("fr", "aujourd'hui", "2026-11-22"),
    ("fr", "5 août 2026", "2026-08-05"),
    ("th", "พรุ่งนี้", "2026-11-23"), ("th", "20/11/2569", "2026-11-20"), ("km", "01/12", "2026-12-01"),
    ("lo", "ມື້ນີ້", "2026-11-22"),
    ("vi", "01/12", "2026-12-01"), ("en", "20 Nov", "2026-11-20"),
])  # fmt: skip
def test_dates_in_the_order_of_the_language(language, text, day):
    read_day = read("arrival_date", text, language)
    assert read_day == day or (day is None and not isinstance(read_day, str))


@pytest.mark.parametrize(("language", "text", "day"), [
    ("ko", "어제", "2026-11-21"), ("zh", "11/20", "2026-11-20"), ("ru", "20 ноября", "2026-11-20"),
    ("th", "2", "2026-11-20"),
    ("fr", "hier", "2026-11-21"), ("vi", "hom kia", "2026-11-20"),
])  # fmt: skip
def test_the_day_an_illness_began_in_ones_own_words(language, text, day):
    kind = next(field.kind for field in FORMS["health"].fields if field.name == "symptoms_since")
    assert kind.parse(text, Context(TODAY, PLACES, "sms", LANGUAGES.get(language))) == Accepted(day)


def test_a_thai_year_of_birth_may_be_of_the_buddhist_era():
    assert read("birth_year", "2528", "th") == 1985
    assert read("birth_year", "1985", "th") == 1985
    assert read("birth_year", "2528", "en").code == "birth_year_future"


@pytest.mark.parametrize("name", [
    "김민지", "王伟", "山田花子", "Анна Иванова", "สมหญิง ใจดี", "ສົມສີ ພົມມາ", "សុខ ដារា", "Zoë Lefèvre",
])  # fmt: skip
def test_names_in_every_script_are_names(name):
    assert read("full_name", name, "en") == name


@pytest.mark.parametrize(("text", "code"), [
    ("中国", "CN"), ("中國", "CN"), ("대한민국", "KR"), ("한국", "KR"), ("Россия", "RU"), ("France", "FR"),
    ("ไทย", "TH"), ("ລາວ", "LA"),
    ("កម្ពុជា", "KH"), ("日本", "JP"), ("Deutschland", "DE"), ("España", "ES"), ("États-Unis", "US"), ("США", "US"),
    ("KOR", "KR"),
    ("Hàn Quốc", "KR"), ("Korea", "KR"), ("Thaïlande", "TH"), ("라오스", "LA"),
])  # fmt: skip
def test_countries_by_their_own_names_and_by_ours(text, code):
    assert read("departure_country", text, "en") == code
    assert read("nationality", text, "en") == code


@pytest.mark.parametrize("language", TRAVELLERS)
def test_a_country_is_shown_and_read_in_every_language(language):
    for code in ("CN", "KR", "JP", "KH", "LA", "RU", "FR", "TH", "US", "VN"):
        assert PLACES.country(PLACES.name(code, language)) == code


def test_no_name_of_a_country_hides_a_vietnamese_or_english_one():
    data = PLACES._data["countries"]
    wrong = [(name, code) for code, names in data.items() for name in names[:2] if PLACES.country(name) != code]
    assert wrong == []


@pytest.mark.parametrize(("language", "text", "found"), [
    ("ko", "발열, 기침", ["fever", "cough"]), ("ru", "кашель", ["cough"]),
    ("zh", "发烧,腹泻", ["fever", "diarrhoea"]),
    ("fr", "mal de gorge, toux", ["cough", "sore_throat"]), ("th", "ไข้, ไอ", ["fever", "cough"]),
    ("ja", "せき", ["cough"]),
    ("en", "fever, cough", ["fever", "cough"]), ("ko", "12", ["fever", "cough"]),
])  # fmt: skip
def test_symptoms_in_ones_own_words(language, text, found):
    assert read("entry_symptoms", text, language) == found


@pytest.mark.parametrize(("language", "text", "intent"), [
    ("ko", "입국신고 하려고 합니다", "declare_entry"), ("ru", "Здравствуйте, декларация о въезде", "declare_entry"),
    ("fr", "bonjour, declaration d'entree", "declare_entry"), ("en", "I want to declare my arrival", "declare_entry"),
    ("th", "กลับ", "go_back"), ("th", "กลับบ้านเมื่อวาน", None), ("lo", "ຂ້ອຍໄປກັບໝູ່", None),
    ("ko", "취소", "cancel"),
    ("ko", "전화번호가 바뀌었어요", None), ("zh", "你好", "greet"), ("vi", "toi muon khai bao", None),
    ("ja", "", None),
])  # fmt: skip
def test_set_phrases_say_what_is_wished(language, text, intent):
    assert LANGUAGES.meant(text, language) == intent


@pytest.mark.parametrize(("language", "text"), [
    ("zh", "我不能呼吸"), ("ko", "숨을 못 쉬겠어요"), ("ja", "息ができません"), ("ru", "я задыхаюсь"),
    ("fr", "Au secours !"),
    ("th", "หายใจไม่ออก"), ("lo", "ຫາຍໃຈບໍ່ອອກ"), ("km", "ដកដង្ហើមមិនចេញ"),
])  # fmt: skip
def test_emergencies_are_understood_in_every_language(language, text):
    assert LANGUAGES.meant(text, language) == "emergency"
