from __future__ import annotations

import pytest
from sqlalchemy import text

from backend.store.encryption import SealBroken
from backend.store.keys import IndexKeyChanged, check_index_key, reindex, rotate
from backend.store.unit_of_work import SqlUnits
from channels.contract import DeliveryState
from tests.integration.store.support import (
    FIELD_KEY,
    INDEX_KEY,
    NOW,
    OTHER_FIELD_KEY,
    OTHER_INDEX_KEY,
    OTHER_PHONE,
    PHONE,
    conversation,
    receive,
    sms,
    units_on,
)
from tests.integration.store.test_sealing import NAME, fill


def ignore(table: str, done: int, total: int) -> None:
    """No progress wanted."""


def everything_opens(units: SqlUnits) -> None:
    """Read back what `fill` stored, by way of every blind index."""
    index = units.blind_index.address(PHONE)
    with units() as unit:
        found = unit.conversations.find(index)
        assert found is not None
        assert found.state == {"slots": {"full_name": NAME}}
        assert [person.identity["full_name"] for person in unit.people.on_phone(index)] == [NAME]
        newest = unit.declarations.last_from(index)
        assert newest is not None
        assert newest.answers["full_name"] == NAME
        again, fresh = unit.inbox.add(sms(f"id-{PHONE}"), NOW)
        assert (fresh, again.answer) == (False, NAME)
        session = unit.ussd_sessions.get("at", f"s-{PHONE}")
        assert session is not None
        assert session.pages == [NAME]
        assert session.newest
        assert unit.outbox.receipt("kannel", DeliveryState.DELIVERED, "REF-" + PHONE, None, None, NOW)
        assert [venue.keeper for venue in unit.venues.kept_by(index)] == [PHONE]
        (person,) = unit.people.on_phone(index)
        assert [contact.phone for contact in unit.contacts.of([person.id])] == [OTHER_PHONE]
        unit.contacts.put(person.id, OTHER_PHONE, NOW)
        assert len(unit.contacts.of([person.id])) == 1
        assert unit.notices.open_for(index, NOW) is not None
        whole = unit.parts.add(sms("part 2", text=" 2 ngay", concatenation=("7", 2, 2)), NOW)
        assert whole is not None
        assert whole.text == "ho va sot 2 ngay"


def test_after_rotation_the_old_key_is_not_needed(units: SqlUnits, database_url: str) -> None:
    fill(units)
    both = units_on(database_url, (OTHER_FIELD_KEY, FIELD_KEY))
    everything_opens(both)
    seen: list[tuple[str, int, int]] = []
    changed = rotate(both, lambda *step: seen.append(step), batch_rows=1)
    assert changed == len(seen) > 6
    assert {done <= total for _, done, total in seen} == {True}
    assert rotate(both, ignore) == 0
    everything_opens(units_on(database_url, (OTHER_FIELD_KEY,)))
    with pytest.raises(SealBroken, match="unknown_key"):
        everything_opens(units)


def test_an_interrupted_rotation_goes_on(units: SqlUnits, database_url: str) -> None:
    for number in range(5):
        receive(units, sms(str(number), f"8490000000{number}"))
    both = units_on(database_url, (OTHER_FIELD_KEY, FIELD_KEY))

    def stop_after_two(table: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, stop_after_two, batch_rows=1)
    assert rotate(both, ignore) == 3


def test_another_index_key_is_noticed_before_it_does_harm(units: SqlUnits, database_url: str) -> None:
    check_index_key(units)
    check_index_key(units)
    with pytest.raises(IndexKeyChanged):
        check_index_key(units_on(database_url, index_keys=(OTHER_INDEX_KEY, INDEX_KEY)))


def test_reindexing_needs_the_old_key(units: SqlUnits, database_url: str) -> None:
    check_index_key(units)
    with pytest.raises(IndexKeyChanged):
        reindex(units_on(database_url, index_keys=(OTHER_INDEX_KEY,)), ignore)


def test_after_reindexing_everything_is_found_with_the_new_key_alone(units: SqlUnits, database_url: str) -> None:
    check_index_key(units)
    fill(units)
    conversation(units, OTHER_PHONE)
    both = units_on(database_url, index_keys=(OTHER_INDEX_KEY, INDEX_KEY))

    def stop_at_once(table: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(both, stop_at_once, batch_rows=1)
    for half_way in (units, both):
        with pytest.raises(IndexKeyChanged):
            check_index_key(half_way)
    reindex(both, ignore, batch_rows=1)
    reindex(both, ignore)
    new = units_on(database_url, index_keys=(OTHER_INDEX_KEY,))
    check_index_key(new)
    everything_opens(new)
    with units.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM store_settings")).scalar_one() == 1
