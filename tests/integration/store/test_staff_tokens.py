"""Tokens of staff on real databases."""

from __future__ import annotations

from datetime import timedelta

from backend.services.ports.tracing import StaffToken
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import LATER, NOW

HERE, THERE = b"h" * 16, b"t" * 16
LONG_AGO = NOW - timedelta(minutes=10)


def test_one_token_a_user_found_by_its_open_half(units: SqlUnits) -> None:
    with units() as unit:
        an = unit.staff.add("an", "officer", "CDC", NOW)
        assert an is not None
        first, second = (StaffToken(an, letter * 16, letter.encode() * 32, LATER) for letter in "ab")
        unit.staff_tokens.put(first, NOW)
        assert unit.staff_tokens.find("a" * 16) == first
        unit.staff_tokens.put(second, NOW)
        unit.commit()
    with units() as unit:
        assert unit.staff_tokens.find("a" * 16) is None
        assert unit.staff_tokens.find("b" * 16) == second
        assert unit.staff_tokens.revoke(an.id)
        assert not unit.staff_tokens.revoke(an.id)
        assert unit.staff_tokens.find("b" * 16) is None


def test_wrong_tokens_are_counted_by_place_until_the_window_is_over(units: SqlUnits) -> None:
    with units() as unit:
        for at in (NOW, NOW, LATER):
            unit.staff_tokens.failed(HERE, at, LONG_AGO)
        assert unit.staff_tokens.failures(HERE, LONG_AGO) == 3
        assert unit.staff_tokens.failures(THERE, LONG_AGO) == 0
        assert unit.staff_tokens.failures(HERE, NOW) == 0
        unit.staff_tokens.failed(THERE, LATER, NOW)
        assert unit.staff_tokens.failures(HERE, LONG_AGO) == 0
        unit.staff_tokens.failed(HERE, LATER, NOW)
        assert unit.staff_tokens.failures(HERE, NOW) == 1
