"""Follow-ups on real tables over simulated weeks: one question a person and day, whoever works and however often."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Bootstrap
from backend.config import load
from backend.domain.days import VIET_NAM, day_of
from backend.domain.follow_up import FollowUpRefused
from backend.services.refusals import Refused
from backend.store.migrate import migrate
from tests.unit.services.fakes import says

PHONE, OTHER, WORKER = "84901234567", "84907654321", "84911111111"
START = datetime(2026, 11, 23, 15, 30, tzinfo=VIET_NAM)
COMMUNE = "26740"
FAMILY = {"full_name": "Trần Thị B", "birth_year": 1960, "gender": "female"}


class Fixed:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """`day` days after START's, at that hour in Viet Nam."""
        self.time = (START + timedelta(days=day)).replace(hour=hour, minute=minute)


class Silent:
    """A bot that is never asked."""

    def turn(self, request: Any, timeout: float | None = None) -> Any:
        return says("apology")


def house_on(url: str, tmp_path: Path, clock: Fixed) -> Bootstrap:
    """One process of the house."""
    return Bootstrap(load({
        "KHAIBAO_DEMO": "1", "KHAIBAO_DATABASE_URL": url, "KHAIBAO_SPOOL_PATH": f"{tmp_path}/spool",
        "KHAIBAO_HINT_SOCKET": f"{tmp_path}/hints.sock",
    }, tmp_path), clock=clock, bot=Silent())  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/khaibao.db"
    return str(request.getfixturevalue("postgres_url")).replace("+psycopg", "")


@pytest.fixture
def clock() -> Fixed:
    return Fixed()


@pytest.fixture
def parts(url: str, tmp_path: Path, clock: Fixed) -> Iterator[Bootstrap]:
    made = house_on(url, tmp_path, clock)
    migrate(made.engine)
    yield made
    made.close()


def follow(parts: Bootstrap, days: int = 3, phone: str = PHONE, pack: str = "covid-19") -> str:
    return parts.house.follow_ups.add(phone, days, pack, "user:lan").reference


def sent(parts: Bootstrap, phone: str = PHONE) -> list[str]:
    """Names of what a phone was sent, in order."""
    with parts.units() as unit:
        rows = unit.outbox.sent_to(unit.index(phone), "simulator", 0, 1000)
    return [row.replies[0].name for row in rows]


def passes(parts: Bootstrap, clock: Fixed, days: range, sweeps: int = 2) -> None:
    """Days go by, an hour at a time; every hour sweeps run, more often than needed."""
    for day in days:
        for hour in range(24):
            clock.at(day, hour)
            for _ in range(sweeps):
                parts.house.sweep.run()
            parts.house.deliver.round("sender", 100)


def answers(parts: Bootstrap, said: str, phone: str = PHONE) -> None:
    """What the bot's command does."""
    from backend.services.follow_up import answer

    with parts.units() as unit:
        notice = unit.notices.open_for(unit.index(phone), parts.clock.now() - timedelta(days=14))
        answer(unit, parts.policy, notice, said, parts.clock.now())
        unit.commit()


def questions(parts: Bootstrap, reference: str) -> list[tuple[int, str | None]]:
    """(days after START, answer) of every question, oldest first."""
    course = parts.house.follow_ups.look(reference, "user:lan", "test")
    return [((notice.day - day_of(START)).days, notice.answer) for notice in reversed(course.questions)]


def test_asked_once_a_day_reminded_once_and_thanked_at_the_end(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts)
    passes(parts, clock, range(2))
    assert sent(parts) == ["ask_follow_up", "follow_up_reminder"]
    clock.at(1, 18)
    answers(parts, "well")
    passes(parts, clock, range(2, 8))
    assert questions(parts, reference) == [(1, "well"), (2, None), (3, None)]
    assert sent(parts) == [*["ask_follow_up", "follow_up_reminder"] * 3, "follow_up_ended"]
    assert parts.house.follow_ups.look(reference, "user:lan", "test").follow_up.state.value == "ended"


def test_no_reminder_for_who_has_answered(parts: Bootstrap, clock: Fixed) -> None:
    follow(parts, days=1)
    clock.at(1, 8)
    parts.house.sweep.run()
    parts.house.deliver.round("sender", 10)
    answers(parts, "well")
    passes(parts, clock, range(1, 4))
    assert sent(parts) == ["ask_follow_up", "follow_up_ended"]


def test_silence_reaches_the_health_worker_once_and_again_after_an_answer(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts, days=8)
    lives_in(parts, COMMUNE)
    parts.house.follow_ups.register(COMMUNE, WORKER, "Tram y te", "user:lan")
    passes(parts, clock, range(3))
    assert sent(parts, WORKER) == []
    passes(parts, clock, range(3, 6))
    assert sent(parts, WORKER) == ["follow_up_worker_silent"]
    clock.at(5, 21)
    answers(parts, "well")
    passes(parts, clock, range(6, 12))
    assert sent(parts, WORKER) == ["follow_up_worker_silent"] * 2
    with parts.units() as unit:
        row = unit.outbox.sent_to(unit.index(WORKER), "simulator", 0, 10)[0]
        (callback,) = unit.callbacks.open(10)
    assert row.replies[0].args == {"reference": reference, "days": 2}
    assert (callback.address, callback.reason) == (PHONE, "silent")


def lives_in(parts: Bootstrap, commune: str, phone: str = PHONE) -> None:
    with parts.units() as unit:
        (person,) = unit.people.on_phone(unit.index(phone))
        address = {"province": "79", "commune": commune}
        unit.people.update(person, identity={"full_name": "Trần Văn A", "address": address})
        unit.commit()


def test_contradictory_answers_keep_the_symptoms(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts)
    lives_in(parts, COMMUNE)
    parts.house.follow_ups.register(COMMUNE, WORKER, "Tram y te", "user:lan")
    clock.at(1, 8)
    parts.house.sweep.run()
    seen = []
    for said in ("well", "symptoms", "well"):
        answers(parts, said)
        seen.append(questions(parts, reference)[-1][1])
    parts.house.deliver.round("sender", 10)
    assert seen == ["well", "symptoms", "symptoms"]
    assert sent(parts, WORKER) == ["follow_up_worker_symptoms"]


def test_people_on_one_phone_share_the_question_and_the_answer(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts)
    second = with_family(parts)
    passes(parts, clock, range(2))
    assert sent(parts)[0] == "ask_follow_up_home"
    answers(parts, "well")
    assert questions(parts, reference) == questions(parts, second) == [(1, "well")]
    passes(parts, clock, range(2, 7))
    assert sent(parts).count("ask_follow_up_home") == 3
    assert sent(parts).count("follow_up_ended") == 1


def with_family(parts: Bootstrap) -> str:
    """Somebody else of PHONE's home is followed up too."""
    from backend.services.follow_up import begin

    now = parts.clock.now()
    with parts.units() as unit:
        person = unit.people.add(unit.index(PHONE), "household", FAMILY, now)
        (begun,) = begin(unit, [person], "covid-19", parts.packs.in_force(), "staff", "", "user:lan", now, 3)
        unit.commit()
    return begun.reference


def test_after_an_outage_only_todays_question_is_asked(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts, days=10)
    passes(parts, clock, range(2))
    clock.at(5, 22, 15)  # three days away, back at night
    parts.house.sweep.run()
    parts.house.deliver.round("sender", 100)
    assert questions(parts, reference) == [(1, None)]
    clock.at(6, 18)
    parts.house.sweep.run()
    parts.house.deliver.round("sender", 100)
    assert questions(parts, reference) == [(1, None), (6, None)]
    passes(parts, clock, range(7, 8))
    both = ["ask_follow_up", "follow_up_reminder"]
    assert sent(parts) == [*both, "ask_follow_up", *both]


def test_questions_that_could_not_be_sent_are_dropped_and_are_nobodys_silence(parts: Bootstrap, clock: Fixed) -> None:
    reference = follow(parts, days=10)
    for day in (1, 2, 3):
        clock.at(day, 8)
        parts.house.sweep.run()  # the gateway is away: nothing is delivered
    clock.at(3, 22)
    parts.house.deliver.round("sender", 100)
    assert sent(parts) == []
    clock.at(4, 8)
    parts.house.sweep.run()
    for _ in range(8):
        parts.house.deliver.round("sender", 100)
    assert sent(parts) == ["ask_follow_up"]
    assert questions(parts, reference) == [(4, None)]


def test_two_processes_and_their_threads_ask_nobody_twice(
    url: str, parts: Bootstrap, tmp_path: Path, clock: Fixed
) -> None:
    phones = [f"8490555{number:04d}" for number in range(60)]
    for phone in phones:
        follow(parts, phone=phone)
    others = [house_on(url, tmp_path, clock) for _ in range(2)]
    for day in (1, 2):
        clock.at(day, 8)
        threads = [threading.Thread(target=each.house.sweep.run) for each in (parts, *others) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        parts.house.sweep.run()
    while parts.house.deliver.round("sender", 100):
        pass
    restarted = house_on(url, tmp_path, clock)
    restarted.house.sweep.run()
    restarted.house.deliver.round("sender", 100)
    for each in (*others, restarted):
        each.close()
    # those of the first day were still unsent on the second, and are dropped
    assert {phone: sent(parts, phone) for phone in phones} == {phone: ["ask_follow_up"] for phone in phones}


def test_the_staff_adds_lists_looks_and_closes(parts: Bootstrap, clock: Fixed) -> None:
    desk = parts.house.follow_ups
    reference = follow(parts, days=5)
    assert follow(parts, days=9) == reference, "one open follow-up a person, made longer"
    (listed,) = desk.listed(True, 10, "user:lan")
    assert (listed.phone, listed.follow_up.ends_on) == ("", day_of(START + timedelta(days=9)))
    course = desk.look(f"{reference[:4]} {reference[4:]}", "user:lan", "rings up")
    assert course.phone == PHONE
    desk.close(reference, "tested negative", "user:lan")
    with pytest.raises(FollowUpRefused):
        desk.close(reference, "again", "user:lan")
    passes(parts, clock, range(4))
    assert sent(parts) == []
    assert desk.listed(True, 10, "user:lan") == []
    assert len(desk.listed(False, 10, "user:lan")) == 1


@pytest.mark.parametrize(("phone", "days", "pack"), [("12", 3, "covid-19"), (PHONE, 0, "covid-19"), (PHONE, 61, None),
                                                     (PHONE, 3, "plague")])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    parts: Bootstrap, phone: str, days: int, pack: str | None
) -> None:
    with pytest.raises(Refused):
        parts.house.follow_ups.add(phone, days, pack, "user:lan")
    assert parts.house.follow_ups.listed(False, 10, "user:lan") == []


def test_an_unknown_reference_and_a_blank_reason_are_refused(parts: Bootstrap) -> None:
    with pytest.raises(LookupError):
        parts.house.follow_ups.look("1234567890", "user:lan", "why")
    with pytest.raises(Refused):
        parts.house.follow_ups.look(follow(parts), "user:lan", "  ")
    with pytest.raises(LookupError):
        parts.house.follow_ups.unregister("00000", "user:lan")


def test_a_chosen_pack_is_known_to_every_process(url: str, parts: Bootstrap, tmp_path: Path, clock: Fixed) -> None:
    other = house_on(url, tmp_path, clock)
    parts.house.packs.use("measles", "user:lan")
    clock.time += timedelta(seconds=3)
    with other.units() as unit:
        other.house.packs.refresh(unit)
    assert other.house.packs.in_force().name == parts.house.packs.in_force().name == "measles"
    with pytest.raises(Refused):
        parts.house.packs.use("plague", "user:lan")
    other.close()
