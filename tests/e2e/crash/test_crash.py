"""kill -9 of bot, web and worker while declarations come in: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
import signal
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from redis import Redis

from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import MessageClass, OutboxState
from tests.e2e.crash.ledger import Ledger
from tests.e2e.crash.provider import Provider
from tests.e2e.crash.senders import Senders
from tests.e2e.house import House
from tests.servers import postgres_database

SEED = 20261122
TEXTS = 300
KILLS = (*("bot", "web") * 3, *("worker",) * 4)
WORDS = "KB Nguyen Thi Hoa; 1958; nu; Ben Nghe, TP HCM; 00000"
TOKEN = "kannel-token-1"
USSD, DIALLER = "africastalking", "84901999999"
REDIS_NUMBER = 8
STALLED_S = 90  # without any progress at all

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes through /proc"),
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql and redis"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def provider(kind):
    running = Provider(SEED)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def house(kind, request, provider, tmp_path_factory):
    settings = {
        "KHAIBAO_SMS_CHANNEL": "kannel",
        "KHAIBAO_KANNEL_SEND_URL": provider.url,
        "KHAIBAO_KANNEL_USER": "app",
        "KHAIBAO_KANNEL_PASSWORD": "a-password",
        "KHAIBAO_KANNEL_TOKEN": TOKEN,
        "KHAIBAO_LEASE": "8",
        "KHAIBAO_SWEEP_INTERVAL": "1",
        "KHAIBAO_RECEIPT_WAIT": "4",
        "KHAIBAO_USSD_DEADLINE": "20",
        "KHAIBAO_TURN_DEADLINE": "30",
        "KHAIBAO_AFRICASTALKING_TOKEN": TOKEN,
        "KHAIBAO_WORKER_THREADS": "4",
    }
    with ExitStack() as stack:
        if kind != "sqlite":
            server = request.getfixturevalue("postgres_server")
            settings["KHAIBAO_DATABASE_URL"] = stack.enter_context(postgres_database(server))
            settings["KHAIBAO_REDIS_URL"] = stack.enter_context(empty_redis(request.getfixturevalue("redis_server")))
        running = House(tmp_path_factory.mktemp("house"), settings)
        stack.callback(running.stop)
        running.start()
        yield running


@contextmanager
def empty_redis(server: str) -> Iterator[str]:
    """URL of a Redis database that is empty before and after."""
    with Redis.from_url(f"{server}/{REDIS_NUMBER}") as client:
        client.flushdb()
        yield f"{server}/{REDIS_NUMBER}"
        client.flushdb()


@pytest.fixture
def ledger(house):
    reader = Ledger(house.environment, house.home)
    yield reader
    reader.close()


@pytest.fixture
def senders(house):
    people = Senders(f"{house.url}/webhooks/kannel/mo?token={TOKEN}", SEED)
    yield people
    people.stop()


def wait_while_moving(done: Callable[[], bool], progress: Callable[[], object], what: Callable[[], str]) -> None:
    """Until done; fails only when `progress` stands still."""
    seen, since = progress(), time.monotonic()
    while not done():
        if (now := progress()) != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() - since < STALLED_S, what()
        time.sleep(0.05)


def test_a_session_whose_web_process_dies_in_the_middle_of_a_turn_is_answered_by_sms(house, provider, ledger):
    house.tell("bot", signal.SIGSTOP)
    form = {"sessionId": "ATUid_1", "phoneNumber": f"+{DIALLER}", "serviceCode": "*098#", "text": ""}
    dialling = threading.Thread(target=dial, args=(house.url, form))
    dialling.start()
    wait_while_moving(lambda: ledger.texts(USSD), lambda: ledger.texts(USSD), house.log)
    house.kill("web")
    house.tell("bot", signal.SIGCONT)
    dialling.join()
    wait_while_moving(lambda: ledger.unfinished() == 0, ledger.unfinished, house.log)
    assert list(ledger.texts(USSD).values()) == [(DIALLER, InboxState.DONE)]
    assert list(provider.phones.values()).count(DIALLER) == 1


def dial(url: str, form: dict[str, str]) -> None:
    """The gateway's request; its answer dies with the web process."""
    address = f"{url}/webhooks/ussd/{USSD}?token={TOKEN}"
    with pytest.raises((OSError, HTTPException)):
        urllib.request.urlopen(address, urlencode(form).encode(), timeout=60)


def test_nothing_is_lost_and_nothing_is_done_twice(house, provider, senders, ledger):
    chance = random.Random(SEED)
    texts = [(str(uuid.UUID(int=chance.getrandbits(128))), f"84901{number:06d}", WORDS) for number in range(TEXTS)]
    senders.send(texts)
    kill_now_and_then(chance, house, senders, ledger)
    wait_while_moving(
        lambda: len(senders.taken) == TEXTS and ledger.unfinished() == 0,
        lambda: (len(senders.taken), ledger.closed(), ledger.unfinished(), ledger.attempts(), provider.taken.total()),
        lambda: f"{ledger.unfinished()} rows unfinished\n{house.log()}",
    )
    check_texts(texts, ledger)
    check_messages(provider, ledger)


def kill_now_and_then(chance: random.Random, house: House, senders: Senders, ledger: Ledger) -> None:
    """Each kill when so much has happened: a text taken or a text worked off is one step."""
    victims = chance.sample(KILLS, len(KILLS))
    moments = sorted(chance.sample(range(10, 2 * TEXTS - 10), len(KILLS)))
    for victim, moment in zip(victims, moments, strict=True):
        wait_while_moving(
            lambda moment=moment: len(senders.taken) + ledger.closed() >= moment,
            lambda: (len(senders.taken), ledger.closed()),
            house.log,
        )
        house.kill(victim)


def check_texts(texts: list[tuple[str, str, str]], ledger: Ledger) -> None:
    """Every text that was taken is one row and one declaration, or was put aside; nobody else declared."""
    stored, declared = ledger.texts("kannel"), ledger.declared()
    assert set(stored) == {number for number, _, _ in texts}
    done = {sender for sender, state in stored.values() if state is InboxState.DONE}
    rest = {state for _, state in stored.values()} - {InboxState.DONE}
    assert rest <= {InboxState.PARKED}
    assert declared == dict.fromkeys(done, 1)
    assert len(done) > TEXTS / 2, "nearly everything was put aside"


def check_messages(provider: Provider, ledger: Ledger) -> None:
    """What the gateway took is ours; twice only what was marked unknown; and what we call sent it has."""
    said = ledger.said()
    assert set(provider.taken) <= set(said)
    for key, times in provider.taken.items():
        assert times == 1 or (times == 2 and said[key].unknowns), said[key]
    for key, row in said.items():
        assert row.state in (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED), row
        assert row.state is OutboxState.FAILED or provider.taken[key], row
        assert row.state is not OutboxState.FAILED or row.unknowns, row
    receipts = [key for key, row in said.items() if row.kind is MessageClass.RECEIPT]
    assert len({provider.phones.get(key, key) for key in receipts}) == len(receipts)
