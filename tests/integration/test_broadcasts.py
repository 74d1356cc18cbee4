"""Broadcasts on real tables: everybody meant is told once, whoever works, whatever is paused, through nights."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.bootstrap import Bootstrap
from backend.config import load
from backend.domain.broadcasts import Audience, BroadcastStatus
from backend.domain.days import VIET_NAM
from backend.services.broadcasts import NewBroadcast
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, OutboxState, Outcome, Reply
from backend.services.refusals import Refused, Unknown
from backend.services.venues import NewVenue
from backend.store.tables_health import audit
from tests.integration.store.support import declaration
from tests.unit.services.fakes import says

MORNING = datetime(2026, 11, 25, 9, tzinfo=VIET_NAM)
SMALL = {"broadcast_batch": 4, "broadcast_ahead": 6}
TEXT = "Từ thứ Hai tiêm nhắc ở trạm y tế phường."


class Fixed:
    """A clock that a test moves; every look takes a second, so that a broadcast is always due again."""

    def __init__(self) -> None:
        self.time, self.look = MORNING, timedelta(seconds=1)

    def now(self) -> datetime:
        self.time += self.look
        return self.time


class Silent:
    """A bot that is never asked."""

    def turn(self, request: Any, timeout: float | None = None) -> Any:
        return says("apology")


class Small(Bootstrap):
    """A house whose batches are small enough for a test to stop between them."""

    changes: dict[str, int] = SMALL

    @property
    def policy(self) -> Policy:  # type: ignore[override]
        return replace(super().policy, **self.changes)


def house_on(url: str, folder: Path, clock: Fixed, **changes: int) -> Small:
    made = Small(load({
        "KHAIBAO_DEMO": "1", "KHAIBAO_DATABASE_URL": url, "KHAIBAO_SPOOL_PATH": f"{folder}/spool",
        "KHAIBAO_HINT_SOCKET": f"{folder}/hints.sock",
    }, folder), clock=clock, bot=Silent())  # fmt: skip
    made.changes = SMALL | changes
    return made


def staffed(parts: Small) -> Small:
    for name, role in (("hoa", "hotline"), ("binh", "approver")):
        parts.house.staff.add(name, role, "Sở Y tế", "test")
    return parts


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> Fixed:
    return Fixed()


@pytest.fixture
def parts(url: str, tmp_path: Path, clock: Fixed) -> Iterator[Small]:
    made = staffed(house_on(url, tmp_path, clock))
    yield made
    made.close()


def known(parts: Small, *phones: str, **changes: Any) -> None:
    """Phones on which somebody is known."""
    with parts.units() as unit:
        for phone in phones:
            conversation = reached(unit, parts.policy, phone, parts.clock.now())
            unit.people.add(conversation.address_index, "self", {"full_name": "A"}, parts.clock.now())
            if changes:
                unit.conversations.save(conversation, **changes)
        unit.commit()


def numbers(many: int) -> list[str]:
    return [f"849010{number:05d}" for number in range(many)]


def proposed(parts: Small, **more: Any) -> int:
    return parts.house.broadcasts.create(NewBroadcast(**{"texts": {"vi": TEXT}, **more}), "hoa").id


def approved(parts: Small, **more: Any) -> int:
    number = proposed(parts, **more)
    parts.house.broadcasts.approve(number, "binh", "agreed")
    return number


def spread(parts: Small) -> None:
    """Workers go on until nothing moves."""
    while parts.house.broadcasts.round() or parts.house.deliver.round("sender", 3):
        pass


def told(parts: Small, phones: list[str]) -> dict[str, int]:
    """How many messages of broadcasts each phone was sent; phones without any are left out."""
    counts = Counter[str]()
    with parts.units() as unit:
        for phone in phones:
            for row in unit.outbox.sent_to(unit.index(phone), "simulator", 0, 100):
                counts[phone] += row.replies[0].name.startswith("broadcast_")
    return {phone: number for phone, number in counts.items() if number}


def status(parts: Small, number: int) -> BroadcastStatus:
    return parts.house.broadcasts.report(number).broadcast.status


def test_everybody_known_is_told_once_and_the_broadcast_ends(parts: Small) -> None:
    phones = numbers(15)
    known(parts, *phones)
    number = proposed(parts)
    spread(parts)
    assert told(parts, phones) == {}, "nothing goes before it is approved"
    parts.house.broadcasts.approve(number, "binh", "agreed")
    late = "84909999999"
    known(parts, late)
    spread(parts)
    assert told(parts, [*phones, late]) == dict.fromkeys(phones, 1), "who came later is not meant"
    report = parts.house.broadcasts.report(number)
    assert (report.broadcast.status, report.messages) == (BroadcastStatus.FINISHED, {OutboxState.SENT: 15})


def test_few_messages_wait_so_that_replies_do_not(parts: Small) -> None:
    known(parts, *numbers(15))
    number = approved(parts)
    assert [parts.house.broadcasts.round() for _ in range(3)] == [4, 2, 0]
    assert parts.house.broadcasts.report(number).messages == {OutboxState.WAITING: 6}


def test_no_more_leave_in_a_second_than_the_provider_takes(url: str, tmp_path: Path, clock: Fixed) -> None:
    clock.look = timedelta(0)
    parts = staffed(house_on(url, tmp_path, clock, broadcast_rate=2))
    known(parts, *numbers(15))
    approved(parts)
    queued = list[int]()
    for seconds in (0, 0.5, 0.5, 0.2, 10):
        clock.time += timedelta(seconds=seconds)
        queued.append(parts.house.broadcasts.round())
        parts.house.deliver.round("sender", 10)
    assert queued == [2, 1, 1, 0, SMALL["broadcast_batch"]]
    parts.close()


def test_who_stopped_advice_gets_urgent_ones_only(parts: Small) -> None:
    phones = numbers(3)
    known(parts, *phones[:2])
    known(parts, phones[2], opted_out=True)
    number = approved(parts)
    spread(parts)
    assert told(parts, phones) == dict.fromkeys(phones[:2], 1)
    assert parts.house.broadcasts.report(number).messages == {OutboxState.SENT: 2}
    approved(parts, urgent=True)
    spread(parts)
    assert told(parts, phones)[phones[2]] == 1


def test_no_phone_gets_more_than_three_messages_of_advice_a_day(parts: Small, clock: Fixed) -> None:
    phones = numbers(2)
    known(parts, *phones)
    with parts.units() as unit:
        for _ in range(2):
            conversation = unit.conversations.find(unit.index(phones[0]))
            tell(unit, parts.policy, conversation, Reply("venue_code"), MessageClass.ADVICE, clock.now())
        unit.commit()
    for _ in range(3):
        approved(parts)
        spread(parts)
    assert told(parts, phones) == {phones[0]: 1, phones[1]: 3}
    clock.time += timedelta(hours=24, minutes=1)
    approved(parts)
    spread(parts)
    assert told(parts, phones) == {phones[0]: 2, phones[1]: 4}


def test_the_night_holds_advice_up_and_nobody_is_left_out(parts: Small, clock: Fixed) -> None:
    phones = numbers(15)
    known(parts, *phones)
    number = approved(parts)
    parts.house.broadcasts.round()
    parts.house.deliver.round("sender", 3)
    clock.time = MORNING.replace(hour=22)
    spread(parts)
    assert len(told(parts, phones)) == 3
    assert status(parts, number) is BroadcastStatus.APPROVED
    clock.time = MORNING.replace(hour=7) + timedelta(days=1)
    spread(parts)
    assert told(parts, phones) == dict.fromkeys(phones, 1)
    assert status(parts, number) is BroadcastStatus.FINISHED


def test_urgent_ones_go_at_night_and_the_audit_says_so(parts: Small, clock: Fixed) -> None:
    clock.time = MORNING.replace(hour=23)
    known(parts, *numbers(2))
    number = approved(parts, urgent=True)
    spread(parts)
    assert len(told(parts, numbers(2))) == 2
    with parts.units() as unit:
        rows = unit.access.all(select(audit).where(audit.c.action.like("%broadcast%")).order_by(audit.c.id))
    said = f"urgent broadcast {number}"
    assert [(row.actor, row.action, row.reason) for row in rows] == [
        ("user:hoa", "propose_broadcast", said),
        ("user:binh", "broadcast_approved", said),
    ]


def test_a_pause_takes_back_what_waits_and_resuming_tells_nobody_twice(parts: Small) -> None:
    phones = numbers(15)
    known(parts, *phones)
    number = approved(parts)
    parts.house.broadcasts.round()
    parts.house.deliver.round("sender", 2)
    parts.house.broadcasts.round()
    parts.house.broadcasts.pause(number, "hoa")
    spread(parts)
    assert len(told(parts, phones)) == 2
    parts.house.broadcasts.resume(number, "hoa")
    spread(parts)
    assert told(parts, phones) == dict.fromkeys(phones, 1)


def test_stopped_is_for_good(parts: Small) -> None:
    phones = numbers(15)
    known(parts, *phones)
    number = approved(parts)
    parts.house.broadcasts.round()
    parts.house.broadcasts.stop(number, "hoa", "wrong address")
    spread(parts)
    assert told(parts, phones) == {}
    assert status(parts, number) is BroadcastStatus.STOPPED
    for again in (parts.house.broadcasts.resume, parts.house.broadcasts.pause):
        with pytest.raises(Refused):
            again(number, "hoa")


def test_what_a_provider_refuses_for_now_is_taken_back_too(parts: Small, clock: Fixed) -> None:
    phones = numbers(2)
    known(parts, *phones)
    number = approved(parts)
    parts.house.broadcasts.round()
    with parts.units() as unit:
        now = clock.now()
        rows = unit.outbox.claim("sender", now, now + timedelta(minutes=1), 2)
        unit.outbox.record(
            [Outcome(row, OutboxState.WAITING, code="busy", retry_at=now) for row in rows], "sender", now
        )
        unit.commit()
    parts.house.broadcasts.stop(number, "hoa", "provider down")
    spread(parts)
    assert (len(rows), told(parts, phones)) == (2, {})


def test_a_person_who_waits_for_an_answer_is_not_held_up_by_a_message_taken_back(parts: Small) -> None:
    (phone,) = numbers(1)
    known(parts, phone)
    number = approved(parts)
    parts.house.broadcasts.round()
    parts.house.broadcasts.pause(number, "hoa")
    with parts.units() as unit:
        conversation = unit.conversations.find(unit.index(phone))
        tell(unit, parts.policy, conversation, Reply("greeting"), MessageClass.REPLY, parts.clock.now())
        unit.commit()
    assert parts.house.deliver.round("sender", 3) == 1


def test_several_workers_at_once_tell_nobody_twice(url: str, tmp_path: Path, clock: Fixed) -> None:
    houses = [house_on(url, tmp_path, clock) for _ in range(2)]
    staffed(houses[0])
    phones = numbers(40)
    known(houses[0], *phones)
    number = approved(houses[0])
    workers = [threading.Thread(target=spread, args=(house,)) for house in houses for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spread(houses[0])
    assert told(houses[0], phones) == dict.fromkeys(phones, 1)
    assert status(houses[0], number) is BroadcastStatus.FINISHED
    for house in houses:
        house.close()


STEPS = st.lists(st.sampled_from(["round", "send", "pause", "resume", "night", "day"]), max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_happens_in_between_everybody_is_told_once(
    steps: list[str], migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, clock = tmp_path_factory.mktemp("steps"), Fixed()
    database = shutil.copyfile(migrated_sqlite, folder / "khaibao.db")
    parts = staffed(house_on(f"sqlite:///{database}", folder, clock))
    phones = numbers(9)
    known(parts, *phones)
    number, broadcasts = approved(parts), parts.house.broadcasts
    does = {
        "round": broadcasts.round,
        "send": lambda: parts.house.deliver.round("sender", 2),
        "pause": lambda: status(parts, number) is BroadcastStatus.APPROVED and broadcasts.pause(number, "hoa"),
        "resume": lambda: status(parts, number) is BroadcastStatus.PAUSED and broadcasts.resume(number, "hoa"),
        "night": lambda: setattr(clock, "time", clock.time.replace(hour=23)),
        "day": lambda: setattr(clock, "time", clock.time.replace(hour=8) + timedelta(days=1)),
    }
    for step in (*steps, "day", "resume"):
        does[step]()
    spread(parts)
    assert told(parts, phones) == dict.fromkeys(phones, 1)
    assert status(parts, number) is BroadcastStatus.FINISHED
    parts.close()


def declared(parts: Small, phone: str, province: str, commune: str) -> None:
    known(parts, phone)
    with parts.units() as unit:
        said = {"reference": phone, "address": phone, "province": province, "commune": commune}
        unit.declarations.add(declaration(unit.index(phone), **said))
        unit.commit()


def test_areas_are_read_as_people_write_them(parts: Small) -> None:
    declared(parts, "84901000001", "79", "26740")
    declared(parts, "84901000002", "79", "26737")
    declared(parts, "84901000003", "01", "00004")
    everybody = [f"8490100000{number}" for number in (1, 2, 3)]
    approved(parts, areas=["TP HCM"])
    spread(parts)
    assert list(told(parts, everybody)) == everybody[:2]
    approved(parts, areas=["Ba Đình, Hà Nội"])
    spread(parts)
    assert told(parts, everybody) == dict.fromkeys(everybody, 1)
    with pytest.raises(Refused) as caught:
        proposed(parts, areas=["Atlantis"])
    assert caught.value.code == "area_wrong"


def test_keepers_of_venues(parts: Small) -> None:
    known(parts, *numbers(2))
    parts.house.venues.add([NewVenue("Chợ", "market", "79", "26740", "", "84908000001")], "test")
    approved(parts, audience=Audience.KEEPERS, areas=["TP HCM"])
    approved(parts, audience=Audience.KEEPERS, areas=["Hà Nội"])
    spread(parts)
    assert told(parts, [*numbers(2), "84908000001"]) == {"84908000001": 1}


def test_the_preview_says_what_is_sent_to_how_many_at_what_cost(parts: Small) -> None:
    known(parts, *numbers(3))
    known(parts, "84902000001", opted_out=True)
    known(parts, "84902000002", language="en")
    known(parts, "84902000003", language="km")
    number = proposed(parts, texts={"vi": TEXT, "en": "Booster doses at the health station from Monday."})
    preview = parts.house.broadcasts.preview(number)
    by_language = {each.language: each for each in preview.shown}
    assert by_language["vi"].text == ("So Y te: Tu thu Hai tiem nhac o tram y te phuong.\nSoan TC: thoi nhan tin nay.")
    assert (by_language["vi"].phones, by_language["vi"].opted_out) == (3, 1)
    assert by_language["en"].text.startswith("So Y te: Booster doses")
    assert "Booster doses" in by_language["km"].text, "who has no text of their own reads the English one"
    assert (preview.phones, preview.segments) == (5, 5)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"en": "Hello"}, "text_missing"), ({"vi": ""}, "text_wrong"), ({"vi": "a", "en": "\u202e"}, "text_wrong"),
        ({"vi": "a", "xx": "b"}, "language_unknown"), ({"vi": "dài " * 150}, "text_too_long"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_sent_are_refused(parts: Small, texts: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        proposed(parts, texts=texts)
    assert caught.value.code == code
    assert parts.house.broadcasts.listed(10) == []


def test_unknown_users_and_broadcasts(parts: Small) -> None:
    with pytest.raises(Unknown):
        parts.house.broadcasts.create(NewBroadcast({"vi": TEXT}), "nobody")
    with pytest.raises(Unknown):
        parts.house.broadcasts.report(99)
