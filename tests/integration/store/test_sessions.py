from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from backend.store.unit_of_work import SqlUnits
from channels.contract import InboundEvent
from tests.integration.store.support import LATER, NOW, OTHER_PHONE, sms

DAY = timedelta(days=1)
PIECES = ["Toi bi sot ", "hai ngay nay ", "va ho"]


def piece(number: int, text: str | None = None, sender: str = "84901234567", provider_id: str = "") -> InboundEvent:
    said = PIECES[number - 1] if text is None else text
    return sms(provider_id or f"{sender}-{number}", sender, said, concatenation=("7", 3, number))


def add(units: SqlUnits, event: InboundEvent, now=NOW) -> InboundEvent | None:
    with units() as unit:
        whole = unit.parts.add(event, now)
        unit.commit()
    return whole


@pytest.mark.in_memory
@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_pieces_join_in_any_order(units: SqlUnits, order: tuple[int, ...]) -> None:
    *others, whole = [add(units, piece(number)) for number in order]
    assert others == [None, None]
    assert whole is not None
    assert (whole.text, whole.provider_id, whole.concatenation) == ("".join(PIECES), "84901234567-1", None)


def test_repeated_pieces_are_dropped_before_and_after_joining(units: SqlUnits) -> None:
    assert [add(units, piece(n)) for n in (1, 1, 2, 1)] == [None] * 4
    assert add(units, piece(3)) is not None
    assert add(units, piece(3, provider_id="sent again")) is None


@pytest.mark.in_memory
def test_two_phones_may_use_the_same_reference(units: SqlUnits) -> None:
    for number in (1, 2):
        add(units, piece(number))
    assert add(units, piece(3, "x", OTHER_PHONE)) is None
    whole = add(units, piece(3))
    assert whole is not None
    assert whole.text == "".join(PIECES)


def test_a_reference_used_again_starts_a_new_text(units: SqlUnits) -> None:
    for number in (1, 2, 3):
        add(units, piece(number))
    for number in (1, 2):
        assert add(units, piece(number, f"new {number} ", provider_id=f"n{number}")) is None
    whole = add(units, piece(3, "new 3", provider_id="n3"))
    assert whole is not None
    assert whole.text == "new 1 new 2 new 3"


def test_a_piece_a_day_old_belongs_to_another_text(units: SqlUnits) -> None:
    add(units, piece(1))
    assert [add(units, piece(n), NOW + DAY) for n in (2, 3)] == [None, None]


def test_what_never_became_whole_is_given_once(units: SqlUnits) -> None:
    add(units, piece(3))
    add(units, piece(1), LATER)
    with units() as unit:
        assert unit.parts.overdue(NOW) == []
        (joined,) = unit.parts.overdue(LATER)
        assert joined.text == PIECES[0] + PIECES[2]
        assert unit.parts.overdue(LATER) == []


def test_a_piece_that_comes_after_its_text_was_given_up_is_a_text_of_its_own(units: SqlUnits) -> None:
    for number in (1, 2):
        add(units, piece(number))
    with units() as unit:
        assert [each.text for each in unit.parts.overdue(LATER)] == [PIECES[0] + PIECES[1]]
        unit.commit()
    late = add(units, piece(3), NOW + timedelta(hours=5))
    assert late is not None
    assert (late.text, late.provider_id, late.concatenation) == (PIECES[2], "84901234567-3", None)
    assert add(units, piece(3), NOW + timedelta(hours=5)) is None
    with units() as unit:
        assert unit.parts.overdue(NOW + DAY) == []


def test_an_event_in_one_piece_is_refused(units: SqlUnits) -> None:
    with units() as unit, pytest.raises(ValueError, match="not a piece"):
        unit.parts.add(sms("1"), NOW)


@pytest.mark.in_memory
def test_a_session_is_replaced_and_the_newest_open_one_is_known(units: SqlUnits) -> None:
    with units() as unit:
        assert unit.ussd_sessions.get("at", "s1") is None
        for session in ("s1", "s2"):
            unit.ussd_sessions.put("at", session, b"p", step=0, pages=["Một", "Hai"], page=0, open=True, now=NOW)
        unit.ussd_sessions.put("at", "s1", b"p", step=1, pages=["Ba"], page=1, open=True, now=LATER)
        first, second = unit.ussd_sessions.get("at", "s1"), unit.ussd_sessions.get("at", "s2")
        assert first is not None
        assert second is not None
        assert (first.step, first.pages, first.page) == (1, ["Ba"], 1)
        assert (first.newest, second.newest) == (False, True)
        unit.ussd_sessions.put("at", "s2", b"p", step=1, pages=[], page=0, open=False, now=LATER)
        first, second = unit.ussd_sessions.get("at", "s1"), unit.ussd_sessions.get("at", "s2")
        assert (first and first.newest, second and second.newest) == (True, False)
        assert unit.ussd_sessions.get("other", "s1") is None
