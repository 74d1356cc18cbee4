"""Going back, cancelling, correcting, help and everything else a person may say in the middle of a form."""

from __future__ import annotations

from typing import Any

import pytest

from bot.importer import INTERRUPTING
from tests.bot.talking import ALL_SERVICES, IDENTITY, NO_TO_ALL, declared, person

A = person(1)


def test_back_asks_the_question_before(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1958")
    assert dialogue.say("QL").asks == "birth_year"
    assert dialogue.say("QL").asks == "full_name"
    assert dialogue.say("QL").said == ["at_first_question", "ask_full_name"]
    dialogue.say("Tran B", "1960")
    assert dialogue.asks == "gender"
    assert dialogue.state["s"]["birth_year"] == 1960


def test_back_over_a_condition_forgets_what_depended_on_it(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "1", "1", "Ha Noi")
    assert dialogue.asks == "has_symptoms"
    dialogue.say("QL", "QL")
    assert dialogue.asks == "travelled"
    assert dialogue.say("0").asks == "has_symptoms"


def test_back_to_how_offers_everything_again(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "2")
    assert dialogue.said == ["ask_role"]
    dialogue.say("QL")
    assert dialogue.said == ["ask_how"]
    assert dialogue.say("00000").command["subject"] == "p1"


def test_back_from_the_summary(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "1", "0", "0", "0", "0", "0")
    assert dialogue.said == ["ask_confirm"]
    assert dialogue.say("QL").asks == "contact_symptomatic"


@pytest.mark.parametrize("text", ["HUY", "huy"])
def test_cancel_leaves_nothing(talk: Any, text: str) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", text)
    assert dialogue.said == ["cancelled"]
    assert dialogue.state is None
    assert dialogue.say("KB").asks == "full_name"


def test_zero_at_the_summary_cancels(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "1", "0", "0", "0", "0", "0", "0")
    assert dialogue.said == ["cancelled"]
    assert dialogue.commands == []


def test_correct_at_the_summary(talk: Any) -> None:
    dialogue = talk().say("KB", *IDENTITY, "0", "0", "0", "0", "0", "2")
    assert dialogue.said == ["ask_correct"]
    assert dialogue.choices()[1] == "2:label_birth_year"
    assert dialogue.say("2").asks == "birth_year"
    assert dialogue.say("1960").said == ["ask_confirm"]
    assert dialogue.say("1").command["identity"]["birth_year"] == 1960


def test_correct_in_the_middle(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1958", "SUA")
    assert dialogue.choices() == ["1:label_full_name", "2:label_birth_year"]
    dialogue.say("1", "Tran B")
    assert dialogue.asks == "gender"
    assert dialogue.state["s"]["full_name"] == "Tran B"


def test_a_number_after_sua_is_one_of_the_list_that_is_shown(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1958", "SUA", "SUA 1")
    assert dialogue.asks == "full_name"
    assert dialogue.say("Tran B").asks == "gender"


def test_sua_with_the_name_of_a_question_is_no_name_of_a_person(talk: Any) -> None:
    dialogue = talk().say("KB", "SUA nam sinh")
    assert dialogue.said == ["at_first_question", "ask_full_name"]
    assert dialogue.say("Nguyen Van A", "SUA ten").asks == "full_name"


def test_somebody_else_is_chosen_by_the_words_on_the_poster(talk: Any) -> None:
    dialogue = talk(people=[A, person(2, "Tran Thi B", "household")]).say("KB")
    assert dialogue.said == ["ask_subject"]
    assert dialogue.say("khai ho").said == ["ask_role"]


def test_correct_after_the_receipt(talk: Any) -> None:
    dialogue = talk(people=[A], last=declared()).say("SUA")
    assert dialogue.said == ["ask_correct"]
    assert "label_birth_year" in dialogue.choices()[1]
    dialogue.say("2", "1960")
    assert dialogue.commands == ["amend_declaration"]
    assert dialogue.command == {"reference": "R1", "changes": {"birth_year": 1960}}
    assert dialogue.state is None


def test_a_correction_asks_what_it_makes_necessary(talk: Any) -> None:
    dialogue = talk(people=[A], last=declared()).say("SUA", "4")
    assert dialogue.asks == "has_symptoms"
    dialogue.say("1", "ho", "hom qua")
    assert dialogue.command["changes"] == {
        "has_symptoms": True, "symptoms": ["cough"], "symptoms_since": "2026-11-21"
    }  # fmt: skip


def test_nothing_to_correct(talk: Any) -> None:
    assert talk().say("SUA").said == ["nothing_to_correct"]
    assert talk(last=declared(amendable=False)).say("SUA").said == ["nothing_to_correct"]


def test_undo_outside_a_form(talk: Any) -> None:
    dialogue = talk(last=declared()).say("HUY")
    assert dialogue.commands == ["undo_declaration"]
    assert dialogue.said == ["undone"]
    assert talk(last=declared(undoable=False)).say("HUY").said == ["undo_too_late"]
    assert talk().say("HUY").said == ["nothing_to_undo"]


def test_undoing_again_does_not_reach_the_declaration_before(talk: Any) -> None:
    dialogue = talk(last=declared(reference="R2")).say("HUY")
    dialogue.say("MA", "HUY", last=declared(reference="R1"))
    assert (dialogue.said, dialogue.commands) == (["undone_before"], [])
    dialogue.say("KB", *IDENTITY, "00000", "1")
    assert dialogue.say("HUY", last=declared(reference="R3")).commands == ["undo_declaration"]


def test_cancelling_an_errand_leaves_declarations_alone(talk: Any) -> None:
    dialogue = talk(last=declared(), menu=ALL_SERVICES).say("DD", "HUY")
    assert (dialogue.said, dialogue.commands) == (["errand_dropped"], [])


def test_a_failed_command_is_told(talk: Any) -> None:
    failed = {"command": "undo_declaration", "code": "too_late", "args": {"reference": "R1"}}
    dialogue = talk(last=declared(), failed=failed).say("HUY")
    assert dialogue.said == ["undo_too_late"]
    assert dialogue.commands == []


def test_a_failed_submission_closes_the_form(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB")
    dialogue.say("00000", failed={"command": "submit_declaration", "code": "gone", "args": {}})
    assert dialogue.said == ["declaration_failed"]
    assert dialogue.state is None


def test_help_explains_this_very_question(talk: Any) -> None:
    assert talk().say("KB", "Nguyen Van A", "TG").said == ["help_birth_year", "ask_birth_year"]


SAYING = {
    "ask_help": "TG", "change_language": "EN", "ask_reference": "MA", "ask_status": "TT", "opt_out": "TC",
    "opt_in": "DK", "check_in": "DD 10234567", "who_viewed": "XEM", "declare_entry": "NC",
}  # fmt: skip


@pytest.mark.parametrize("intent", sorted(SAYING))
def test_other_wishes_are_served_and_the_question_asked_again(talk: Any, intent: str) -> None:
    dialogue = talk(last=declared()).say("KB", "Nguyen Van A", SAYING[intent])
    assert dialogue.answer["understood"]["intent"] == intent
    assert intent in INTERRUPTING
    assert len(dialogue.said) == 2
    assert dialogue.said[-1] == "ask_birth_year"
    assert dialogue.say("1958").asks == "gender"


def test_the_keyword_again_asks_whether_to_resume(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "KB")
    assert dialogue.said == ["ask_resume"]
    assert dialogue.say("1").asks == "birth_year"
    assert dialogue.say("KB", "2").asks == "full_name"


def test_a_whole_declaration_in_the_middle_replaces_the_form(talk: Any) -> None:
    dialogue = talk().say("KB", "Tran B", "KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 00000")
    assert dialogue.command["identity"]["full_name"] == "Nguyen Van A"


def test_misses_lead_to_an_example_and_then_an_end(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A")
    said = [dialogue.say("1800").said for _ in range(6)]
    assert said[0] == ["wrong_birth_year_old", "ask_birth_year"]
    assert said[2] == ["wrong_form", "ask_birth_year"]
    assert said[5] == ["put_aside"]
    assert dialogue.commands == []
    assert dialogue.state is None


def test_a_good_answer_forgives_misses(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1800", "1800", "1958")
    assert "misses" not in dialogue.state["s"]


def test_greeting_shows_the_menu_and_a_digit_chooses(talk: Any) -> None:
    dialogue = talk().say("xin chao")
    assert dialogue.said == ["greeting"]
    assert dialogue.choices() == ["1:choice_menu_health", "2:choice_menu_more"]
    assert dialogue.say("1").asks == "full_name"


def test_what_is_not_understood_is_never_a_dead_end(talk: Any) -> None:
    dialogue = talk().say("thoi tiet hom nay the nao")
    assert dialogue.said == ["not_understood"]
    assert dialogue.say("%%%", "%%%").said == ["not_understood_again"]
    assert dialogue.say("1").asks == "full_name"


def test_emergency_calls_the_desk(talk: Any) -> None:
    dialogue = talk().say("cuu toi voi")
    assert dialogue.said == ["emergency"]
    assert dialogue.command == {"reason": "emergency"}


def test_reference_and_status(talk: Any) -> None:
    assert talk(last=declared()).say("MA").answer["replies"][0]["args"]["reference"] == "R1"
    assert talk(last=declared()).say("TT").said == ["your_status"]
    assert talk().say("MA").said == ["no_declaration"]


@pytest.mark.parametrize(("text", "language"), [("EN", "en"), ("VI", "vi"), ("tieng anh", "en")])
def test_language(talk: Any, text: str, language: str) -> None:
    assert talk().say(text).command == {"language": language}


def test_advice_messages(talk: Any) -> None:
    assert talk().say("TC").command == {"class": "advice", "on": False}
    assert talk().say("DK KHUYEN NGHI").command == {"class": "advice", "on": True}
    assert talk().say("TC canh bao").command == {"class": "exposure", "on": False}


def test_a_service_that_is_off(talk: Any) -> None:
    assert talk().say("DD 10234567").said == ["service_off"]


def test_a_form_that_is_not_offered_is_not_opened(talk: Any) -> None:
    dialogue = talk(forms={"another": {"fields": [], "consent": False, "window_days": 14}}).say("KB")
    assert dialogue.said == ["service_off"]
    assert dialogue.asks is None
    assert "l" not in dialogue.state or dialogue.state["l"] is None


def test_ussd_dial_shows_the_menu(talk: Any) -> None:
    dialogue = talk("ussd").dial()
    assert dialogue.said == ["menu"]
    assert dialogue.answer["open"] == {"form": "menu", "field": "menu"}
    assert dialogue.say("2").said == ["menu_more"]


def test_a_dialled_path_goes_straight_in(talk: Any) -> None:
    assert talk("ussd").dial("1").asks == "full_name"
    dialogue = talk("ussd", people=[A]).dial("1*00000")
    assert dialogue.command["answers"] == NO_TO_ALL
    assert dialogue.said == ["receipt_health"]


def test_a_redial_with_a_form_open_asks_whether_to_resume(talk: Any) -> None:
    dialogue = talk("ussd").dial("1").say("Nguyen Van A")
    dialogue.say("", event="close")
    assert dialogue.dial().said == ["ask_resume"]
    assert dialogue.say("1").asks == "birth_year"
    assert dialogue.dial().say("2").asks == "full_name"


def test_ussd_digits(talk: Any) -> None:
    dialogue = talk("ussd").dial("1").say("Nguyen Van A", "99")
    assert dialogue.asks == "full_name"
    assert dialogue.say("97").said[0] == "help_full_name"
    assert dialogue.say("96").said == ["cancelled"]


def test_a_reminder_repeats_the_question(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A")
    assert dialogue.say("", event="resume").said == ["form_waiting", "ask_birth_year"]


def test_events_that_need_no_answer(talk: Any) -> None:
    dialogue = talk().say("KB")
    state = dialogue.state
    assert dialogue.say("", event="close").state == state
    assert dialogue.asks == "full_name"
    assert dialogue.say("health", event="notice").said == []
    assert dialogue.say("", event="timeout").state is None
    assert dialogue.say("", event="resume").said == []


def test_a_notice_opens_its_form_when_none_is_open(talk: Any) -> None:
    assert talk().say("health", event="notice").asks == "full_name"
