"""Visits, venues, household, notices and own data: what the bot says and asks the backend to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot import snapshot
from tests.bot.talking import ALL_SERVICES, BAD_CODE, CODE, FIRST_TIME, NEAR, SERVICES, Talk, person

HERE = {"venue": CODE, "at": None, "companions": 0}
WARNED = {"notice": {"id": "7", "kind": "exposure", "venue": CODE}}


@pytest.fixture
def talk(engine: Any) -> Callable[..., Talk]:
    """Starts a dialogue where everything is offered: talk(**facts)."""
    return lambda channel="sms", **facts: Talk(engine.turn, channel, {"menu": ALL_SERVICES, **facts})


@pytest.mark.parametrize(
    ("text", "args"),
    [
        (f"DD {CODE}", HERE), (CODE, HERE), (f"dd{CODE}", HERE), ("1023-4569", HERE), ("10 23 45 69", HERE),
        (f"DD {CODE} +2", {**HERE, "companions": 2}), (f"toi vua den {CODE} cung 2 nguoi", {**HERE, "companions": 2}),
        (f"DD {CODE} hom qua 8h", {**HERE, "at": "2026-11-21T08:00"}),
        (f"DD {CODE} +1 8h05", {"venue": CODE, "at": "2026-11-22T08:05", "companions": 1}),
        (f"DD {CODE} sang nay", {**HERE, "at": "2026-11-22T08:00"}),
    ],
)  # fmt: skip
def test_arriving(talk: Any, text: str, args: dict[str, Any]) -> None:
    dialogue = talk().say(text)
    assert (dialogue.commands, dialogue.said) == (["check_in"], ["checked_in"])
    assert dialogue.command == args


def test_a_well_formed_code_needs_no_query(talk: Any) -> None:
    assert talk().say(f"DD {CODE}").answer["queries"] == []


def test_a_code_with_a_wrong_check_digit_is_asked_about_and_never_accepted(talk: Any) -> None:
    dialogue = talk().say(f"DD {BAD_CODE}")
    assert dialogue.answer["queries"] == [f"venue:{BAD_CODE}"]
    assert (dialogue.said, dialogue.commands) == ([], [])
    dialogue = talk(**NEAR).say(f"DD {BAD_CODE} +2")
    assert (dialogue.said, dialogue.commands) == (["venue_mistyped_near"], [])
    assert dialogue.choices() == ["1:Cho Ben Thanh"]
    assert dialogue.say("1").command == {**HERE, "companions": 2}


@pytest.mark.parametrize("text", ["DD 1234567", "DD 102345690", "DD 12345"])
def test_a_code_of_another_length_is_refused_at_once(talk: Any, text: str) -> None:
    dialogue = talk().say(text)
    assert (dialogue.said, dialogue.commands, dialogue.answer["queries"]) == (["venue_mistyped"], [], [])


def test_a_side_question_waits_for_one_message(talk: Any) -> None:
    dialogue = talk(**NEAR).say(f"DD {BAD_CODE}", "KB").say("1")
    assert dialogue.commands == []
    assert dialogue.asks == "full_name"


def test_after_some_misses_the_errand_is_dropped(talk: Any) -> None:
    dialogue = talk().say("DD", "%", "%")
    assert dialogue.said == ["wrong_side_venue"]
    assert dialogue.say("%").said == ["not_understood_again"]


def test_another_errand_is_not_taken_for_the_code_that_is_awaited(talk: Any) -> None:
    dialogue = talk().say("DD", f"DI {CODE}")
    assert (dialogue.commands, dialogue.said) == (["check_out"], ["checked_out"])
    dialogue = talk().say("DI 123456", f"DD {CODE} +1")
    assert (dialogue.commands, dialogue.command) == (["check_in"], {**HERE, "companions": 1})


def test_a_time_that_is_not_understood_is_asked_again(talk: Any) -> None:
    dialogue = talk().say(f"DD {CODE} 99h")
    assert (dialogue.said, dialogue.commands) == (["wrong_visit_part"], [])


def test_leaving(talk: Any) -> None:
    assert talk().say("DI").command == {"venue": None, "at": None}
    assert talk().say(f"DI {CODE}").command == {"venue": CODE, "at": None}
    assert talk().say(f"toi roi {CODE}").command == {"venue": CODE, "at": None}


def test_leaving_is_told_afterwards_with_its_time(talk: Any) -> None:
    assert talk().say(f"DI {CODE} 8h15").command == {"venue": CODE, "at": "2026-11-22T08:15"}
    dialogue = talk().say(f"DI {CODE} 99h")
    assert (dialogue.said, dialogue.commands) == (["wrong_visit_part"], [])


def test_a_visitor_comes_with_others_or_came_earlier(talk: Any) -> None:
    kept = talk(venues_kept=SERVICES["venues_kept"])
    assert kept.say("DD 0912345678 +3 hom qua 8h").command == {
        "venue": CODE, "phone": "84912345678", "at": "2026-11-21T08:00", "companions": 3,
    }  # fmt: skip


def test_help_and_back_are_about_the_side_question_that_was_asked_last(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "DD", "TG")
    assert dialogue.said == ["help_side_venue"]
    assert dialogue.say(CODE).said == ["checked_in", "ask_birth_year"]
    assert dialogue.say("DD", "QL").said == ["errand_dropped", "ask_birth_year"]
    assert talk().say("DD", "QL").said == ["errand_dropped"]


@pytest.mark.parametrize(
    ("path", "name", "before"),
    [("5", "menu_more", "menu"), ("5*9", "menu_own", "menu_more"), ("5*4", "menu_languages", "menu")],
)
def test_help_and_back_in_the_menus_of_a_session(talk: Any, path: str, name: str, before: str) -> None:
    dialogue = talk("ussd").dial(path)
    shown = dialogue.choices()
    assert dialogue.said == [name]
    assert (dialogue.say("97").said, dialogue.choices()) == (["help"], shown)
    assert dialogue.say("99").said == [before]
    assert dialogue.asks is not None


def test_help_shows_the_list_of_a_side_question_again(talk: Any) -> None:
    dialogue = talk("ussd", people=SERVICES["people"], household=SERVICES["people"]).dial("5*6")
    shown = dialogue.choices()
    assert (dialogue.say("97").said, dialogue.choices()) == (["help_side_household"], shown)
    assert dialogue.say("2", "97").said == ["help_side_removal"]
    assert dialogue.choices() == ["1:Tran Thi B"]
    assert dialogue.say("1").command == {"person": "p2"}


def test_back_from_a_side_question_of_a_session_leads_to_the_menu(talk: Any) -> None:
    dialogue = talk("ussd").dial().say("2", "99")
    assert dialogue.said == ["errand_dropped"]
    assert dialogue.choices()[0] == "1:choice_menu_health"


@pytest.mark.parametrize(
    ("kind", "choice"),
    [("venue_confirm", "1:choice_menu_health"), ("visit_by_staff", "1:choice_menu_health"),
     ("follow_up", "0:choice_follow_up_menu"), ("exposure", "3:choice_menu_more")],
)  # fmt: skip
def test_a_session_goes_on_after_help_with_a_notice(talk: Any, kind: str, choice: str) -> None:
    dialogue = talk("ussd", notice={"id": "3", "kind": kind, "venue": CODE}).dial("5").say("99", "97")
    assert dialogue.said == [f"help_{kind}"]
    assert choice in dialogue.choices()
    assert dialogue.asks is not None


@pytest.mark.parametrize("text", ["di 2 ngay roi", "di hoc ve", "DI 12/11 da nang"])
def test_words_that_only_begin_like_leaving(talk: Any, text: str) -> None:
    assert talk().say(text).answer["understood"]["confidence"] < 1.0


def test_a_visit_leaves_the_open_form_as_it_is(talk: Any) -> None:
    dialogue = talk(**NEAR).say("KB", "Nguyen Van A", f"DD {CODE}")
    assert (dialogue.commands, dialogue.said, dialogue.asks) == (
        ["check_in"], ["checked_in", "ask_birth_year"], "birth_year",
    )  # fmt: skip
    assert dialogue.say(f"DD {BAD_CODE}").said == ["venue_mistyped_near"]
    assert dialogue.say("1").said == ["checked_in", "ask_birth_year"]
    assert dialogue.say("1958").asks == "gender"


def test_a_passport_is_no_visit(talk: Any) -> None:
    forms = {"entry": {"fields": ["departure_country"], "consent": False, "window_days": 14}}
    dialogue = talk(forms=forms).say("NC", "Kim A", "1980", "nam", "HQ")
    if dialogue.asks != "passport":
        dialogue.say("Han Quoc")
    assert dialogue.asks == "passport"
    assert dialogue.say("DD1023456").commands == []
    assert dialogue.asks != "passport"


@pytest.mark.parametrize(
    ("path", "command"), [(CODE, "check_in"), (f"2*{CODE}", "check_in"), (f"3*{CODE}", "check_out")]
)
def test_dialled_venues(talk: Any, path: str, command: str) -> None:
    dialogue = talk("ussd", menu=ALL_SERVICES).dial(path)
    assert (dialogue.commands, dialogue.asks) == ([command], None)


def test_a_dialled_venue_keeps_what_is_half_done(talk: Any) -> None:
    dialogue = talk("ussd", menu=ALL_SERVICES).dial("1").say("Nguyen Van A")
    assert dialogue.dial(CODE).asks == "birth_year"


def test_a_session_ends_after_the_errand(talk: Any) -> None:
    dialogue = talk("ussd", menu=ALL_SERVICES).dial().say("2")
    assert dialogue.asks == "venue"
    assert dialogue.say(CODE).asks is None


@pytest.mark.parametrize(
    ("code", "name"), [("venue_closed", "failed_venue_closed"), ("not_checked_in", "failed_not_checked_in"),
                       ("something_new", "failed_otherwise")],
)  # fmt: skip
def test_a_failed_command_is_told_and_the_form_stays(talk: Any, code: str, name: str) -> None:
    dialogue = talk().say("KB", "A B")
    failed = {"command": "check_in", "code": code, "args": {}}
    assert dialogue.say(f"DD {CODE}", failed=failed).said == [name, "ask_birth_year"]


def test_a_form_that_cannot_be_handed_over_is_closed(talk: Any) -> None:
    dialogue = talk().say("GD THEM Le C; 2010; nam")
    failed = {"command": "keep_member", "code": "too_many_members", "args": {"most": 20}}
    assert dialogue.say("Ben Nghe, TP HCM", failed=failed).said == ["failed_too_many_members"]
    assert dialogue.asks is None


def test_registering_a_venue(talk: Any) -> None:
    address = {"province": "79", "commune": "26740", "text": "Ben Nghe, TP HCM"}
    wanted = {"name": "Pho Thin", "kind": "restaurant", "address": address}
    assert talk().say("DKDD", "Pho Thin", "1", "Ben Nghe, TP HCM").command == wanted
    assert talk().say("DKDD Pho Thin; quan pho; Ben Nghe, TP HCM").command == wanted


@pytest.mark.parametrize("text", ["123456", "123 456", "XN 123456", f"XN {CODE} 123456"])
def test_confirming_a_venue(talk: Any, text: str) -> None:
    command = talk(**SERVICES).say(text).command
    assert (command["code"], command["confirmation"].replace(" ", "")) == (CODE, "123456")


def test_confirming_a_venue_in_the_middle_of_a_declaration(talk: Any) -> None:
    dialogue = talk(notice=SERVICES["notice"]).say("KB", "Nguyen Van A", "123456")
    assert (dialogue.commands, dialogue.asks) == (["confirm_venue"], "birth_year")


def test_a_sentence_that_sounds_like_a_visit_leaves_the_question(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "toi dang o cho ben thanh")
    assert (dialogue.commands, dialogue.asks) == ([], "birth_year")


def test_staff_and_the_count(talk: Any) -> None:
    assert talk(**SERVICES).say(f"DD {CODE} 0912 345 678").command == {**HERE, "phone": "84912345678"}
    assert talk(**SERVICES).say("DD 0912345678").command == {**HERE, "phone": "84912345678"}
    assert talk(**SERVICES).say("SL").command == {"venue": CODE}
    assert talk().say("SL").said == ["failed_venue_not_yours"]


def test_declaring_for_everybody(talk: Any) -> None:
    dialogue = talk(**SERVICES).say("KB GD 00000")
    assert dialogue.commands == ["submit_declaration"] * 2
    assert [command["args"]["subject"] for command in dialogue.answer["commands"]] == ["p1", "p2"]
    assert talk(**SERVICES).say("KB GD 10000").said == ["household_differs"]


def test_declaring_for_everybody_where_consent_is_asked(talk: Any) -> None:
    forms = {"health": {"fields": ["travelled", "has_symptoms"], "consent": True, "window_days": 14}}
    dialogue = talk(**SERVICES, forms=forms).say("KB GD 00")
    assert (dialogue.said, dialogue.commands) == (["ask_household_consent"], [])
    assert dialogue.say("1").commands == ["submit_declaration"] * 2


def test_a_notice_newer_than_the_menu_is_answered_first(talk: Any) -> None:
    dialogue = talk(menu=ALL_SERVICES).say("xin chao").say("1", **WARNED)
    assert dialogue.command == {"notice": "7", "answer": "understood"}


def test_a_menu_newer_than_the_notice_is_answered_first(talk: Any) -> None:
    dialogue = talk(menu=ALL_SERVICES, **WARNED).say("xin chao", "1")
    assert (dialogue.commands, dialogue.asks) == ([], "full_name")


def test_an_answer_to_a_notice_that_is_none_is_asked_for_again(talk: Any) -> None:
    dialogue = talk(**WARNED).say("3")
    assert dialogue.said == ["help_exposure"]
    assert dialogue.say("1").commands == ["answer_notice"]


def test_who_keeps_missing_the_notice_gets_the_menu(talk: Any) -> None:
    dialogue = talk(**WARNED).say("3", "7", "8")
    assert dialogue.said == ["not_understood_again"]


def test_symptoms_after_a_notice_open_a_declaration(talk: Any) -> None:
    dialogue = talk(people=[person()], **WARNED).say("2")
    assert dialogue.commands == ["answer_notice"]
    assert dialogue.said == ["notice_symptoms", "ask_travelled"]
    assert dialogue.state["s"]["has_symptoms"] is True


def test_erasing_takes_the_code_and_a_wrong_one_may_be_mended(talk: Any) -> None:
    dialogue = talk().say("XOA")
    failed = {"command": "erase", "code": "confirmation_wrong", "args": {}}
    assert dialogue.say("111111", failed=failed).said == ["failed_confirmation_wrong"]
    assert dialogue.say("222222", failed=None).command == {"confirmation": "222222"}


def test_no_state_grows_beyond_its_limit(talk: Any) -> None:
    dialogue = talk(**NEAR, notice={"id": "9" * 18, "kind": "exposure", "venue": CODE})
    for text in (FIRST_TIME, "KB", "x" * 1900, "A" * 60, f"DD {BAD_CODE} +99 hom qua 8h", "TG", "GD", "DKDD"):
        state = dialogue.say(text).state
        assert len(json.dumps(state, ensure_ascii=False)) < snapshot.LARGEST
