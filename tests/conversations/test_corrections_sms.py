"""Correcting answers, before and after the receipt, by number, by name and in one go; going back from it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(600)

# Label in the list, the answers to what is asked then, and what the declaration or its person says afterwards.
CORRECTIONS = [
    ("Ho ten", ["Nguyen Van Anh"], "full_name", "Nguyen Van Anh"),
    ("Nam sinh", ["15/3/1959"], "birth_year", 1959),
    ("Nam/nu", ["nu"], "gender", "female"),
    ("Noi o", ["Hai Chau, Da Nang"], "address", "48"),
    ("Quoc tich", ["Lao"], "nationality", "LA"),
    ("Di xa", ["1", "Ha Noi voi Da Nang"], "travelled", True),
    ("Trieu chung", ["1", "12", "hom qua"], "has_symptoms", True),
    ("Gap nguoi benh", ["co a"], "contact_case", True),
    ("Gap vung dich", ["1"], "contact_area", True),
    ("Gap nguoi om", ["dạ có"], "contact_symptomatic", True),
]


def told(phone, field):
    """What is stored now of the one declaration and its person; of a place, the province."""
    (declaration,) = phone.declarations
    with phone.network.house.units() as unit:
        identity = unit.people.get(declaration.person_id).identity
    value = {**identity, **declaration.answers}[field]
    return value["province"] if isinstance(value, dict) else value


@pytest.mark.parametrize(("label", "answers", "field", "value"), CORRECTIONS, ids=lambda one: str(one)[:14])
def test_every_answer_can_be_corrected_after_the_receipt(known, label, answers, field, value):
    reference = known.declarations[0].reference
    known.sends("SUA").reads("Sua muc nao")
    known.sends(known.choice(label))
    for answer in answers:
        known.reads_not("Da nhan").sends(answer)
    known.reads("Da nhan khai bao", reference)
    assert told(known, field) == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [("SUA 1960", "birth_year", 1960), ("sua nam sinh 1960", "birth_year", 1960), ("SUA nu", "gender", "female"),
     ("SUA o Hai Chau, Da Nang", "address", "48"), ("SUA 00100", "contact_case", True)],
)  # fmt: skip
def test_a_correction_in_one_message(known, text, field, value):
    known.sends(text).reads("Da nhan khai bao", known.declarations[0].reference)
    assert told(known, field) == value


@pytest.mark.parametrize(("text", "question"), [("SUA ten", "ho va ten"), ("sửa địa chỉ", "xa, phuong nao"),
                                                ("SUA quoc tich", "nuoc nao")])  # fmt: skip
def test_a_field_is_named_in_words(known, text, question):
    known.sends(text).reads(question)


def test_a_second_correction_drops_the_first_that_got_no_answer(known):
    known.sends("SUA")
    known.sends(known.choice("Nam sinh")).reads("Sinh nam nao")
    known.sends("SUA").reads("2 Nam sinh")
    known.sends(known.choice("Ho ten")).reads("ho va ten")
    known.sends("Nguyen Van Anh").reads("Da nhan khai bao cua Nguyen Van Anh")
    assert told(known, "birth_year") == 1958


def test_before_sending_too_and_back_from_it(phone):
    phone.sends("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 01000")
    phone.sends("sot").sends("hom qua").reads("2 Sua")
    phone.sends("2")
    phone.sends(phone.choice("Nam sinh")).reads("Sinh nam nao")
    phone.sends("QL").reads("Sua muc nao")
    phone.sends(phone.choice("Ho ten")).reads("ho va ten")
    phone.sends("SUA").reads("Sua muc nao")
    phone.sends("QL").reads("1 Gui")
    phone.sends("SUA 1960").reads("1960", "1 Gui")
    phone.sends("1").reads("Da nhan khai bao cua Nguyen Van An")
    assert told(phone, "birth_year") == 1960


def test_a_long_list_has_pages(phone):
    phone.sends("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 11000")
    phone.sends("Lao").sends("sot").sends("hom qua").reads("2 Sua")
    phone.sends("2").reads("1 Ho ten", "0 Muc khac").reads_not("Gap nguoi om")
    phone.sends("0").reads("Gap nguoi om", "0 Muc khac").reads_not("Ho ten")
    phone.sends("0").reads("1 Ho ten")
    phone.sends("gặp người ốm").reads("dang sot, ho, kho tho")
    phone.sends("1").reads("Gap nguoi om", "1 Gui")


def test_dropping_a_correction_leaves_the_declaration(known):
    known.sends("SUA")
    known.sends(known.choice("Nam sinh"))
    known.sends("HUY").reads("Da huy, chua gui gi di")
    assert told(known, "birth_year") == 1958


def test_in_a_session(known):
    known.dials("5*3").reads("Sua muc nao").session_goes_on()
    number = next(line.split()[0] for line in known.heard[0].splitlines() if "Nam sinh" in line)
    known.types(number).reads("Sinh nam nao")
    known.types("99").reads("Sua muc nao")
    known.types(number).types("1960").reads("Da nhan khai bao").session_ends()
    assert told(known, "birth_year") == 1960
