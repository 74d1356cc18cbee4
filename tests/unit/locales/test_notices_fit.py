"""What the house says by itself is one SMS when folded, with the longest realistic arguments."""

from __future__ import annotations

import pytest

from backend.services.alerts import CHOICES
from backend.services.follow_up_rounds import CHOICES as ASKED
from backend.services.ports.outbox import Reply
from tests.unit.locales.fitting import assert_one_sms, texts

VENUE = "Trung tâm tiệc cưới Hoa Sen 2"
DAY = {"$date": "2026-11-22"}
HOURS = {"$text": {"key": "hours_between", "args": {"start": 21, "end": 24}}}
NOTICES = {
    "exposure": Reply("notice_exposure", {"venue_name": VENUE, "date": DAY, "hours": HOURS, "days": 10}, CHOICES),
    "exposure without hours": Reply(
        "notice_exposure", {"venue_name": VENUE, "date": DAY, "hours": "", "days": 10}, CHOICES
    ),
    "household": Reply("notice_household", {"days": 10}, CHOICES),
    "contact": Reply("notice_contact", {"days": 10}, CHOICES),
    "about": Reply(
        "notice_about",
        {
            "where": {
                "$text": {
                    "key": "notice_place",
                    "args": {
                        "venue_name": VENUE,
                        "date": DAY,
                        "hours": {"$text": {"key": "hours_between", "args": {"start": 15, "end": 18}}},
                    },
                }
            }
        },
        CHOICES,
    ),
    "staff": Reply("visited_by_staff", {"venue_name": VENUE, "time": "21:30", "date": DAY}),
    "confirm": Reply("venue_confirm", {"venue_name": VENUE, "code": "10234567", "confirmation": "482301"}),
    "added": Reply("venue_added", {"venue_name": VENUE, "code": "10234567"}),
    **{key: Reply(key, {"people": 4}, ASKED) for key in ("ask_follow_up", "ask_follow_up_home", "follow_up_reminder")},
    **{
        key: Reply(key, {"reference": "4823019571", "days": 14})
        for key in (
            "follow_up_ended",
            "follow_up_worker_silent",
            "follow_up_worker_symptoms",
            "follow_up_well",
            "help_follow_up",
        )
    },
    "follow_up_well after symptoms": Reply("follow_up_well", {"note": {"$key": "follow_up_still_symptoms"}}),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NOTICES)
def test_one_sms(name: str, language: str) -> None:
    assert_one_sms(NOTICES[name], language=language)


def test_hours_are_left_out_cleanly() -> None:
    shown = texts().render(NOTICES["exposure without hours"], "en", "sms")
    assert shown.startswith("Health: 22/11/2026 a case was at Trung tâm")
