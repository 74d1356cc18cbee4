"""What people under follow-up say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.forms.follow_up import ANSWERS, SYMPTOMS
from backend.services import follow_up
from backend.services.commands.base import Work
from backend.services.ports.follow_up import FOLLOW_UP
from backend.services.ports.unit import CommandFailed


def answer_follow_up(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the person is today; who takes symptoms back is told that a health worker still gets in touch."""
    if args["answer"] not in ANSWERS:
        raise CommandFailed("answer_unknown")
    notice = work.notice(args["notice"], FOLLOW_UP)
    work.told += follow_up.answer(work.unit, work.policy, notice, args["answer"], work.now)
    taken_back = notice.answer == SYMPTOMS and args["answer"] != SYMPTOMS
    return {"note": {"$key": "follow_up_still_symptoms"} if taken_back else ""}
