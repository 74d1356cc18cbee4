"""A facility's report, feedback on a place, closing it: what the bot says and asks the backend to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.talking import ALL_SERVICES, BAD_CODE, CODE, FIRST_TIME, NEAR, Talk

OTHER = "20234563"
PARTS = [["school_cleaned", "school_water", "school_rooms"], ["school_gate", "school_masks"]]
SCHOOL = {"code": CODE, "name": "Kim Dong", "pack": "school", "parts": PARTS}
CLINIC = {"code": OTHER, "name": "Tram y te", "pack": "clinic", "parts": [["clinic_triage"], ["clinic_masks"]]}


@pytest.fixture
def talk(engine: Any) -> Callable[..., Talk]:
    """Starts a dialogue of an officer of one school."""
    return lambda channel="sms", **facts: Talk(
        engine.turn, channel, {"menu": ALL_SERVICES, "facilities": [SCHOOL], **facts}
    )


def report(*failed: int, code: str = CODE, pack: str = "school") -> dict[str, Any]:
    return {"venue": code, "pack": pack, "failed": list(failed)}


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        (f"BC {CODE} 11111", []), ("BC 11111", []), ("bc 10111", [2]), ("BC 1 0 1 1 0", [2, 5]),
        (f"BC{CODE}01111", [1]), ("BC 1023-4569 11110", [5]), ("BC 0", []), (f"BC {CODE} đạt cả", []),
        ("BC 2 4", [2, 4]), (f"BC {CODE} 3", [3]), ("BC 11111 hom nay", []),
    ],
)  # fmt: skip
def test_a_whole_report_in_one_message(talk: Any, text: str, failed: list[int]) -> None:
    dialogue = talk().say(text)
    assert (dialogue.commands, dialogue.said) == (["report_facility"], ["receipt_checklist"])
    assert dialogue.command == report(*failed)
    assert dialogue.asks is None


def test_part_by_part(talk: Any) -> None:
    dialogue = talk().say("BC")
    assert (dialogue.said, dialogue.asks) == (["ask_checklist"], "checklist_1")
    assert dialogue.choices() == [
        "1:criterion_school_cleaned", "2:criterion_school_water", "3:criterion_school_rooms"]  # fmt: skip
    assert dialogue.say("1 3").choices() == ["4:criterion_school_gate", "5:criterion_school_masks"]
    dialogue.say("0")
    assert dialogue.command == report(1, 3)
    assert dialogue.said == ["receipt_checklist"]
    assert dialogue.say("BC").asks == "checklist_1"


def test_back_help_cancel_and_wrong_answers(talk: Any) -> None:
    dialogue = talk().say("BC", "2")
    assert dialogue.say("TG").said == ["help_checklist", "ask_checklist"]
    assert dialogue.say("1").said == ["wrong_failed_items", "ask_checklist"]
    assert dialogue.say("QL").asks == "checklist_1"
    assert dialogue.say("3", "5").command == report(3, 5)
    assert talk().say("BC", "HUY").said == ["cancelled"]


def test_all_digits_answer_every_part_at_once(talk: Any) -> None:
    assert talk().say("BC", "11011").command == report(3)
    assert talk().say("BC", "1", "11111").command == report()  # what is said last counts


def test_bc_again_asks_again_and_with_digits_is_done(talk: Any) -> None:
    dialogue = talk().say("BC", "1").say("BC")
    assert (dialogue.said[-1], dialogue.asks) == ("ask_checklist", "checklist_2")
    assert dialogue.say("BC 11111").command == report()


def test_ussd_from_the_menu(talk: Any) -> None:
    dialogue = talk("ussd").dial("5")
    assert "11:choice_menu_facility" in dialogue.choices()
    assert dialogue.say("11").asks == "checklist_1"
    assert dialogue.say("0", "0").command == report()
    dialogue = talk("ussd").dial("5*11").say("0").dial("")
    assert dialogue.said == ["ask_resume"]
    assert dialogue.say("1").asks == "checklist_2"
    dialogue = talk("ussd").dial("5*11").say("0").dial("").say("2")
    assert dialogue.asks == "checklist_1"
    assert dialogue.say("0", "0").command == report()


def test_an_officer_of_several_places_says_which(talk: Any) -> None:
    both = {"facilities": [SCHOOL, CLINIC]}
    dialogue = talk(**both).say("BC 0")
    assert (dialogue.said, dialogue.commands) == (["ask_own_facility"], [])
    assert dialogue.choices() == ["1:Kim Dong", "2:Tram y te"]
    assert dialogue.say("2").command == report(code=OTHER, pack="clinic")
    assert talk(**both).say(f"BC {OTHER}").asks == "checklist_1"
    assert talk(**both).say("BC", "2", "1", "0").command == report(1, code=OTHER, pack="clinic")
    assert talk(**both).say("BC", "0").said == ["errand_dropped"]


@pytest.mark.parametrize(("text", "said"), [
    ("BC 1111", "wrong_checklist_bits"), (f"BC {CODE} 111111", "wrong_checklist_bits"),
    (f"BC {CODE} tot", "wrong_checklist"),
    (f"BC {CODE} 11111 hom qua", "wrong_report_day"), (f"BC {OTHER} 11111", "failed_facility_not_yours"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_stored(talk: Any, text: str, said: str) -> None:
    dialogue = talk().say(text)
    assert (dialogue.said, dialogue.commands, dialogue.asks) == ([said], [], None)


def test_a_mistyped_code_is_never_accepted_but_offered(talk: Any) -> None:
    dialogue = talk().say(f"BC {BAD_CODE} 11011")
    assert (dialogue.said, dialogue.commands) == (["facility_mistyped"], [])
    assert dialogue.choices() == ["1:Kim Dong"]
    assert dialogue.say("1").command == report(3)


def test_who_reports_for_no_place_is_told_so(talk: Any) -> None:
    assert talk(facilities=[]).say(f"BC {CODE} 11111").said == ["no_facility"]
    assert "choice_menu_facility" not in str(talk("ussd", facilities=[]).dial("5").choices())


def test_in_the_middle_of_a_declaration_a_whole_report_is_taken(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A").say("BC 11011")
    assert dialogue.command == report(3)
    assert dialogue.asks == "birth_year"
    dialogue.say("BC")
    assert (dialogue.said[0], dialogue.asks) == ("form_waiting", "birth_year")
    assert talk().say("BC", FIRST_TIME).asks == "checklist_1"


def test_a_list_that_changed_meanwhile_closes_the_form(talk: Any) -> None:
    failed = {"command": "report_facility", "code": "checklist_changed", "args": {"venue_name": "Kim Dong"}}
    dialogue = talk().say("BC", "0").say("0", failed=failed)
    assert (dialogue.said, dialogue.asks) == (["failed_checklist_changed"], None)


def test_feedback_in_one_message(talk: Any) -> None:
    dialogue = talk(facilities=[]).say(f"PA {CODE} không ai đeo khẩu trang")
    assert (dialogue.commands, dialogue.said) == (["send_feedback"], ["feedback_sent"])
    assert dialogue.command == {"venue": CODE, "text": "không ai đeo khẩu trang"}


def test_feedback_asks_for_what_is_missing(talk: Any) -> None:
    dialogue = talk().say(f"PA {CODE}")
    assert dialogue.said == ["ask_feedback"]
    assert dialogue.say("12").said == ["wrong_side_feedback"]
    assert dialogue.say("bẩn lắm").command == {"venue": CODE, "text": "bẩn lắm"}
    dialogue = talk().say("PA")
    assert dialogue.said == ["ask_venue"]
    assert dialogue.say(CODE).said == ["ask_feedback"]
    assert dialogue.say("0").said == ["errand_dropped"]
    assert talk().say(f"PA {CODE}", "TG").said == ["help_side_feedback"]
    assert talk("ussd").dial("5*10").said == ["ask_venue"]


def test_feedback_on_a_mistyped_place_keeps_its_words(talk: Any) -> None:
    dialogue = talk(**NEAR).say(f"PA {BAD_CODE} bẩn lắm")
    assert (dialogue.said, dialogue.commands) == (["venue_mistyped_near"], [])
    assert dialogue.say("1").command == {"venue": CODE, "text": "bẩn lắm"}


def test_the_right_code_after_a_wrong_one_may_come_with_its_keyword(talk: Any) -> None:
    dialogue = talk(**NEAR).say(f"PA {BAD_CODE} bẩn lắm", f"PA {CODE}")
    assert dialogue.command == {"venue": CODE, "text": "bẩn lắm"}
    dialogue = talk(**NEAR).say(f"PA {BAD_CODE} bẩn lắm", f"PA {CODE} rất bẩn")
    assert dialogue.command == {"venue": CODE, "text": "rất bẩn"}


def test_feedback_in_a_sentence(talk: Any) -> None:
    dialogue = talk().say(f"tôi muốn phản ánh quán {CODE} không đeo khẩu trang")
    assert dialogue.command["venue"] == CODE
    assert "không đeo khẩu trang" in dialogue.command["text"]
    dialogue = talk().say("tôi muốn phản ánh").say(CODE)
    assert dialogue.said == ["ask_feedback"]
    dialogue = talk().say("Tôi muốn phản ánh quán phở không đeo khẩu trang").say(CODE)
    assert dialogue.command == {"venue": CODE, "text": "quán phở không đeo khẩu trang"}


@pytest.mark.parametrize("code", ["feedback_too_often", "feedback_place_full", "venue_unknown", "venue_closed"])
def test_feedback_that_is_not_taken_is_explained(talk: Any, code: str) -> None:
    failed = {"command": "send_feedback", "code": code, "args": {"venue_name": "Kim Dong"}}
    assert talk().say(f"PA {CODE} bẩn", failed=failed).said == [f"failed_{code}"]


def test_closing_feedback(talk: Any) -> None:
    dialogue = talk().say("XONG 12")
    assert (dialogue.command, dialogue.said) == ({"number": 12}, ["feedback_closed"])
    assert talk().say("xong").said == ["ask_feedback_number"]
    failed = {"command": "close_feedback", "code": "feedback_unknown", "args": {}}
    assert talk().say("XONG 99", failed=failed).said == ["failed_feedback_unknown"]


def test_a_report_in_a_sentence(talk: Any) -> None:
    fifteen = {**SCHOOL, "parts": [PARTS[0], *([PARTS[0]] * 4)]}
    dialogue = talk(facilities=[fifteen]).say(f"trường {CODE} hôm nay được 111011111011111")
    assert dialogue.command == report(4, 10)
    assert talk().say("báo cáo an toàn của trường").asks == "checklist_1"


def test_help_for_officers(talk: Any) -> None:
    assert talk().say("TG").said == ["help_facility"]
