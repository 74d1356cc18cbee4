"""What visits, venues, household, notices and own data say is one SMS and one USSD screen when folded."""

from __future__ import annotations

import pytest

from backend.domain.triage import LEVELS
from backend.forms.catalogue import FORMS
from backend.forms.requests import REQUESTS
from backend.services.ports.outbox import Reply
from bot import slots as s
from bot.actions.offers import shown as options_shown
from bot.actions.view import View
from bot.menus import MENU_OWN, more
from tests.unit.locales.fitting import (
    HOUSEHOLD,
    LONG_NAME,
    LONG_VENUE,
    REFERENCE,
    assert_one_screen,
    assert_one_sms,
    named,
    numbered,
    question,
)

DATE = {"$date": "2026-11-22"}
VISIT = {"venue_name": LONG_VENUE, "time": "08:30", "date": DATE}
WITH = {"with": {"$text": {"key": "visit_with", "args": {"count": 12}}}}
FAMILY = {"$list": ["Nguyễn Thị Phương Thảo", "Trần Văn Minh", "Lê Văn Út"]}
CONFIRMED = {"name": LONG_VENUE, "code": "10234569", "venue_name": LONG_VENUE, "confirmation": "482301"}
ARGS = {
    "visitor_checked_in": VISIT, "checked_out": VISIT, "not_me_done": VISIT, "failed_venue_closed": VISIT,
    "venue_counted": {**VISIT, "count": 1234, "companions": 321},
    "receipt_venue": CONFIRMED, "venue_confirmed": CONFIRMED,
    "venue_mistyped": {"code": "10234560"}, "wrong_visit_part": {"part": "0912345678 0912345678 abcdefgh"},
    "arrival_undone": VISIT, "departure_undone": VISIT,
    "receipt_member": {"person_name": LONG_NAME}, "member_removed": {"person_name": LONG_NAME},
    "ask_household_answers": {"names": FAMILY, "count": 5},
    "who_viewed": {"views": {"$key": "nobody_looked"}},
    "ask_erasure": {"confirmation": "482301"},
    "status_undeclared": {"follow_up": {"$key": "status_callback_open"}, "contact": {"$key": "status_contact"}},
}  # fmt: skip
PLAIN = (
    "menu_left", "failed_visit_undo_late", "failed_visit_undo_none",
    "ask_venue", "errand_dropped", "venue_confirmed", "nothing_to_confirm", "nothing_to_deny",
    "notice_understood", "household_differs", "contact_declared", "ask_contact", "failed_venue_unknown",
    "failed_otherwise",
    "failed_venue_not_yours", "failed_not_checked_in", "failed_visit_in_future", "failed_visit_too_old",
    "failed_confirmation_wrong", "failed_member_unknown", "failed_too_many_members", "failed_too_many_venues",
    "failed_phone_wrong", "failed_messages_required", "failed_notice_gone", "help_exposure", "help_visit_by_staff",
    "help_venue_confirm", *(f"{kind}_side_{asks}" for kind in ("wrong", "help") for asks in (
        "venue", "phone", "erasure", "household", "removal", "answers", "consent")),
)  # fmt: skip
MENU = numbered(*(f"choice_menu_{name}" for name in ("health", "arrive", "leave", "entry", "more")))
WITH_MENU = (
    "greeting", "help", "help_visit", "help_keeper", "not_understood", "not_understood_again", "nothing_to_answer",
    "service_off", "language_set",
)  # fmt: skip
NOTICE = (*numbered("choice_notice_understood", "choice_notice_symptoms"), {"send": "3", "key": "choice_menu_more"})


def page_to_correct(form, page):
    """A page of the list of answers, every field of the form given."""
    given = {field.name: "x" for field in FORMS[form].fields}
    view = View({**given, s.SUBJECT: s.NEW_PERSON, s.CORRECTING: page}, {}, FORMS[form])
    return Reply("ask_correct", {}, tuple(offer.shown() for offer in options_shown(s.CORRECT, view)))


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
    **{f"your_status {level}": Reply("your_status", {
        "name": "Công Tằng Tôn Nữ Thị Ngọc Bảo Châu", "date": DATE, "reference": REFERENCE,
        "advice": {"$key": f"status_{level}"}, "follow_up": {"$key": "status_callback_open"},
        "contact": {"$key": "status_contact"}}) for level in LEVELS},
    "menu_more": Reply("menu_more", {}, numbered(*(f"choice_menu_{name}" for name in more(True, "sms")))),
    "menu_own": Reply("menu_own", {}, numbered(*(f"choice_menu_{name}" for name in MENU_OWN))),
    **{f"{name} with the menu": Reply(name, {}, MENU) for name in WITH_MENU},
    **{f"{name} about a notice": Reply(name, {}, NOTICE) for name in ("help_exposure", "notice_waiting")},
    "consent_waiting": Reply("consent_waiting", {}, numbered("choice_agree", "choice_disagree")),
    **{f"wrong_side_{asks} with its list": Reply(f"wrong_side_{asks}", {}, HOUSEHOLD)
       for asks in ("household", "removal", "venue")},
    **{f"ask_correct {name} {page}": page_to_correct(name, page) for name in FORMS for page in (1, 2, 3)},
    **{f"{kind}_{field.name}": question(field) if kind == "ask" else Reply(f"help_{field.name}")
       for field in REQUESTS["venue"].fields for kind in ("ask", "help")},
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_sms(name, language):
    assert_one_sms(PROMPTS[name], language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_ussd_screen(name, language):
    assert_one_screen(PROMPTS[name], language=language)


WRONG = {"text": "text_empty"}  # a kind without a rejection of its own name
ASKED_AGAIN = {
    **{field.name: (Reply(f"wrong_{WRONG.get(field.kind.name, field.kind.name)}", {"most": 9}), question(field))
       for form in (*FORMS.values(), REQUESTS["venue"]) for field in form.fields},
    **{f"correct {name} {page}": (Reply("wrong_choice"), page_to_correct(name, page))
       for name in FORMS for page in (1, 2, 3)},
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ASKED_AGAIN)
def test_what_was_wrong_and_the_question_again_are_one_sms_and_one_screen(name, language):
    assert_one_sms(*ASKED_AGAIN[name], language=language)
    assert_one_screen(*ASKED_AGAIN[name], language=language)
