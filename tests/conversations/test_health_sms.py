"""The health declaration by SMS, as people do it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(600)  # the first one may have to train the bot

ONE_MESSAGE = "KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000"


def by_steps(phone, name="Tran Thi Binh", year="1970"):
    """Identity, up to the first question."""
    phone.sends("KB").reads("ho va ten")
    phone.sends(name).reads("Sinh nam")
    phone.sends(year).reads("nam hay nu")
    phone.sends("2").reads("o xa, phuong nao")
    return phone.sends("Ben Nghe, TP HCM").reads("tinh khac")


def test_first_time_step_by_step(phone):
    by_steps(phone)
    phone.sends("0").reads("sot, ho")
    phone.sends("0").reads("nguoi benh")
    phone.sends("0").reads("vung dang co dich")
    phone.sends("0").reads("dang sot")
    phone.sends("0").reads("Tran Thi Binh", "1970", "1 Gui", "2 Sua", "0 Huy")
    phone.sends("1").reads("Da nhan khai bao cua Tran Thi Binh", "Ma so", "19009095", "luu")
    (stored,) = phone.declarations
    assert stored.reference == phone.reference
    assert (stored.triage, stored.channel, stored.declared_for) == ("green", "sms", "self")
    questions = ("travelled", "has_symptoms", "contact_case", "contact_area", "contact_symptomatic")
    assert stored.answers == dict.fromkeys(questions, False)


def test_a_whole_declaration_in_one_message(phone):
    phone.sends(ONE_MESSAGE).reads("Da nhan khai bao cua Nguyen Van An", "Ma so")
    (stored,) = phone.declarations
    assert (stored.reference, stored.triage) == (phone.reference, "green")


def test_an_incomplete_message_keeps_what_it_has(phone):
    phone.sends("KB Nguyen Van An; 1958").reads("nam hay nu")
    phone.sends("nam").reads("o xa, phuong nao")
    phone.sends("Ben Nghe, TP HCM").reads("tinh khac")


@pytest.mark.parametrize("text", ["KB 00000", "KB khong", "kb 0 0 0 0 0", "Kb Không", "KBYT 00000"])
def test_a_known_person_declares_in_one_go(known, text):
    known.sends(text).reads("Da nhan khai bao cua Nguyen Van An").reads_not("luu loi khai")
    assert len(known.declarations) == 2


def test_same_as_last_time_is_one_key(known):
    known.sends("KB").reads("Khai cho Nguyen Van An", "1 Nhu lan truoc")
    known.sends("1").reads("Da nhan khai bao cua Nguyen Van An")
    first, second = known.declarations
    assert first.answers == second.answers


def test_five_digits_answer_five_questions(known):
    known.sends("KB").reads("5 so")
    known.sends("00100").reads("Da nhan")
    assert known.declarations[-1].answers["contact_case"] is True
    assert known.declarations[-1].triage == "orange"


def test_a_symptom_is_asked_for_in_detail(known):
    known.sends("KB 01000").reads("Bi nhung gi")
    known.sends("12").reads("tu ngay nao")
    known.sends("hom qua").reads("Sot, Ho", "1 Gui")
    known.sends("1").reads("Da nhan")
    assert known.declarations[-1].answers["symptoms"] == ["fever", "cough"]
    assert known.declarations[-1].triage == "red"


def test_a_symptom_told_in_a_sentence_starts_the_declaration(known):
    known.sends("toi bi sot 2 ngay nay")
    while "1 Gui" not in known.heard[0]:
        known.sends("2" if "Hoi tung cau" in known.heard[0] else "0")
    known.reads("Sot")
    known.sends("1").reads("Da nhan")
    assert known.declarations[-1].answers["symptoms"] == ["fever"]


def test_declaring_for_somebody_else(known):
    known.sends("khai ho").reads("khai cho ai", "1 Nguyen Van An")
    known.sends("2").reads("la ai" if "la ai" in known.heard[0] else "1 Nguoi nha")
    known.sends("1").reads("ho va ten")
    known.sends("Le Van Con").reads("Sinh nam")
    known.sends("2010").reads("nam hay nu")
    known.sends("1").reads("o xa")
    known.sends("Ben Nghe, TP HCM")
    for _ in range(5):
        known.sends("0")
    known.sends("1").reads("Da nhan khai bao cua Le Van Con")
    assert known.declarations[-1].declared_for == "household"
    assert known.subjects == ["Nguyen Van An", "Le Van Con"]


def test_a_household_member_is_kept_and_offered(known):
    test_declaring_for_somebody_else(known)
    known.sends("KB").reads("1 Nguyen Van An", "2 Le Van Con")
    known.sends("2").reads("Khai cho Le Van Con")
    known.sends("1").reads("Da nhan khai bao cua Le Van Con")


def test_going_back_one_question(phone):
    by_steps(phone)
    phone.sends("QL").reads("o xa, phuong nao")
    phone.sends("QL").reads("nam hay nu")


def test_cancelling_in_the_form_stores_nothing(phone):
    by_steps(phone)
    phone.sends("HUY").reads("Da huy")
    assert phone.declarations == []


def test_undoing_within_half_an_hour(known):
    reference = known.declarations[0].reference
    known.sends("HUY").reads("Da huy", reference)
    assert known.declarations == []


def test_undoing_too_late(known):
    known.waits(minutes=31)
    known.sends("HUY").reads("qua han")
    assert len(known.declarations) == 1


def test_help_in_the_middle_asks_the_question_again(phone):
    phone.sends("KB").reads("ho va ten")
    phone.sends("TG").reads("ho va ten")
    phone.sends("Nguyen Van An").reads("Sinh nam")


def test_correcting_before_sending(phone):
    by_steps(phone, year="1970")
    for _ in range(5):
        phone.sends("0")
    phone.reads("2 Sua")
    phone.sends("2").reads("Sua muc nao")
    phone.sends(phone.choice("Nam sinh")).reads("Sinh nam")
    phone.sends("1971").reads("1971", "1 Gui")
    phone.sends("1").reads("Da nhan")


def test_correcting_after_the_receipt(known):
    reference = known.declarations[0].reference
    known.sends("SUA").reads("Sua muc nao")
    known.sends(known.choice("Gap nguoi benh")).reads("nguoi benh")
    known.sends("1")
    if "1 Gui" in known.heard[0]:
        known.sends("1")
    known.reads("Da nhan", reference)
    (stored,) = known.declarations
    assert (stored.revision, stored.triage, stored.answers["contact_case"]) == (2, "orange", True)


def test_the_reference_again(known):
    reference = known.declarations[0].reference
    known.sends("MA").reads(reference, "Nguyen Van An")


def test_another_language_and_back(known):
    known.sends("EN").reads("English")
    known.sends("KB").reads("Nguyen Van An", "1 Same as last time")
    known.sends("VI").reads("ieng Viet" if "ieng Viet" in known.heard[0] else "tieng Viet")


def test_accents_on_request(known):
    known.sends("CO DAU")
    known.sends("MA").reads("Mã")
    known.sends("KHONG DAU")
    known.sends("MA").reads("Ma")


def test_wrong_answers_get_an_example_and_then_an_end(phone):
    phone.sends("KB")
    phone.sends("Nguyen Van An").reads("Sinh nam")
    phone.sends("nam ngoai").reads("Sinh nam")
    phone.sends("hom kia").reads("Sinh nam")
    phone.sends("khong nho").reads("19009095", "Sinh nam")
    phone.sends("a").sends("b").sends("c").reads("19009095")
    phone.sends("KB").reads("ho va ten" if "ho va ten" in phone.heard[0] else "KB")
    assert phone.declarations == []


def test_a_form_left_half_done_is_reminded_once_and_let_go(phone):
    by_steps(phone)
    phone.waits(minutes=31).reads("tinh khac")
    phone.waits(minutes=31).reads_nothing()
    phone.waits(hours=24).reads_nothing()
    phone.sends("0").reads_not("sot, ho")


def test_a_reminded_form_goes_on(phone):
    by_steps(phone)
    phone.waits(minutes=31).reads("tinh khac")
    phone.sends("0").reads("sot, ho")


def test_a_redelivered_text_is_answered_once(phone):
    phone.sends(ONE_MESSAGE, id="same").reads("Da nhan")
    phone.sends(ONE_MESSAGE, id="same").reads_nothing()
    assert len(phone.declarations) == 1


def test_the_same_text_twice_in_a_hurry_is_one_declaration(phone):
    phone.submits(ONE_MESSAGE).submits(ONE_MESSAGE)
    phone.network.house.process.round("worker", 10)
    phone.waits().reads("Da nhan")
    assert len(phone.declarations) == 1


def test_the_same_text_after_the_receipt_is_a_new_declaration(known):
    known.sends("KB 00000").reads("Da nhan")
    known.sends("KB 00000").reads("Da nhan")
    assert len(known.declarations) == 3


def test_texts_of_one_person_are_taken_in_order(known):
    known.submits("KB").submits("2").submits("1").submits("0").waits()
    assert len(known.heard) == 4
    assert "tinh khac" in known.heard[1]


def test_somebody_who_writes_too_often_is_told_once(bot, sqlite_url, tmp_path):
    from tests.conversations.conftest import networks

    for network in networks(bot, sqlite_url, tmp_path, KHAIBAO_INBOUND_LIMIT="3"):
        phone = network.phone()
        for text in ("TG", "MA", "TT"):
            phone.sends(text).reads("")
        phone.sends("KB").reads("gui nhieu tin qua")
        phone.sends("KB 00000").reads_nothing()
        phone.waits(minutes=11)
        phone.sends("KB").reads("ho va ten")


@pytest.mark.parametrize(
    "text",
    [
        "😷😷😷",
        "",
        "   ",
        "a" * 1000,
        "\x00\x01\x02",
        "/restart",
        "END",
        "*#06#",
        '/declare_health{"symptom":"x"}',
        "ộ" * 300,
    ],
)
def test_strange_texts_get_a_short_useful_answer(phone, text):
    phone.sends(text).reads("")
    assert any(way in phone.heard[0] for way in ("KB", "ho va ten"))
    phone.sends("MA").reads("")


def test_ten_thousand_characters_are_refused_at_the_door(phone):
    body = {"id": "long", "from": f"+{phone.number}", "text": "a" * 10_000}
    response = phone.network.client.post("/webhooks/simulator/sms", json=body)
    assert response.status_code in (200, 400)
    phone.sends("KB").reads("ho va ten" if response.status_code == 400 else "")


def test_two_phones_do_not_mix(network):
    one, other = network.phone(), network.phone()
    one.sends("KB").reads("ho va ten")
    other.sends("KB Le Thi Hoa; 1980; nu; Ben Nghe, TP HCM; 00000").reads("Le Thi Hoa")
    one.sends("Nguyen Van An").reads("Sinh nam")
    assert one.declarations == []
