"""What visits, venues, household, notices and own data say is one SMS and one USSD screen when folded."""

from __future__ import annotations

import re

import pytest

from backend.forms.requests import REQUESTS
from backend.services.ports import Reply
from bot.menus import more
from channels.text import fits_screen, fold_for_sms, is_gsm7, segments
from tests.unit.locales.test_prompts_fit import HOUSEHOLD, LONG_NAME, REFERENCE, named, numbered, question, texts

VENUE = "Trung tâm thương mại Vincom Đồng Khởi"
DATE = {"$date": "2026-11-22"}
VISIT = {"venue_name": VENUE, "time": "08:30", "date": DATE}
WITH = {"with": {"$text": {"key": "visit_with", "args": {"count": 12}}}}
FAMILY = {"$list": ["Nguyễn Thị Phương Thảo", "Trần Văn Minh", "Lê Văn Út"]}
CONFIRMED = {"name": VENUE, "code": "10234569", "venue_name": VENUE, "confirmation": "482301"}
ARGS = {
    "visitor_checked_in": VISIT, "checked_out": VISIT, "not_me_done": VISIT, "failed_venue_closed": VISIT,
    "venue_counted": {**VISIT, "count": 1234, "companions": 321},
    "receipt_venue": CONFIRMED, "venue_confirmed": CONFIRMED,
    "venue_mistyped": {"code": "10234560"},
    "receipt_member": {"person_name": LONG_NAME}, "member_removed": {"person_name": LONG_NAME},
    "ask_household_answers": {"names": FAMILY, "count": 5},
    "who_viewed": {"views": {"$key": "nobody_looked"}},
    "ask_erasure": {"confirmation": "482301"},
    "status_undeclared": {"follow_up": {"$key": "status_callback_open"}, "contact": {"$key": "status_contact"}},
}  # fmt: skip
PLAIN = (
    "ask_venue", "wrong_visit_time", "errand_dropped", "venue_confirmed", "nothing_to_confirm", "nothing_to_deny",
    "notice_understood", "household_differs", "contact_declared", "ask_contact", "failed_venue_unknown",
    "failed_otherwise",
    "failed_venue_not_yours", "failed_not_checked_in", "failed_visit_in_future", "failed_visit_too_old",
    "failed_confirmation_wrong", "failed_member_unknown", "failed_too_many_members", "failed_too_many_venues",
    "failed_phone_wrong", "failed_messages_required", "failed_notice_gone", "help_exposure", "help_visit_by_staff",
    "help_venue_confirm", *(f"{kind}_side_{asks}" for kind in ("wrong", "help") for asks in (
        "venue", "phone", "erasure", "household", "removal", "answers", "consent")),
)  # fmt: skip
NEAR = named("Chợ Bến Thành", "Phở Thìn Lò Đúc", "Trường Tiểu học Kim Đồng")
PROMPTS = {
    **{key: Reply(key, ARGS.get(key, {})) for key in (*ARGS, *PLAIN)},
    **{f"checked_in {note}": Reply("checked_in", {**VISIT, **WITH, "note": {"$key": f"visit_{note}"}})
       for note in ("repeated", "leave_by")},
    "checked_in elsewhere": Reply("checked_in", {
        "venue_name": "Chợ Bến Thành", "time": "08:30", "date": DATE, **WITH,
        "note": {"$text": {"key": "visit_left", "args": {"venue_name": "Phở Thìn Lò Đúc"}}}}),
    "venue_mistyped_near": Reply("venue_mistyped_near", {"code": "10234560"}, NEAR),
    "ask_own_venue": Reply("ask_own_venue", {}, NEAR),
    "ask_removal": Reply("ask_removal", {}, HOUSEHOLD),
    "household": Reply("household", {"names": FAMILY}, numbered(*(
        f"choice_household_{name}" for name in ("add", "remove", "declare")))),
    "ask_household_consent": Reply("ask_household_consent", {}, numbered("choice_agree", "choice_disagree")),
    "receipt_household": Reply("receipt_household", {"names": FAMILY, "count": 3, "advice": {"$key": "advice_green"}}),
    "help_visit": Reply("help_visit"), "help_keeper": Reply("help_keeper"),
    "your_status": Reply("your_status", {
        "name": "Nguyễn Văn An", "date": DATE, "reference": REFERENCE, "advice": "", "follow_up": "",
        "contact": {"$key": "status_no_contact"}}),
    "menu_more": Reply("menu_more", {}, numbered(*(f"choice_menu_{name}" for name in more(True, "sms")))),
    **{f"{kind}_{field.name}": question(field) if kind == "ask" else Reply(f"help_{field.name}")
       for field in REQUESTS["venue"].fields for kind in ("ask", "help")},
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_sms(name, language):
    shown = fold_for_sms(texts().render(PROMPTS[name], language, "sms"))
    assert is_gsm7(shown), shown
    assert segments(shown).number == 1, f"{len(shown)} characters: {shown}"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_ussd_screen(name, language):
    shown = fold_for_sms(texts().render(PROMPTS[name], language, "ussd"))
    assert fits_screen(shown), f"{len(shown)} characters: {shown}"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_longest_status_is_two_sms(language):
    args = {"name": LONG_NAME, "date": DATE, "reference": REFERENCE, "advice": {"$key": "advice_red"},
            "follow_up": {"$key": "status_callback_open"}, "contact": {"$key": "status_contact"}}  # fmt: skip
    shown = fold_for_sms(texts().render(Reply("your_status", args), language, "sms"))
    assert segments(shown).number <= 2, f"{len(shown)} characters: {shown}"


def test_no_text_shows_an_argument_by_its_name():
    shown = [texts().render(reply, language, "sms") for reply in PROMPTS.values() for language in ("vi", "en")]
    assert [text for text in shown if re.search(r"[{}]", text)] == []
