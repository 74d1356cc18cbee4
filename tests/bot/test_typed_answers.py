"""In a form an answer is read by the question asked first; what leads elsewhere steals none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.talking import ALL_SERVICES, CODE, Talk

Start = Callable[..., Talk]
TO_ADDRESS = ("KB", "Nguyen Van A", "1958", "nam")
TO_TRAVELLED = (*TO_ADDRESS, "Ben Nghe, TP HCM")
TO_SYMPTOMS = (*TO_TRAVELLED, "0")
TO_CONTACT = (*TO_SYMPTOMS, "0")


def filled(dialogue: Talk) -> dict[str, Any]:
    """What the state holds of the form."""
    return dict(dialogue.state["s"])


@pytest.mark.parametrize("name", ["Hủy", "Đi", "Dung", "Mã", "Lò Thị Sai"])
def test_a_name_is_no_command(talk: Start, name: str) -> None:
    dialogue = talk().say("KB", name)
    assert (dialogue.asks, filled(dialogue)["full_name"]) == ("birth_year", name)


@pytest.mark.parametrize("text", ["dung lai", "Dừng lại", "bo qua", "thoi khong khai nua"])
def test_who_stops_at_the_name_is_let_go(talk: Start, text: str) -> None:
    dialogue = talk().say("KB", text)
    assert (dialogue.said, dialogue.asks) == (["cancelled"], None)


@pytest.mark.parametrize("text", ["tong dai", "TONG DAI", "gap tong dai"])
def test_who_wants_a_person_at_the_name_gets_one(talk: Start, text: str) -> None:
    dialogue = talk().say("KB", text)
    assert (dialogue.said, dialogue.commands) == (["hotline", "ask_full_name"], ["request_callback"])


def test_a_relative_is_no_emergency(talk: Start) -> None:
    assert "emergency" not in talk().say("KB", "me toi").said


def test_leaving_is_no_place(talk: Start) -> None:
    dialogue = talk(menu=ALL_SERVICES).say(*TO_ADDRESS, "Đi")
    assert (dialogue.commands, dialogue.said) == ([], ["wrong_address_unknown", "ask_address"])
    assert dialogue.say("DI").commands == ["check_out"]


def test_a_misspelt_commune_is_offered_by_number(talk: Start) -> None:
    dialogue = talk().say(*TO_ADDRESS, "Ben Nge, TP HCM")
    assert dialogue.said == ["wrong_address_near", "ask_address"]
    assert dialogue.choices(0) == ["1:Phường Sài Gòn, Thành phố Hồ Chí Minh"]
    dialogue.say("1")
    assert (dialogue.asks, filled(dialogue)["address"]["commune"]) == ("travelled", "26740")


def test_what_is_kept_of_an_unknown_place_has_its_province(talk: Start) -> None:
    dialogue = talk().say(*TO_ADDRESS, "Xom Moi", "Xom Moi that ma", "ap Xom Moi")
    assert dialogue.asks == "address"
    dialogue.say("Xom Moi, Ca Mau")
    assert filled(dialogue)["address"] == {"province": "96", "commune": None, "text": "Xom Moi, Ca Mau"}


@pytest.mark.parametrize(
    "text", ["ko ho, ko sot", "khong ho khong sot", "k bị j", "van khoe", "khoong", "ko ho ko sot gi het"]
)
def test_a_clear_no_to_symptoms_is_one_and_answers_nothing_else(talk: Start, text: str) -> None:
    dialogue = talk().say(*TO_SYMPTOMS, text)
    assert (dialogue.asks, filled(dialogue)["has_symptoms"]) == ("contact_case", False)
    assert "contact_area" not in filled(dialogue)


@pytest.mark.parametrize("text", ["het sot roi", "sot hom qua nay het roi", "hom qua co sot, nay het"])
def test_what_is_over_fills_no_symptom(talk: Start, text: str) -> None:
    dialogue = talk().say(*TO_SYMPTOMS, text)
    assert dialogue.asks == "has_symptoms"
    assert "symptoms" not in filled(dialogue)


@pytest.mark.parametrize(
    ("text", "symptoms"),
    [("ho nhe thoi", ["cough"]), ("co ho", ["cough"]), ("hơi khó thở", ["breathing_difficulty"]),
     ("sot 38 do", ["fever"])],
)  # fmt: skip
def test_a_symptom_instead_of_a_yes(talk: Start, text: str, symptoms: list[str]) -> None:
    dialogue = talk().say(*TO_SYMPTOMS, text)
    assert (dialogue.asks, filled(dialogue)["symptoms"]) == ("symptoms_since", symptoms)


@pytest.mark.parametrize("text", ["0", "khong co", "ko bi gi"])
def test_a_yes_is_taken_back_at_the_list_it_opened(talk: Start, text: str) -> None:
    dialogue = talk().say(*TO_SYMPTOMS, "1", text)
    assert (dialogue.asks, filled(dialogue)["has_symptoms"]) == ("contact_case", False)


def test_a_place_instead_of_a_yes(talk: Start) -> None:
    dialogue = talk().say(*TO_TRAVELLED, "co di ha noi")
    assert dialogue.asks == "has_symptoms"
    assert [place["province"] for place in filled(dialogue)["travel_places"]] == ["01"]
    assert filled(talk().say(*TO_TRAVELLED, "o nha suot"))["travelled"] is False


def test_who_tells_of_a_contact_says_yes(talk: Start) -> None:
    dialogue = talk().say(*TO_CONTACT, "co gap nguoi bi sot")
    assert (dialogue.asks, filled(dialogue)["contact_case"]) == ("contact_area", True)
    assert "symptoms" not in filled(dialogue)


@pytest.mark.parametrize("steps", [TO_ADDRESS[:2], TO_ADDRESS, TO_SYMPTOMS, TO_CONTACT])
def test_who_does_not_know_is_helped(talk: Start, steps: tuple[str, ...]) -> None:
    dialogue = talk().say(*steps)
    asked = dialogue.asks
    assert dialogue.say("khong biet").said == [f"help_{asked}", f"ask_{asked}"]
    assert dialogue.say("khong nho", "khong biet").said == ["wrong_form", f"ask_{asked}"]  # with the hotline


@pytest.mark.parametrize(
    "steps", [(), TO_ADDRESS[:1], TO_ADDRESS[:2], TO_ADDRESS, TO_TRAVELLED, TO_SYMPTOMS, TO_CONTACT]
)
@pytest.mark.parametrize("channel", ["sms", "ussd"])
def test_an_emergency_is_answered_wherever_it_is_told(talk: Start, channel: str, steps: tuple[str, ...]) -> None:
    dialogue = talk(channel).say(*steps, "kho tho nang")
    assert (dialogue.said[0], dialogue.commands) == ("emergency", ["request_callback"])


def test_both_hours_of_a_visit_are_handed_over(talk: Start) -> None:
    dialogue = talk(menu=ALL_SERVICES).say(f"DD {CODE} hom qua 8h-10h")
    assert dialogue.command == {
        "venue": CODE, "at": "2026-11-21T08:00", "companions": 0, "until": "2026-11-21T10:00",
    }  # fmt: skip


def test_a_keepers_bare_number_is_asked_about(talk: Start) -> None:
    kept = [{"code": CODE, "name": "Cho Ben Thanh", "status": "active"}]
    dialogue = talk(menu=ALL_SERVICES, venues_kept=kept).say("0912 345 678")
    assert (dialogue.said, dialogue.commands) == (["ask_visitor_venue"], [])
    assert dialogue.say("1").command == {"venue": CODE, "phone": "84912345678"}
    assert talk(menu=ALL_SERVICES, venues_kept=kept).say("0912345678", "0").said == ["errand_dropped"]


@pytest.mark.parametrize(
    "text", ["ai bi benh vay", "o dau vay", "lay tu ai", "ai v", "benh nhan la ai", "luc nao vay", "Ở đâu ạ?"]
)
def test_who_was_ill_is_never_told_but_where_and_when(talk: Start, text: str) -> None:
    notice = {"id": "5", "kind": "exposure", "venue": CODE}
    dialogue = talk(notice=notice).say(text)
    assert (dialogue.said, dialogue.command) == (["notice_about"], {"notice": "5"})
    assert dialogue.say("1").commands == ["answer_notice"]


@pytest.mark.parametrize("text", ["xet nghiem o dau", "toi bi sot", "goi ai bay gio", "khai o dau"])
def test_other_questions_after_a_notice_are_other_questions(talk: Start, text: str) -> None:
    dialogue = talk(notice={"id": "5", "kind": "exposure", "venue": CODE}).say(text)
    assert "notice_about" not in dialogue.said


def test_an_opening_that_misspells_its_commune_offers_it_at_once(talk: Start) -> None:
    dialogue = talk().say("KB Le Thi Hoa; 1962; nu; Ben Nge, TP HCM; 00000")
    assert (dialogue.said, dialogue.asks) == (["wrong_address_near", "ask_address"], "address")
    assert dialogue.say("1").commands == ["submit_declaration"] or dialogue.asks == "confirm"
