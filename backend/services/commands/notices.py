"""Answers to what the house told somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.services.alerts import place_told
from backend.services.commands.base import Work
from backend.services.ports.unit import CommandFailed

ANSWERS = ("understood", "symptoms")


def answer_notice(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The person has understood, or has symptoms; symptoms may be told after that, never taken back."""
    if args["answer"] not in ANSWERS:
        raise CommandFailed("answer_unknown")
    notice = work.notice(args["notice"], "exposure")
    if notice.answer != "symptoms":
        work.unit.notices.answer(notice, args["answer"], work.now)
        work.unit.audit.add("citizen", "answer_notice", notice.person_id, args["answer"], work.now)
    return {}


def notice_place(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where and when the person was exposed, as the notice said it; never who was ill."""
    notice = work.notice(args["notice"], "exposure")
    case = work.unit.cases.get(notice.case_id) if notice.case_id is not None else None
    if case is None:
        return {"where": ""}
    venues = {notice.venue_id: work.unit.venues.get(notice.venue_id)} if notice.venue_id is not None else {}
    place = place_told(notice, venues, work.rules.pack_then(case.pack, case.confirmed_at).notices)
    return {"where": {"$text": {"key": "notice_place", "args": place}} if place else ""}
