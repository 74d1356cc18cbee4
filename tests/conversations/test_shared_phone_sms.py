"""Several people on one phone: who is declared for, who owns it, whose name is meant."""

from __future__ import annotations

import pytest

from tests.conversations.doing import MOTHER

pytestmark = pytest.mark.timeout(600)

ANSWERS = ("travelled", "has_symptoms", "contact_case", "contact_area", "contact_symptomatic")


@pytest.fixture
def shared(known):
    """A phone from which three people declare."""
    known.sends("KB Tran Thi Binh; 1960; nu; Ben Nghe, TP HCM; 00000").reads("Tran Thi Binh")
    known.sends("KB Le Van Con; 1990; nam; Hai Chau, Da Nang; 00000").reads("Le Van Con")
    return known


def test_three_people_declare_in_turn(shared):
    assert list(shared.subjects) == ["Nguyen Van An", "Tran Thi Binh", "Le Van Con"]
    assert [each.declared_for for each in shared.declarations] == ["self", "self", "self"]
    shared.sends("KB").reads("khai cho ai", "1 Nguyen Van An", "2 Tran Thi Binh", "3 Le Van Con", "4 Khai ho")
    shared.sends("3").reads("Khai cho Le Van Con")
    shared.sends("1").reads("Da nhan khai bao cua Le Van Con")
    shared.sends("KB 00000").reads("khai cho ai")
    shared.sends("2").reads("Da nhan khai bao cua Tran Thi Binh")
    assert list(shared.subjects[3:]) == ["Le Van Con", "Tran Thi Binh"]


@pytest.mark.parametrize(("text", "name"), [("KB binh", "Tran Thi Binh"), ("KB Con", "Le Van Con"),
                                            ("kb tran thi binh", "Tran Thi Binh")])  # fmt: skip
def test_a_name_says_who(shared, text, name):
    shared.sends(text).reads(f"Khai cho {name}")


def test_what_is_said_last_belongs_to_who_was_declared_for_last(shared):
    shared.sends("MA").reads("Le Van Con")
    shared.sends("TT").reads("Le Van Con")
    shared.sends("HUY").reads("Da huy")
    shared.sends("MA").reads("Tran Thi Binh")


def test_the_owner_declares_after_the_mother(phone):
    """A phone that keeps only somebody else is not that person's."""
    phone.sends("khai ho me toi").reads("ho va ten nguoi duoc khai")
    for answer in ("Tran Thi Me", "1950", "nu", "Ben Nghe, TP HCM"):
        phone.sends(answer)
    phone.sends("00000").reads("Tat ca cac cau: Khong")
    phone.sends("1").reads("Da nhan khai bao cua Tran Thi Me")
    assert phone.declarations[0].answers == dict.fromkeys(ANSWERS, False), "khai ho is no cough"
    phone.sends("KB").reads("1 Tran Thi Me", "2 Cho toi", "3 Khai ho nguoi khac")
    phone.sends("2").reads("ho va ten cua ong/ba")
    for answer in ("Nguyen Van An", "1975", "nam", "Ben Nghe, TP HCM", "00000"):
        phone.sends(answer)
    phone.sends("1").reads("Da nhan khai bao cua Nguyen Van An")
    assert [each.declared_for for each in phone.declarations] == ["household", "self"]
    phone.sends("KB 00000").reads("1 Tran Thi Me, 2 Nguyen Van An")


def test_the_owner_of_a_phone_that_keeps_a_member_declares_in_one_message(phone):
    phone.sends(MOTHER).reads("Da them")
    phone.sends("KB Nguyen Van An; 1975; nam; Ben Nghe, TP HCM; 00000").reads("Da nhan khai bao cua Nguyen Van An")
    assert phone.declarations[0].declared_for == "self"
