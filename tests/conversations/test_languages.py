"""Foreigners: their first text is answered in their language, and the whole entry declaration is made in it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from backend.services.ports.outbox import Reply
from channels.text import fold_for_sms
from tests.conversations.doing import opened
from tests.conversations.phones import Phone, change_pack

pytestmark = pytest.mark.timeout(600)


class Speaker(NamedTuple):
    """A traveller, and the words they use."""

    first: str
    name: str
    woman: str
    country: str
    code: str
    plane: str
    yesterday: str
    today: str
    nothing: str
    no: str
    send: str


SPEAKERS = {
    "ko": Speaker("입국 신고", "김민지", "여자", "대한민국", "KR", "비행기", "어제", "오늘", "없음", "아니요",
    "제출"),
    "ru": Speaker("Здравствуйте, декларация о въезде", "Анна Иванова", "женский", "Россия", "RU", "самолёт",
    "вчера", "сегодня",
                  "нет", "нет", "отправить"),
    "fr": Speaker("bonjour, declaration d'entree", "Marie Dupont", "femme", "France", "FR", "avion", "hier",
    "aujourd'hui",
                  "aucun", "non", "envoyer"),
    "zh": Speaker("入境申报", "王伟", "女", "中国", "CN", "飞机", "昨天", "今天", "没有", "没有", "提交"),
    "ja": Speaker("入国申告", "山田花子", "女性", "日本", "JP", "飛行機", "昨日", "今日", "なし", "いいえ", "送信"),
    "th": Speaker("แจ้งเข้าเมือง", "สมหญิง ใจดี", "ผู้หญิง", "ไทย", "TH", "เครื่องบิน", "เมื่อวาน", "วันนี้",
    "ไม่มี", "ไม่", "ส่ง"),
    "lo": Speaker("ແຈ້ງເຂົ້າເມືອງ", "ສົມສີ ພົມມາ", "ຜູ້ຍິງ", "ລາວ", "LA", "ເຮືອບິນ", "ມື້ວານ", "ມື້ນີ້", "ບໍ່ມີ",
    "ບໍ່", "ສົ່ງ"),
    "km": Speaker("ប្រកាសចូលប្រទេស", "សុខ ដារា", "ស្រី", "កម្ពុជា", "KH", "យន្តហោះ", "ម្សិលមិញ", "ថ្ងៃនេះ", "គ្មាន",
    "ទេ", "ផ្ញើ"),
}  # fmt: skip


def said(phone: Phone, language: str, key: str, medium: str = "sms", **args: object) -> str:
    """A text as the phone must show it: the first line of what is asked."""
    house = phone.network.parts
    folding = house.texts.folding(language)
    text = house.texts.render(Reply(key, {"window_days": 14, **args}), language, medium)
    return fold_for_sms(text, letters=True) if folding == "gsm7-letters" else text


def course(person: Speaker) -> list[tuple[str, str]]:
    """(the question that is read, the answer given to it) to the summary."""
    return [
        ("ask_full_name", person.name), ("ask_birth_year", "1990"), ("ask_gender", person.woman),
        ("ask_nationality", person.country), ("ask_passport", "M12345678"), ("ask_departure_country", person.country),
        ("ask_transport", person.plane), ("ask_vehicle_number", "VN417"), ("ask_seat", "12A"),
        ("ask_departure_date", person.yesterday), ("ask_arrival_date", person.today), ("ask_border_gate", "Noi Bai"),
        ("ask_visited_places", person.nothing), ("ask_stay_address", "12 Le Loi, Ben Nghe, TP HCM"),
        ("ask_entry_symptoms", person.nothing), ("ask_animal_contact", person.no), ("ask_close_contact", person.no),
        ("ask_vaccine_doses", person.nothing),
    ]  # fmt: skip


@pytest.mark.parametrize("language", SPEAKERS)
def test_a_traveller_declares_in_their_own_language_by_sms(phone, language):
    person = SPEAKERS[language]
    phone.sends(person.first)
    for question, answer in course(person):
        phone.reads(said(phone, language, question))
        phone.sends(answer)
    phone.reads("M12345678", "VN417").sends(person.send)
    receipt = said(phone, language, "receipt_entry", person_name="", reference="", advice={"$key": "advice_green"})
    phone.reads(phone.reference, receipt.split("\n")[-1][-20:])
    (stored,) = phone.declarations
    assert (stored.form, stored.triage, stored.reference) == ("entry", "green", phone.reference)
    assert stored.answers["departure_country"] == person.code
    assert (stored.answers["transport"], stored.answers["close_contact"]) == ("air", False)
    assert phone.subjects == [person.name]
    phone.sends("MA").reads(stored.reference)


@pytest.mark.parametrize("language", ["ko", "fr", "ru", "km"])
def test_a_traveller_chooses_the_language_on_a_screen_and_declares(phone, language):
    phone.latin = language == "fr"
    phone.dials().types(phone.choice("Khac"))
    phone.latin = False
    phone.types(phone.choice("Language"))
    names = {code: one.name for code, one in phone.network.parts.texts.languages.items()}
    number = str(list(names).index(language) + 1)
    pages = phone.heard[0]
    while "98" in phone.heard[0]:
        pages += "\n" + phone.types("98").heard[0]
    assert all(f"{at} {name}" in pages for at, name in enumerate(names.values(), 1))
    phone.types(number).reads(said(phone, language, "language_set", "ussd")).session_goes_on()
    assert phone.network.parts.texts.text("choice_menu_entry", language)[:5] in whole(phone)
    phone.types("4")
    for question, answer in course(SPEAKERS[language]):
        assert said(phone, language, question, "ussd")[:30] in whole(phone)
        phone.types(answer).session_goes_on()
    phone.types("1")
    whole(phone)
    (stored,) = phone.declarations
    assert (stored.form, stored.channel, stored.triage) == ("entry", "ussd", "green")
    assert stored.reference in "".join(phone.waits().heard)


def whole(phone: Phone) -> str:
    """All pages of a screen."""
    shown = phone.heard[0]
    while "\n98 " in phone.heard[0]:
        shown += "\n" + phone.types("98").heard[0]
    return shown


def test_an_english_sentence_is_answered_in_english_and_one_english_word_is_not(phone, network):
    phone.sends("I want to declare my arrival").reads("What is your full name?")
    phone.sends("John Smith").reads("Which year of birth?")
    other = network.phone()
    for word in ("hello", "ok", "help", "thank you", "sorry"):
        assert "Hello" not in other.sends(word).heard[0]
        assert "Sorry" not in other.heard[0]


def test_a_language_stays_until_another_is_asked_for(phone):
    phone.sends("안녕하세요").reads("안녕하세요, 베트남")
    phone.sends("NC").reads(said(phone, "ko", "ask_full_name"))
    phone.sends("KIM MINJI").reads(said(phone, "ko", "ask_birth_year"))
    phone.sends("abcd").reads(said(phone, "ko", "wrong_birth_year"))
    phone.sends("도움말").reads(said(phone, "ko", "help_birth_year"))
    phone.sends("EN").reads("From now on: English.", "Which year of birth?")
    phone.sends("中文").reads(said(phone, "zh", "language_set"), said(phone, "zh", "ask_birth_year"))
    phone.sends("VI").reads("tieng Viet", "Sinh nam")
    phone.sends("HUY").reads("huy")
    phone.sends("KO").reads(said(phone, "ko", "language_set"))
    phone.sends("FR").reads(said(phone, "fr", "language_set"))
    phone.sends("tieng nga").reads("Теперь")


def test_who_declared_in_vietnamese_stays_in_vietnamese(phone):
    phone.sends("KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 00000").reads("Da nhan")
    phone.sends("i have a fever and a cough").reads_not("Sorry", "declaration")
    phone.sends("ko").reads_not("한국")
    phone.sends("HUY")
    phone.sends("KB").sends(phone.choice("nguoi khac")).sends("1").sends("김철수").reads("Sinh nam")


def test_a_foreigners_emergency_is_heard_in_any_form(phone):
    phone.sends("입국").reads(said(phone, "ko", "ask_full_name"))
    phone.sends("숨을 못 쉬겠어요").reads("115", said(phone, "ko", "ask_full_name"))


def test_a_form_is_cancelled_and_gone_back_in_ones_own_words(phone):
    phone.sends("въезд").reads(said(phone, "ru", "ask_full_name"))
    phone.sends("Анна Иванова").reads(said(phone, "ru", "ask_birth_year"))
    phone.sends("назад").reads(said(phone, "ru", "ask_full_name"))
    phone.sends("отмена").reads(said(phone, "ru", "cancelled", keyword="NC"))


def test_japanese_written_in_han_alone_is_not_taken_for_chinese(phone):
    phone.sends("日本語").reads(said(phone, "ja", "language_set"))
    phone.sends("入国").reads(said(phone, "ja", "ask_full_name"))
    phone.sends("山田花子").reads(said(phone, "ja", "ask_birth_year"))
    phone.sends("１９９０").reads(said(phone, "ja", "ask_gender"))


def declared(phone: Phone, language: str = "ko") -> Phone:
    """A whole declaration made in that language."""
    phone.sends(SPEAKERS[language].first)
    for _, answer in course(SPEAKERS[language]):
        phone.sends(answer)
    return phone.sends("1")


def test_what_follows_a_receipt_is_in_the_language_too(phone):
    declared(phone)
    (stored,) = phone.declarations
    phone.sends("SUA").reads(said(phone, "ko", "ask_correct"))
    phone.sends(phone.choice("더 보기"))
    phone.sends(phone.choice("좌석")).reads(said(phone, "ko", "ask_seat"))
    phone.sends("99Z").reads(said(phone, "ko", "wrong_seat"), said(phone, "ko", "ask_seat"))
    phone.sends("14C").reads("입국신고를 받았습니다", stored.reference)
    assert phone.declarations[0].answers["seat"] == "14C"
    phone.sends("TT").reads(stored.reference, said(phone, "ko", "status_no_contact"))
    phone.sends("취소").reads(said(phone, "ko", "undone", reference=stored.reference))
    phone.sends("HUY").reads(said(phone, "ko", "nothing_to_undo"))


def test_a_form_left_half_done_is_reminded_and_taken_up_in_the_language(phone):
    phone.sends("入境").reads(said(phone, "zh", "ask_full_name"))
    phone.sends("王伟").reads(said(phone, "zh", "ask_birth_year"))
    phone.waits(minutes=31).reads(said(phone, "zh", "form_waiting"), said(phone, "zh", "ask_birth_year"))
    phone.sends("入境申报").reads(said(phone, "zh", "ask_resume"), "1 继续")
    phone.sends("继续").reads(said(phone, "zh", "ask_birth_year"))


def test_a_known_traveller_is_asked_how_and_confirms_in_their_own_words(phone):
    declared(phone, "ru")
    phone.sends("въезд").reads(said(phone, "ru", "ask_how_choose", name="Анна Иванова"), "1 Как в прошлый раз")
    phone.sends("по вопросам").reads(said(phone, "ru", "ask_departure_country"))
    phone.sends("Франция").reads(said(phone, "ru", "ask_transport"))
    phone.sends("поезд").reads(said(phone, "ru", "ask_departure_date"))
    phone.sends("32.13").reads(said(phone, "ru", "wrong_travel_day"))


def test_consent_is_asked_and_given_in_the_language(network, monkeypatch):
    change_pack(network, monkeypatch, legal_basis="consent")
    phone = declared(network.phone(), "fr").reads("D'accord", "Pas d'accord", "contre la maladie")
    phone.sends("d'accord").reads("Code", "Aucun signe de risque")
    (stored,) = phone.declarations
    assert stored.status == "complete"


def test_a_country_that_is_not_asked_is_told_so_in_the_language(network, monkeypatch):
    entry = network.house.packs.in_force().entry
    change_pack(network, monkeypatch, entry=replace(entry, origins=frozenset(("KR",))))
    phone = network.phone().sends("入境申报")
    for _, answer in course(SPEAKERS["zh"])[:6]:
        phone.sends(answer)
    phone.reads(said(phone, "zh", "not_concerned"))


def test_a_visitor_declares_their_health_in_their_language(phone):
    phone.sends("건강신고").reads(said(phone, "ko", "ask_full_name"))
    for answer in ("김민지", "1990", "여", "Ben Nghe, TP HCM", "네"):
        phone.sends(answer)
    phone.reads(said(phone, "ko", "ask_travel_places")).sends("라오스")
    phone.sends("예").reads("1 발열").sends("발열, 피로").reads(said(phone, "ko", "ask_symptoms_since"))
    for answer in ("어제", "아니요", "아니요"):
        phone.sends(answer)
    phone.sends("0").reads("발열, 피로", "라오스").sends("제출").reads("건강신고를 받았습니다")
    (stored,) = phone.declarations
    assert stored.answers["symptoms"] == ["fever", "fatigue"]
    assert stored.answers["travel_places"][0]["country"] == "LA"


def test_a_visit_is_recorded_in_the_visitors_language(phone, network):
    code = opened(network).code
    phone.sends("こんにちは")
    phone.sends(f"DD {code}").reads("の訪問を記録しました", said(phone, "ja", "visit_leave_by"))
    phone.sends("DI").reads("の退出を記録しました")
    phone.sends("DI").reads(said(phone, "ja", "failed_not_checked_in"))
