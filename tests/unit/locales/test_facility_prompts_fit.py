"""What is said about facilities is one SMS and one USSD screen when folded: checklists, receipts, refusals."""

from __future__ import annotations

import pytest

from backend.domain.checklists import load_checklists, score
from backend.forms.checklist import CHECKLIST
from backend.forms.model import Context
from backend.services.commands.facilities import mend, report_note, score_shown
from backend.services.ports.outbox import Reply
from tests.unit.locales.fitting import LONG_VENUE, assert_one_screen, assert_one_sms, named

PACKS = load_checklists()
VENUE = "Trường Tiểu học Kim Đồng"


def part(pack, number):
    context = Context(pack.valid_from, None, checklist=pack.parts)
    return Reply("ask_checklist", {}, tuple(CHECKLIST.fields[number].kind.offered(context)))


def receipt(pack, failed, complaints=0):
    """With the longest words: everything that can be named is."""
    result = score(pack, failed)
    return Reply(
        "receipt_checklist",
        {
            "venue_name": VENUE,
            "colour": {"$key": f"colour_{result.verdict.colour}"},
            "score": score_shown(result),
            "mend": mend(pack, result),
            "note": report_note(bool(failed), result.verdict.colour, complaints),
        },
    )


ARGS = {
    "venue_name": VENUE, "number": 123456, "code": "10234569", "venue_code": "10234569", "count": 15, "given": 12,
    "first": 13, "last": 15, "note": "",
}  # fmt: skip
COMPLAINT = {"venue_name": VENUE, "number": 1234, "text": "không ai đeo khẩu trang"}
CLINIC, OTHER = "Trạm y tế Bến Nghé", "Trường Lê Lợi"
PROMPTS = {
    **{f"{pack.name} part {number + 1}": part(pack, number) for pack in PACKS for number in range(len(pack.parts))},
    **{f"{pack.name} all met": receipt(pack, []) for pack in PACKS},
    **{f"{pack.name} one fails": receipt(pack, [1]) for pack in PACKS},
    **{f"{pack.name} with complaints": receipt(pack, [], 3) for pack in PACKS},
    **{key: Reply(key, ARGS) for key in (
        "help_checklist", "wrong_failed_items", "wrong_checklist_bits", "wrong_checklist", "wrong_report_day",
        "no_facility", "failed_facility_not_yours", "failed_checklist_changed", "ask_feedback", "wrong_side_feedback",
        "help_side_feedback", "wrong_side_facility", "help_side_facility", "feedback_sent",
        "failed_feedback_too_often",
        "failed_feedback_place_full", "failed_feedback_unknown", "ask_feedback_number", "facility_officer_added",
        "facility_reminder", "help_facility")},
    "feedback_closed": Reply("feedback_closed", {
        **ARGS, "venue_name": LONG_VENUE, "note": {"$text": {"key": "feedback_left", "args": {"count": 12}}}}),
    "facility_mistyped": Reply("facility_mistyped", {"code": "10234560"}, named("Trường Kim Đồng", CLINIC)),
    "ask_own_facility": Reply("ask_own_facility", {}, named("Trường Kim Đồng", OTHER, CLINIC)),
    "feedback_arrived": Reply("feedback_arrived", COMPLAINT),
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_sms(name, language):
    assert_one_sms(PROMPTS[name], language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_ussd_screen(name, language):
    assert_one_screen(PROMPTS[name], language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["help_checklist", "wrong_failed_items"])
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_what_precedes_the_question_again_is_one_sms_with_it(pack, name, language):
    for number in range(len(pack.parts)):
        asked = part(pack, number)
        numbers = [choice["text"].split()[0] if "text" in choice else choice["send"] for choice in asked.choices]
        bounds = {"first": numbers[0], "last": numbers[-1]}
        assert_one_sms(Reply(name, bounds), asked, language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_longest_receipt_is_two_sms(pack, language):
    assert_one_sms(receipt(pack, range(1, len(pack.criteria) + 1), 12), language=language, most=2)
