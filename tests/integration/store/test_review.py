"""Unclear texts in the store: sealed, found by their sender for erasure, gone when their time is over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from backend.services.ports.review import UnclearText
from backend.store.keys import check_index_key, reindex
from backend.store.tables_review import unclear_texts
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import (
    INDEX_KEY,
    NOW,
    OTHER_INDEX_KEY,
    OTHER_PHONE,
    PHONE,
    conversation,
    units_on,
)
from tests.integration.store.test_erasure import erase

LINE = "tui la {full_name} can coi lai"


def put(units: SqlUnits, phone: str = PHONE, line: str = LINE) -> None:
    with units() as unit:
        unit.unclear.add(UnclearText(0, unit.index(phone), "vi", line, 0.31, ["ask_status"], NOW))
        unit.commit()


def lines(units: SqlUnits) -> list[str]:
    with units() as unit:
        return [text.line for text in unit.unclear.waiting(10)]


def test_one_is_kept_accepted_and_removed(units: SqlUnits) -> None:
    put(units)
    with units() as unit:
        (text,) = unit.unclear.waiting(10)
        assert (text.line, text.confidence, text.guesses, text.kept_at) == (LINE, 0.31, ["ask_status"], NOW)
        assert unit.unclear.waiting_of(unit.index(PHONE)) == 1
        unit.unclear.accept(text, "xem lai di", "ask_status")
        unit.commit()
    with units() as unit:
        (accepted,) = unit.unclear.accepted()
        assert (accepted.line, accepted.accepted_as) == ("xem lai di", "ask_status")
        assert not unit.unclear.waiting(10)
        assert not unit.unclear.waiting_of(unit.index(PHONE))
        unit.unclear.remove([accepted.id])
        assert unit.unclear.get(accepted.id) is None


def test_nothing_of_it_can_be_read_in_the_table(units: SqlUnits) -> None:
    put(units)
    with units() as unit:
        content = unit.access.run(select(unclear_texts.c.content)).scalar_one()
    assert b"coi lai" not in content
    assert b"ask_status" not in content


def test_erasure_takes_the_phones_texts_and_no_others(units: SqlUnits) -> None:
    put(units)
    put(units, OTHER_PHONE, "cua nguoi khac")
    erase(units)
    assert lines(units) == ["cua nguoi khac"]


def test_they_expire(units: SqlUnits) -> None:
    put(units)
    with units() as unit:
        assert unit.unclear.expire(NOW) == 0
        assert unit.unclear.expire(NOW + timedelta(seconds=1)) == 1
        unit.commit()
    assert lines(units) == []


def test_they_follow_an_account_that_is_linked_with_a_phone(units: SqlUnits) -> None:
    put(units, "zalo:1")
    account, phone = conversation(units, "zalo:1"), conversation(units)
    with units() as unit:
        unit.accounts.merge(account, phone)
        unit.commit()
    erase(units)
    assert lines(units) == []


def test_erasure_finds_them_after_a_new_index_key(units: SqlUnits, database_url: str) -> None:
    check_index_key(units)
    conversation(units)
    put(units)
    both = units_on(database_url, index_keys=(OTHER_INDEX_KEY, INDEX_KEY))
    reindex(both, lambda *_: None)
    erase(both)
    with both() as unit:
        assert unit.access.run(select(func.count()).select_from(unclear_texts)).scalar_one() == 0
