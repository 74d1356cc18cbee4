"""What people say in the middle of a form that is no plain answer: nobody is led away from the question or stuck."""

from __future__ import annotations

import pytest

from tests.bot.talking import FIRST_TIME, IDENTITY, NO_TO_ALL, declared, person


def at_how(talk):
    return talk(people=[person(answers={})], last=declared()).say("KB")


@pytest.mark.parametrize("text", ['/declare_health{"x"}', "toi muon khai bao y te"])
def test_a_sentence_that_tells_nothing_is_a_wrong_answer(talk, text):
    dialogue = talk().say("KB", "Nguyen Van A", text)
    assert dialogue.said == ["wrong_birth_year", "ask_birth_year"]
    assert dialogue.say("1958").asks == "gender"


def test_such_sentences_end_as_wrong_answers_do(talk):
    dialogue = talk().say("KB", "Nguyen Van A", *["toi muon khai bao y te"] * 5)
    assert dialogue.say("toi muon khai bao y te").said == ["put_aside"]


@pytest.mark.parametrize("text", ["me toi", "Me toi", "con toi", "vo", "chồng", "ba ngoai", "con gai toi", "my mother"])
def test_a_relative_is_of_the_household(talk, text):
    dialogue = at_how(talk).say("nguoi khac")
    assert dialogue.asks == "role"
    assert dialogue.say(text).asks == "full_name"
    assert dialogue.state["s"]["role"] == "household"


@pytest.mark.parametrize("opening", [["KB", "me toi"], ["KB khai ho me toi"], ["khai ho me toi"], ["KB ho vo toi"]])
def test_declaring_for_a_relative_asks_for_the_name_at_once(talk, opening):
    dialogue = talk(people=[person(answers={})], last=declared()).say(*opening)
    assert dialogue.said == ["ask_full_name_other"]
    assert dialogue.state["s"]["role"] == "household"


def test_at_the_resume_question_the_answer_beneath_counts(talk):
    assert at_how(talk).say("KB", "00000").commands == ["submit_declaration"]
    dialogue = talk().say("KB", "KB", "Nguyen Van A")
    assert dialogue.asks == "birth_year"
    assert dialogue.state["s"]["full_name"] == "Nguyen Van A"


def test_what_fits_neither_leaves_the_resume_question_open(talk):
    dialogue = talk().say("KB", "Nguyen Van A", "KB", "xyz")
    assert dialogue.said == ["wrong_choice", "ask_resume"]
    assert dialogue.say("1").asks == "birth_year"


def test_symptoms_told_on_the_way_are_kept_and_correct_an_earlier_no(talk):
    dialogue = talk().say("KB", *IDENTITY, "0", "0", "toi bi ho 2 hom nay")
    assert dialogue.said == ["noted", "ask_contact_case"]
    dialogue.say("0", "0", "0", "toi bi sot")
    assert dialogue.said == ["noted", "ask_confirm"]
    answers = dialogue.say("1").command["answers"]
    assert answers["has_symptoms"] is True
    assert answers["symptoms"] == ["cough", "fever"]


def test_symptoms_told_at_the_first_question_of_a_known_person_are_an_answer(talk):
    dialogue = at_how(talk).say("toi bi sot tu hom qua")
    assert (dialogue.said, dialogue.asks) == (["noted", "ask_travelled"], "travelled")


@pytest.mark.parametrize("text", ["alo", "Alo", "chao", "xin chao", "chao ban", "hello"])
def test_a_greeting_is_no_name(talk, text):
    assert talk().say("KB", text).said[-1] == "ask_full_name"


@pytest.mark.parametrize("text", ["restart", "ok", "abc", "me toi", "ai vay", "khong biet"])
def test_other_words_are_no_name_either(talk, text):
    assert talk().say("KB", text).asks == "full_name"


@pytest.mark.parametrize("text", ["hoa", "Hoa", "HUY", "Y", "tran thi hoa", "Chau Anh", "me toi ten la Tran Thi Hoa"])
def test_names_are_names(talk, text):
    expected = "full_name" if text in ("HUY", "Y") else "birth_year"
    assert (talk().say("KB", text).asks or "full_name") == expected


def test_several_answers_at_the_name_question_are_all_taken(talk):
    dialogue = talk().say("KB", "Nguyen Thi D, 1960, nu, Thuan Hoa, Hue")
    assert dialogue.asks == "travelled"
    assert dialogue.state["s"]["birth_year"] == 1960


def test_an_incomplete_message_without_marks_keeps_what_it_has(talk):
    dialogue = talk().say("KB Nguyen Thi D 1960 nu Hue 00000")
    assert dialogue.asks == "address"
    assert dialogue.say("Thuan Hoa, Hue").said[-1] in ("ask_confirm", "receipt_health")


def test_a_first_declaration_is_not_asked_for_again(talk):
    assert talk().say(FIRST_TIME).commands == ["submit_declaration"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("KB 000000", "answer_string_long"),
        ("KB co", "answer_string"),
        ("KB 0 0 0 0 2", "answer_string"),
        ("KB 00", "answer_string"),
    ],
)
def test_digits_that_cannot_be_taken_are_explained_at_the_opening(talk, text, why):
    dialogue = talk(people=[person(answers={})], last=declared()).say(text)
    assert dialogue.said == [f"wrong_{why}", "ask_how"]
    assert dialogue.answer["replies"][0]["args"] == {"count": 5}


def test_a_value_that_cannot_be_taken_is_explained_at_the_opening(talk):
    dialogue = talk().say("KB Nguyen Van A; 1758; nam; Ben Nghe, TP HCM; 00000")
    assert dialogue.said == ["wrong_birth_year_old", "ask_birth_year"]
    dialogue = talk().say("KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 000000")
    assert dialogue.said == ["wrong_answer_string_long", "ask_travelled"]


@pytest.mark.parametrize("text", ["KB", "KB nhe", "KB me toi"])
def test_nothing_is_explained_where_no_answer_was_meant(talk, text):
    assert talk().say(text).said == ["ask_full_name"]


def test_all_digits_at_the_name_are_kept(talk):
    dialogue = talk().say("KB", "00000", *IDENTITY)
    assert dialogue.said == ["ask_confirm"]
    assert dialogue.say("1").command["answers"] == NO_TO_ALL


def test_a_wrong_day_tells_nothing_of_somebody_known(talk):
    dialogue = talk(people=[person(answers={})], last=declared()).say("KB 01000", "ho", "ngay 30/2")
    assert dialogue.said == ["wrong_since", "ask_symptoms_since"]
    assert dialogue.state["s"].get("gender") is None
    assert dialogue.say("tuan truoc").state["s"]["symptoms_since"] == "2026-11-15"
