"""What may be done with a broadcast, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.domain import broadcasts as rules
from backend.domain.broadcasts import Audience, Broadcast, BroadcastStatus
from backend.domain.days import VIET_NAM
from backend.domain.refusals import Refused
from backend.domain.staff import ROLES, StaffUser

NOW = datetime(2026, 11, 25, 9, tzinfo=VIET_NAM)
WRITTEN = Broadcast(7, BroadcastStatus.PROPOSED, {"vi": "Xin chào"}, "Sở Y tế", Audience.PEOPLE, (), False, 1, NOW)


def user(role: str = "admin", number: int = 2) -> StaffUser:
    return StaffUser(number, f"{role}{number}", role, "Sở Y tế", NOW)


def at(status: BroadcastStatus) -> Broadcast:
    return replace(WRITTEN, status=status)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_one_proposes_and_another_lets_it_go() -> None:
    going = rules.approved(WRITTEN, user(), "agreed", 40, NOW)
    assert (going.status, going.decided_by, going.last, going.reason) == (BroadcastStatus.APPROVED, 2, 40, "agreed")
    assert refused(lambda: rules.approved(WRITTEN, user(number=1), "agreed", 40, NOW)) == "same_person"
    assert refused(lambda: rules.approved(going, user(), "agreed", 40, NOW)) == "already_decided"


@pytest.mark.parametrize("role", ROLES)
def test_roles(role: str) -> None:
    writes, decides = role in rules.MAY_BROADCAST, role in ("approver", "admin")
    assert writes == (role in ("hotline", "officer", "approver", "admin"))
    if not writes:
        assert refused(lambda: rules.check_author(user(role))) == "role_wrong"
        assert refused(lambda: rules.stopped(WRITTEN, user(role))) == "role_wrong"
    if not decides:
        assert refused(lambda: rules.approved(WRITTEN, user(role), "agreed", 0, NOW)) == "role_wrong"


MOVES = {
    rules.paused: {BroadcastStatus.APPROVED},
    rules.resumed: {BroadcastStatus.PAUSED},
    rules.stopped: {BroadcastStatus.PROPOSED, BroadcastStatus.APPROVED, BroadcastStatus.PAUSED},
}


@pytest.mark.parametrize("status", BroadcastStatus)
@pytest.mark.parametrize("move", MOVES)
def test_moves(move: Callable[[Broadcast, StaffUser], Broadcast], status: BroadcastStatus) -> None:
    if status in MOVES[move]:
        assert move(at(status), user("hotline")).status is not status
    else:
        assert refused(lambda: move(at(status), user("hotline"))) == "broadcast_state"


def test_who_has_no_text_of_their_own_reads_english_if_there_is_one() -> None:
    both = replace(WRITTEN, texts={"vi": "Xin chào", "en": "Hello", "km": "សួស្តី"})
    assert [both.language(spoken) for spoken in ("vi", "en", "km", "ko")] == ["vi", "en", "km", "en"]
    assert [WRITTEN.language(spoken) for spoken in ("vi", "en", "ko")] == ["vi", "vi", "vi"]


def test_hours_are_those_of_viet_nam() -> None:
    midnight = NOW.replace(hour=0)
    inside = [hour for hour in range(24) if rules.within((7, 22), midnight + timedelta(hours=hour))]
    assert inside == list(range(7, 22))
