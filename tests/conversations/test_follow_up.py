"""People who are asked every day how they are, by SMS and on the screen; and another disease asked about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.days import VIET_NAM

pytestmark = pytest.mark.timeout(600)


def tomorrow(network, hour=8, minute=5):
    """Move the clock to that hour of the next day in Viet Nam."""
    now = network.clock.now().astimezone(VIET_NAM)
    then = (now + timedelta(days=1)).replace(hour=hour, minute=minute)
    network.clock.ahead += then - now


def followed(phone, days=5):
    phone.reference_of_follow_up = phone.network.house.follow_ups.add(phone.number, days, None, "user:lan").reference
    return phone


@pytest.fixture
def asked(network, known):
    """Nguyen Van An's phone, asked this morning."""
    followed(known)
    tomorrow(network)
    known.waits().reads("Y te hoi tham", "1 Khoe", "2 Co trieu chung")
    return known


def today(phone):
    """The answer of the newest day."""
    return phone.network.house.follow_ups.look(phone.reference_of_follow_up, "user:lan", "test").questions[0].answer


def test_one_is_recorded(asked):
    asked.sends("1").reads("Cam on", "da ghi")
    assert today(asked) == "well"
    asked.sends("TT").reads("Y te hoi tham moi ngay den")


@pytest.mark.parametrize("text", ["toi khoe", "van binh thuong", "Tôi vẫn khỏe, cảm ơn", "khong sot khong ho"])
def test_words_instead_of_one(asked, text):
    asked.sends(text).reads("da ghi")
    assert today(asked) == "well"


def test_two_opens_a_declaration_of_symptoms(asked):
    asked.sends("2").reads("Xin khai trieu chung")
    assert today(asked) == "symptoms"
    asked.sends("0").reads("Bi nhung gi", "1 Sot")  # travelled
    for answer in ("sot", "hom nay", "0", "0", "0"):
        asked.sends(answer)
    asked.reads("1 Gui").sends("1").reads("Da nhan khai bao")
    assert asked.declarations[-1].answers["symptoms"] == ["fever"]


def test_a_symptom_told_in_words_is_declared_by_its_name(asked):
    asked.sends("bi sot")
    assert today(asked) == "symptoms"
    for _ in range(6):
        if "1 Gui" in asked.heard[0]:
            break
        asked.sends("hom nay" if "ngay nao" in asked.heard[0] else "0")
    asked.sends("1").reads("Da nhan khai bao")
    assert asked.declarations[-1].answers["symptoms"] == ["fever"]


def test_well_then_symptoms_then_well(asked):
    asked.sends("1").reads("da ghi")
    asked.sends("2").reads("Xin khai trieu chung")
    asked.sends("HUY").reads("Da huy")
    assert today(asked) == "symptoms"
    asked.sends("1").reads("da ghi", "da bao co trieu chung")
    assert today(asked) == "symptoms"


def test_a_declaration_answers_the_question_too(asked):
    asked.sends("KB 00000").reads("Da nhan khai bao")
    assert today(asked) == "well"


def test_help_explains_the_question(asked):
    asked.sends("TG").reads("1 neu khoe", "2 neu co trieu chung")


def test_the_question_waits_on_the_screen(asked):
    asked.dials().reads("Y te hoi tham", "1 Khoe", "0 Viec khac").session_goes_on()
    asked.types("0").reads("1 Khai y te").session_goes_on()
    asked.dials().reads("Y te hoi tham").types("1").reads("da ghi").session_ends()
    assert today(asked) == "well"
    asked.dials().reads("1 Khai y te")


def test_symptoms_on_the_screen_go_on_with_their_declaration(asked):
    asked.dials().types("2").reads("Xin khai trieu chung").session_goes_on()
    assert today(asked) == "symptoms"


def test_a_dialled_path_goes_past_the_question(asked):
    asked.dials("1").reads_not("Y te hoi tham").session_goes_on()


def test_who_refuses_advice_is_still_asked(network, known):
    followed(known).sends("TC")
    tomorrow(network)
    known.waits().reads("Y te hoi tham")


def test_erasure_ends_it_and_says_what_stays(network, asked):
    words = asked.sends("XOA").heard[0].replace(".", " ").split()
    code = next(word for word in words if len(word) == 6 and word.isdigit())
    asked.sends(code).reads("ket qua theo doi")
    tomorrow(network)
    asked.waits().reads_nothing()


def test_a_red_declaration_begins_one_and_undoing_it_ends_it(network, known):
    known.sends("KB 00000").reads("Da nhan")
    assert network.house.follow_ups.listed(True, 10, "user:lan") == []
    known.sends("toi bi sot va ho tu hom nay")
    for _ in range(8):
        if "1 Gui" in known.heard[0]:
            break
        known.sends("0")
    known.sends("1").reads("Nguy co cao")
    (begun,) = network.house.follow_ups.listed(True, 10, "user:lan")
    assert begun.follow_up.source == "declaration"
    known.sends("HUY").reads("huy")
    assert network.house.follow_ups.listed(True, 10, "user:lan") == []


def test_another_disease_asks_other_questions_with_the_same_model(network, known):
    known.sends("KB").sends(known.choice("tung cau")).reads("di tinh khac")
    known.sends("HUY")
    network.house.packs.use("measles", "user:lan")
    known.sends("KB").sends(known.choice("tung cau")).reads("21 ngay qua", "sot, noi ban")
    known.sends("1").reads("1 Sot", "2 Noi ban")
    known.sends("12").reads("tu ngay nao")
    for answer in ("hom nay", "0", "0", "0"):
        known.sends(answer)
    known.reads("1 Gui").sends("1").reads("Nghi mac soi")
    last = known.declarations[-1]
    assert (last.pack, last.triage, last.answers["symptoms"]) == ("measles", "red", ["fever", "rash"])
    network.house.packs.use("covid-19", "user:lan")
    known.sends("KB 00000").reads("Da nhan khai bao")
    known.sends("TT").reads("Chua thay nguy co")
