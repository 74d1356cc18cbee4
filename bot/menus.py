"""What the menus offer, and the intent each service stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SESSIONS = ("ussd", "voice")  # channels that hang up unless a question waits
MENU_MORE = (
    "status", "reference", "correct", "language", "hotline", "household", "contact", "venue", "own", "feedback",
)  # fmt: skip
MENU_OWN = ("viewed", "fewer", "all", "erase")  # what people decide about their own data
IN_WORDS = ("feedback",)
OF_OFFICERS = ("facility",)  # who reports for a facility
INTENTS: Mapping[str, str] = {
    "health": "declare_health", "arrive": "check_in", "leave": "check_out", "entry": "declare_entry",
    "more": "menu_more", "status": "ask_status", "reference": "ask_reference", "correct": "correct_answer",
    "language": "change_language", "hotline": "ask_hotline", "household": "manage_household",
    "contact": "declare_contact", "venue": "register_venue", "own": "menu_own", "viewed": "who_viewed",
    "fewer": "opt_out", "all": "opt_in", "erase": "erase_me", "feedback": "send_feedback",
    "facility": "report_facility",
}  # fmt: skip


def more(officer: bool, channel: str) -> Sequence[str]:
    """The services of the second page; an officer of a facility has one more, and keys alone can tell nothing."""
    names = (*MENU_MORE, *OF_OFFICERS) if officer else MENU_MORE
    return [name for name in names if channel != "voice" or name not in IN_WORDS]
