"""Answers to what the house told somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
