"""Both kinds of workers on real tables: what comes in is answered, whoever lost a hint or a lease."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.bootstrap import Bootstrap
from backend.config import Config, load
from backend.domain.broadcasts import BroadcastStatus
from backend.services.broadcasts import NewBroadcast
from backend.services.phones import reached
from backend.services.ports.inbox import InboxState
from backend.store.migrate import migrate
from channels.contract import EventKind, InboundEvent, Medium
from tests.servers import wait_until
from tests.unit.services.fakes import says

SECONDS = 20


class Echo:
    """A bot that says what it heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def turns(self, requests, timeout=None):
        self.heard += [request["text"] for request in requests]
        return [says("apology", state={"heard": request["text"]}) for request in requests]


def sms(number: int, text: str, sender: str = "84901234567") -> InboundEvent:
    return InboundEvent("simulator", Medium.SMS, EventKind.TEXT, f"m{number}", sender, text)


def settings(tmp_path: Path, **more: str) -> Config:
    environment = {
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": f"sqlite:///{tmp_path}/khaibao.db",
        "KHAIBAO_SPOOL_PATH": f"{tmp_path}/spool",
        "KHAIBAO_HINT_SOCKET": f"{tmp_path}/hints.sock",
        "KHAIBAO_POLL_INTERVAL": "0.1",
        "KHAIBAO_SWEEP_INTERVAL": "1",
        **more,
    }
    return load(environment, tmp_path)


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def parts(request, tmp_path) -> Iterator[Bootstrap]:
    more = {}
    if request.param != "sqlite":
        more["KHAIBAO_DATABASE_URL"] = request.getfixturevalue("postgres_url").replace("+psycopg", "")
    if request.param == "redis":
        more["KHAIBAO_REDIS_URL"] = request.getfixturevalue("redis_url")
    parts = Bootstrap(settings(tmp_path, **more), bot=Echo())
    migrate(parts.engine)
    yield parts
    parts.close()


@pytest.fixture
def working(parts) -> Iterator[Bootstrap]:
    worker = parts.worker()
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield parts
    worker.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


def sent(parts: Bootstrap, sender: str = "84901234567"):
    with parts.units() as unit:
        return unit.outbox.sent_to(unit.index(sender), "simulator", 0, 100)


def test_every_message_is_answered_once_and_in_order(working):
    texts = [f"text {number}" for number in range(10)]
    for number, text in enumerate(texts):
        working.house.receive.take([sms(number, text)])
    wait_until(lambda: len(sent(working)) == len(texts), seconds=SECONDS, what="all answers")
    assert working.bot.heard == texts


def test_many_senders_at_once(working):
    senders = [f"8490123{number:04d}" for number in range(40)]
    events = [sms(number, "KB", sender) for number, sender in enumerate(senders)]
    for start in range(0, len(events), 10):
        working.house.receive.take(events[start : start + 10])
    wait_until(lambda: all(len(sent(working, sender)) == 1 for sender in senders), seconds=SECONDS, what="all answers")
    assert len(working.bot.heard) == len(senders)


def test_a_message_nobody_was_told_of_is_found(working, monkeypatch):
    monkeypatch.setattr(type(working.hints), "inbox", lambda self, ids: None)
    working.house.receive.take([sms(1, "KB")])
    wait_until(lambda: sent(working), seconds=SECONDS, what="the answer")


def test_what_a_dead_worker_held_is_taken_over(parts):
    house = parts.house
    house.receive.take([sms(1, "KB")])
    (row,) = house.process.claim("dead", 1)
    assert house.process.round("alive", 10) == 0
    parts.clock = Later(parts.clock)
    later = Bootstrap(parts.config, clock=parts.clock, bot=parts.bot, hints=parts.hints)
    later.house.sweep.run()
    assert later.house.process.round("alive", 10) == 1
    later.house.deliver.round("alive", 10)
    assert len(sent(parts)) == 1
    with parts.units() as unit:
        again, fresh = unit.inbox.add(row.event, parts.clock.now())
    assert (again.state, fresh) == (InboxState.DONE, False)
    later.close()


class Later:
    """An hour later."""

    def __init__(self, clock) -> None:
        self._clock = clock

    def now(self):
        return self._clock.now() + timedelta(hours=1)


def test_a_terminal_shows_its_answer_when_a_worker_sends_it(parts, monkeypatch):
    deliver = parts.house.deliver.round
    monkeypatch.setattr(parts.house.deliver, "round", lambda *_: 0)  # the worker holds every row
    monkeypatch.setattr(parts.house.say, "_pause", lambda _: deliver("worker", 10))
    assert len(parts.house.say.write(Medium.SMS, "84901234567", "one").replies) == 1
    assert len(parts.house.say.write(Medium.SMS, "84901234567", "two").replies) == 1


def test_an_approved_broadcast_goes_out_by_itself(working):
    house = working.house
    for name, role in (("hoa", "hotline"), ("binh", "approver")):
        house.staff.add(name, role, "Sở Y tế", "test")
    with working.units() as unit:
        phone = reached(unit, house.policy, "84901234567", working.clock.now())
        unit.people.add(phone.address_index, "self", {}, working.clock.now())
        unit.commit()
    number = house.broadcasts.create(NewBroadcast({"vi": "Tiêm nhắc."}, urgent=True), "hoa").id
    house.broadcasts.approve(number, "binh", "agreed")

    def ended() -> bool:
        return house.broadcasts.report(number).broadcast.status is BroadcastStatus.FINISHED

    wait_until(ended, seconds=SECONDS, what="the end of the broadcast")
    assert [row.replies[0].name for row in sent(working)] == ["broadcast_urgent"]
