from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from backend.services.ports.people import Declaration
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import LATER, NOW, PHONE, conversation, declaration, index_of

pytestmark = pytest.mark.in_memory


def store(units: SqlUnits, *rows: Declaration) -> None:
    with units() as unit:
        for row in rows:
            unit.declarations.add(row)
        unit.commit()


def test_people_of_a_phone_come_oldest_first(units: SqlUnits) -> None:
    with units() as unit:
        mother = unit.people.add(b"phone", "self", {"full_name": "Ánh"}, NOW)
        son = unit.people.add(b"phone", "household", {"full_name": "Bình"}, NOW)
        unit.people.add(b"other", "self", {}, NOW)
        told = unit.people.update(mother, told_at=LATER, identity={"full_name": "Ánh Hồng"}, role="shared")
        unit.commit()
    with units() as unit:
        assert unit.people.on_phone(b"phone") == [told, son]
    assert (told.id, told.told_at, told.identity) == (mother.id, LATER, {"full_name": "Ánh Hồng"})


def test_a_person_who_is_gone_cannot_be_changed(units: SqlUnits) -> None:
    with units() as unit:
        person = unit.people.add(b"phone", "self", {}, NOW)
    with units() as unit, pytest.raises(LookupError):
        unit.people.update(person, role="other")


def test_a_declaration_comes_back_as_it_went_in(units: SqlUnits) -> None:
    index = index_of(units, PHONE)
    first = declaration(index)
    second = replace(first, revision=2, answers={"fever": False}, commune=None, received_at=LATER)
    store(units, first, second)
    with units() as unit:
        assert unit.declarations.latest(first.reference) == second
        assert unit.declarations.latest("unheard-of") is None
        assert unit.declarations.last_from(index) == second


@pytest.mark.in_memory(False)  # no service stores one twice
def test_a_revision_is_stored_once(units: SqlUnits) -> None:
    store(units, declaration(b"phone"))
    with pytest.raises(IntegrityError):
        store(units, declaration(b"phone"))


def test_undone_and_superseded_ones_do_not_count(units: SqlUnits) -> None:
    old, new = declaration(b"phone", reference="A"), declaration(b"phone", reference="B", received_at=LATER)
    store(units, old, new)
    with units() as unit:
        unit.declarations.set_status("B", 1, "undone")
        assert unit.declarations.newest([old.person_id]) == {(old.person_id, "health"): old}
        assert unit.declarations.last_from(b"phone") == old
        assert list(unit.declarations.since(None)) == [old]
        unit.declarations.set_status("A", 1, "superseded")
        assert unit.declarations.newest([old.person_id]) == {}
        assert unit.declarations.last_from(b"phone") is None
        with pytest.raises(LookupError):
            unit.declarations.set_status("C", 1, "undone")


def test_the_newest_declaration_of_every_person_by_every_form(units: SqlUnits) -> None:
    first, again = declaration(b"phone", reference="A"), declaration(b"phone", reference="B", received_at=LATER)
    entry = replace(again, reference="C", form="entry")
    other = replace(first, reference="D", person_id="another")
    stranger = replace(first, reference="E", person_id="a stranger")
    store(units, first, again, entry, other, stranger)
    with units() as unit:
        newest = unit.declarations.newest([first.person_id, "another"])
        assert unit.declarations.newest([]) == {}
    mine = {(first.person_id, "health"): again, (first.person_id, "entry"): entry}
    assert newest == {**mine, ("another", "health"): other}


def test_an_export_reads_from_a_time_on(units: SqlUnits) -> None:
    rows = [declaration(b"phone", reference=str(n), received_at=NOW + timedelta(minutes=n)) for n in range(3)]
    store(units, *reversed(rows))
    with units() as unit:
        assert list(unit.declarations.since(None)) == rows
        assert list(unit.declarations.since(NOW + timedelta(minutes=1))) == rows[1:]


def test_a_call_back_is_asked_for_once(units: SqlUnits) -> None:
    to = conversation(units)
    with units() as unit:
        assert unit.callbacks.request(to, "asked", NOW)
        assert not unit.callbacks.request(to, "asked", LATER)
        unit.commit()


@pytest.mark.in_memory(False)  # the hotline reads the list from the database
def test_who_is_in_danger_is_rung_first(units: SqlUnits) -> None:
    phones = [conversation(units, f"8490000000{n}") for n in range(3)]
    with units() as unit:
        for to in phones:
            unit.callbacks.request(to, "asked", NOW)
        assert not unit.callbacks.request(phones[2], "emergency", LATER)
        assert not unit.callbacks.request(phones[2], "incomplete", LATER)  # does not make it less urgent
        unit.commit()
    with units() as unit:
        first, second = unit.callbacks.open(2)
        assert (first.address, first.reason, first.requested_at) == ("84900000002", "emergency", NOW)
        assert (second.address, second.reason) == ("84900000000", "asked")
        assert unit.callbacks.close(first.id, LATER)
        assert not unit.callbacks.close(first.id, LATER)
        assert [each.address for each in unit.callbacks.open(9)] == ["84900000000", "84900000001"]
        assert unit.callbacks.request(phones[2], "asked", LATER)  # a closed one is no obstacle
        unit.commit()
