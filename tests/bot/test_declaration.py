"""The dialogue of a health declaration, docs/turn.md."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.talking import FIRST_TIME, IDENTITY, NO_TO_ALL, declared, person

A, B = person(1), person(2, "Tran Thi B", "household")


def test_first_time_step_by_step_ends_with_a_summary(talk: Any) -> None:
    dialogue = talk().say("KB")
    assert dialogue.asks == "full_name"
    dialogue.say(*IDENTITY)
    assert dialogue.asks == "travelled"
    dialogue.say("0", "khong", "ko", "k", "0")
    assert dialogue.said == ["ask_confirm"]
    assert dialogue.choices() == ["1:choice_send", "2:choice_correct", "0:choice_cancel"]
    summary = dialogue.answer["replies"][0]["args"]["summary"]["$summary"]
    assert summary["answers"]["birth_year"] == 1958
    dialogue.say("1")
    assert dialogue.said == ["receipt_health"]
    assert dialogue.answer["replies"][0]["result_of"] == 0
    assert dialogue.command["subject"] is None
    assert dialogue.command["role"] == "self"
    assert dialogue.command["identity"]["full_name"] == "Nguyen Van A"
    assert dialogue.command["identity"]["nationality"] == "VN"
    assert dialogue.command["answers"] == NO_TO_ALL
    assert dialogue.command["at_once"] is False
    assert dialogue.state is None


def test_a_complete_message_is_submitted_at_once(talk: Any) -> None:
    dialogue = talk().say(FIRST_TIME)
    assert dialogue.commands == ["submit_declaration"]
    assert dialogue.command["at_once"] is True
    assert dialogue.command["answers"] == NO_TO_ALL
    assert dialogue.command["identity"]["address"]["text"] == "Ben Nghe, TP HCM"


def test_an_incomplete_message_keeps_what_it_has(talk: Any) -> None:
    dialogue = talk().say("KB Nguyen Van A; 1958; nam; 00000")
    assert dialogue.asks == "address"
    assert dialogue.say("Ben Nghe, TP HCM").said == ["ask_confirm"]


def test_conditional_questions_follow_a_yes(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "1", "co")
    assert dialogue.asks == "travel_places"
    dialogue.say("Ha Noi", "1", "1 2")
    assert dialogue.asks == "symptoms_since"
    dialogue.say("2 ngay nay", "0", "0", "0", "1")
    assert dialogue.command["answers"]["symptoms"] == ["fever", "cough"]
    assert dialogue.command["answers"]["symptoms_since"] == "2026-11-20"


def test_a_known_person_answers_with_five_digits(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB")
    assert dialogue.said == ["ask_how"]
    assert dialogue.choices() == ["1:choice_one_by_one", "2:choice_somebody_else"]
    dialogue.say("00000")
    assert dialogue.commands == ["submit_declaration"]
    assert dialogue.command["subject"] == "p1"
    assert dialogue.command["identity"] == {}
    assert dialogue.command["at_once"] is True


@pytest.mark.parametrize("text", ["KB 00000", "KB khong", "kb.00000", "khai bao 0 0 0 0 0"])
def test_a_repeat_declaration_in_one_message(talk: Any, text: str) -> None:
    dialogue = talk(people=[A]).say(text)
    assert dialogue.command["answers"] == NO_TO_ALL
    assert dialogue.command["subject"] == "p1"


def test_a_yes_among_the_digits_asks_for_the_details(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB 01000")
    assert dialogue.asks == "symptoms"
    assert dialogue.say("ho", "hom qua").said == ["ask_confirm"]


def test_same_as_last_time_is_one_key(talk: Any) -> None:
    dialogue = talk(people=[person(1, answers={**NO_TO_ALL, "contact_area": True})]).say("KB")
    assert dialogue.choices()[0] == "1:choice_same_as_last"
    dialogue.say("1")
    assert dialogue.command["answers"] == {**NO_TO_ALL, "contact_area": True}
    assert dialogue.command["at_once"] is True


def test_same_as_last_time_asks_what_the_last_one_lacks(talk: Any) -> None:
    answers = {name: value for name, value in NO_TO_ALL.items() if name != "contact_area"}
    dialogue = talk(people=[person(1, answers=answers)]).say("KB", "1")
    assert dialogue.asks == "contact_area"


def test_a_shared_phone_asks_who(talk: Any) -> None:
    dialogue = talk(people=[A, B]).say("KB")
    assert dialogue.said == ["ask_subject"]
    assert dialogue.choices() == ["1:Nguyen Van A", "2:Tran Thi B", "3:choice_somebody_else"]
    assert dialogue.say("2").said == ["ask_how"]
    assert dialogue.say("khong").command["subject"] == "p2"


def test_digits_on_a_shared_phone_only_ask_who(talk: Any) -> None:
    dialogue = talk(people=[A, B]).say("KB 00000")
    assert dialogue.said == ["ask_subject"]
    dialogue.say("tran thi b")
    assert dialogue.command["subject"] == "p2"
    assert dialogue.command["at_once"] is True


def test_a_new_person_on_a_known_phone(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "2")
    assert dialogue.said == ["ask_role"]
    dialogue.say("1", "Le Van C", "2010", "nam", "Ben Nghe, TP HCM", "0", "0", "0", "0", "0", "1")
    assert dialogue.command["role"] == "household"
    assert dialogue.command["identity"]["full_name"] == "Le Van C"


@pytest.mark.parametrize("text", ["khai ho nguoi khac", "KB ho"])
def test_declaring_for_somebody_else(talk: Any, text: str) -> None:
    assert talk(people=[A]).say(text).said == ["ask_subject"]
    assert talk().say(text).said == ["ask_role"]


def test_another_name_on_a_known_phone_is_a_shared_phone(talk: Any) -> None:
    dialogue = talk(people=[A]).say(FIRST_TIME.replace("Nguyen Van A", "Pham Van D"))
    assert dialogue.command["role"] == "shared"
    assert dialogue.command["identity"]["full_name"] == "Pham Van D"


def test_the_name_of_a_known_person_means_that_person(talk: Any) -> None:
    assert talk(people=[A, B]).say(FIRST_TIME).command["subject"] == "p1"


def test_a_free_sentence_fills_the_symptom(talk: Any) -> None:
    dialogue = talk(people=[A]).say("toi bi sot 2 ngay nay")
    assert dialogue.answer["understood"]["intent"] == "declare_health"
    assert dialogue.asks == "travelled"
    dialogue.say("0", "0", "0", "0", "1")
    assert dialogue.command["answers"]["symptoms"] == ["fever"]
    assert dialogue.command["answers"]["symptoms_since"] == "2026-11-20"


def test_consent_waits_until_it_is_given(talk: Any) -> None:
    forms = {"health": {"fields": list(NO_TO_ALL), "consent": True, "window_days": 14}}
    dialogue = talk(forms=forms).say(FIRST_TIME)
    assert dialogue.command["pending"] is True
    assert dialogue.said == ["receipt_pending"]
    dialogue.say("1", last=declared(pending=True))
    assert dialogue.commands == ["confirm_declaration"]
    assert dialogue.said == ["receipt_health"]


def test_consent_refused_drops_the_declaration(talk: Any) -> None:
    dialogue = talk(last=declared(pending=True)).say("0")
    assert dialogue.commands == ["undo_declaration"]
    assert dialogue.said == ["consent_declined"]


def test_an_ambiguous_address_offers_the_places(talk: Any) -> None:
    dialogue = talk().say("KB", *IDENTITY[:3], "Tan Lap")
    assert dialogue.said == ["wrong_address_ambiguous", "ask_address"]
    assert dialogue.choices(0)[0].startswith("1:")
    assert dialogue.say("1").asks == "travelled"


def test_a_place_in_no_list_is_kept_as_written_in_the_end(talk: Any) -> None:
    dialogue = talk().say("KB", *IDENTITY[:3], "xyzzy", "xyzzy")
    assert dialogue.asks == "address"
    dialogue.say("xyzzy ba")
    assert dialogue.asks == "address"  # for its province, by which a health worker finds it
    dialogue.say("xyzzy ba")
    assert dialogue.asks == "travelled"
    assert dialogue.state["s"]["address"]["province"] is None
