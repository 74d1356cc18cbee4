from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.services.ports.conversations import Conversation
from backend.services.ports.unit import StaleVersion
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import LATER, NOW, OTHER_PHONE, PHONE, conversation, index_of, sms

pytestmark = pytest.mark.in_memory


def save(units: SqlUnits, old: Conversation, **changes: Any) -> None:
    with units() as unit:
        unit.conversations.save(old, **changes)
        unit.commit()


def test_a_conversation_is_made_once(units: SqlUnits) -> None:
    index = index_of(units, PHONE)
    with units() as unit:
        assert unit.conversations.find(index) is None
    first = conversation(units)
    again = conversation(units)
    assert first.created
    assert not again.created
    assert (again.id, again.address, again.version, again.language) == (first.id, PHONE, 0, "vi")


def test_saving_keeps_every_field(units: SqlUnits) -> None:
    saved = conversation(
        units,
        state={"slots": {"full_name": "Ánh"}},
        question=4,
        question_handed_at=NOW,
        last_text_index=b"x",
        open_form="health",
        remind_at=LATER,
        expires_at=LATER,
        opted_out=True,
        accents=True,
        language="en",
        limited_at=NOW,
        channel="zalo",
    )
    with units() as unit:
        found = unit.conversations.find(saved.address_index)
    assert found == replace(saved, created=False)
    assert found.version == 1


def test_the_second_of_two_saves_of_one_version_is_stale(units: SqlUnits) -> None:
    old = conversation(units)
    conversation(units, question=1)
    with pytest.raises(StaleVersion):
        save(units, old, question=2)
    with units() as unit:
        found = unit.conversations.find(old.address_index)
    assert found is not None
    assert (found.question, found.version) == (1, 1)


def test_a_state_can_be_dropped(units: SqlUnits) -> None:
    conversation(units, state={"a": 1})
    assert conversation(units, state=None).state is None
    with units() as unit:
        found = unit.conversations.find(unit.index(PHONE))
    assert found is not None
    assert found.state is None


def test_due_are_those_to_remind_or_to_expire(units: SqlUnits) -> None:
    conversation(units, PHONE, remind_at=NOW)
    conversation(units, OTHER_PHONE, expires_at=LATER)
    with units() as unit:
        assert [c.address for c in unit.conversations.due(NOW, 10)] == [PHONE]
        assert [c.address for c in unit.conversations.due(LATER, 10)] == [PHONE, OTHER_PHONE]
        assert [c.address for c in unit.conversations.due(LATER, 1)] == [PHONE]
        assert unit.conversations.due(NOW - timedelta(seconds=1), 10) == []


def test_handing_over_counts_for_the_open_question_only(units: SqlUnits) -> None:
    saved = conversation(units, question=3)
    with units() as unit:
        unit.conversations.handed_over([(saved.id, 2, NOW), (saved.id, 3, LATER)])
        unit.conversations.handed_over([(saved.id, 3, NOW)])
        unit.commit()
    with units() as unit:
        found = unit.conversations.get_or_create(sms("x"), saved.address_index, "vi", NOW)
    assert (found.question_handed_at, found.version) == (LATER, saved.version)
