"""Prepared statements do what the same statements do through SQLAlchemy."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.sql.expression import Executable

from backend.store.access import one_of
from backend.store.prepared import prepared
from backend.store.tables import conversations, inbox
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import LATER, NOW, OTHER_PHONE, PHONE, claim, conversation, receive, sms


@prepared
def _by_ids() -> Executable:
    return select(inbox).where(inbox.c.id.in_(bindparam("the_ids", expanding=True))).order_by(inbox.c.id)


@prepared
def _one_of(dialect: str) -> Executable:
    return select(inbox.c.id).where(one_of(dialect, inbox.c.id, "the_ids")).order_by(inbox.c.id)


@prepared
def _by_times() -> Executable:
    return select(inbox.c.id).where(inbox.c.lease_until.in_(bindparam("the_times", expanding=True)))


@prepared
def _add() -> Executable:
    return insert(conversations)


def test_rows_are_those_of_sqlalchemy(units: SqlUnits) -> None:
    ids = [row.id for row in receive(units, sms("a"), sms("b", OTHER_PHONE))]
    with units() as unit:
        plain = unit.access.all(_by_ids().statement, {"the_ids": ids})
        lean = unit.access.all(_by_ids(), {"the_ids": ids})
    assert len(plain) == 2
    assert [row._asdict() for row in lean] == [row._asdict() for row in plain]
    assert [type(value) for value in lean[0]] == [type(value) for value in plain[0]]


@pytest.mark.parametrize("length", [0, 1, 3, 2])
def test_lists_may_have_any_length(units: SqlUnits, length: int) -> None:
    ids = [row.id for row in receive(units, sms("a"), sms("b"), sms("c"))][:length]
    with units() as unit:
        assert [row.id for row in unit.access.all(_by_ids(), {"the_ids": ids})] == ids
        assert [row.id for row in unit.access.all(_one_of(unit.access.dialect), {"the_ids": ids})] == ids


def test_postgresql_prepares_one_statement_for_lists_of_every_length(units: SqlUnits) -> None:
    if units.engine.dialect.name != "postgresql":
        return
    with units() as unit:
        for number in range(8):
            unit.access.all(_one_of("postgresql"), {"the_ids": list(range(number))})
        kept = unit.access.connection.exec_driver_sql(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%ANY%%'"
        ).scalar_one()
        assert kept == 1


def test_the_items_of_a_list_are_converted_by_their_column(units: SqlUnits) -> None:
    receive(units, sms("a"))
    (row,) = claim(units, until=LATER)
    with units() as unit:
        assert [found.id for found in unit.access.all(_by_times(), {"the_times": [NOW, LATER]})] == [row.id]
        with pytest.raises(ValueError, match="aware"):
            unit.access.all(_by_times(), {"the_times": [NOW.replace(tzinfo=None), LATER]})


def test_a_value_left_out_is_an_error(units: SqlUnits) -> None:
    with units() as unit, pytest.raises(InvalidRequestError, match="the_ids"):
        unit.access.all(_by_ids())


def test_a_broken_rule_of_a_table_is_an_integrity_error_without_values(units: SqlUnits) -> None:
    found = conversation(units, PHONE)
    values = {
        "uid": b"x", "address_index": found.address_index, "address": b"secret", "version": 0, "language": "vi",
        "accents": False, "question": 0, "opted_out": False, "medium": "sms", "channel": "kannel", "created_at": NOW,
    }  # fmt: skip
    with units() as unit, pytest.raises(IntegrityError) as caught:
        unit.access.run(_add(), values)
    assert "secret" not in str(caught.value)


def test_what_follows_a_commit_is_a_transaction_again(units: SqlUnits) -> None:
    row, *_ = receive(units, sms("a"))
    with units() as unit:
        unit.commit()
        unit.inbox.claim("w1", NOW, LATER, 10)  # not committed
    (again,) = claim(units, "w2")
    assert again.id == row.id
