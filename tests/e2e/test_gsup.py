"""USSD from a real core network's register: phones dial, osmo-hlr routes the code to us as its external USSD entity."""

from __future__ import annotations

import itertools
import json
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.gsup import register
from tests.e2e.gsup.phones import UCS2, Exchange, Handset
from tests.e2e.gsup.register import Register
from tests.e2e.house import House
from tests.servers import wait_until

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not register.installed(), reason="no osmo-hlr on this machine (apt-get install osmo-hlr)"),
]
SETTINGS = {"KHAIBAO_DEMO": "1", "KHAIBAO_USSD_DEADLINE": "10", "KHAIBAO_TURN_DEADLINE": "20"}
IDENTITY = ("Tran Thi Binh", "1970", "2", "Ben Nghe, TP HCM")
_subscribers = itertools.count(1)


@pytest.fixture(scope="module")
def hlr(tmp_path_factory):
    running = Register(tmp_path_factory.mktemp("hlr"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def house(hlr, tmp_path_factory):
    running = House(tmp_path_factory.mktemp("house"), {**SETTINGS, **hlr.settings})
    try:
        running.start()
        connected(running, 1)
        yield running
    finally:
        running.stop()


@pytest.fixture
def exchange(hlr):
    made = Exchange(hlr.address)
    yield made
    made.close()


@pytest.fixture
def phone(hlr, house, exchange):
    """Somebody new."""
    return subscriber(hlr, exchange)


class Subscriber(Handset):
    """A phone whose number the register knows."""

    number = ""


def subscriber(hlr: Register, exchange: Exchange, number: str | None = None) -> Subscriber:
    place = next(_subscribers)
    phone = Subscriber(exchange, f"45299{place:010d}")
    phone.number = f"8490{place:07d}" if number is None else number
    hlr.subscriber(phone.imsi, phone.number)
    return phone


def connected(house: House, times: int) -> None:
    """Until the register has taken us in so often."""
    wait_until(lambda: house.log().count("line_open channel=gsup") >= times, seconds=60, what="the line")


def texts(house: House, phone: Subscriber) -> list[str]:
    """What the phone has received by SMS, which the simulator carries."""
    with urllib.request.urlopen(f"{house.url}/simulator/messages?number=%2B{phone.number}", timeout=10) as answer:
        return [each["text"] for each in json.load(answer)["messages"]]


def declarations(house: House, phone: Subscriber) -> list[dict]:
    return [each for each in house.declarations() if each["phone"] == phone.number]


def declares(phone: Subscriber) -> Subscriber:
    """Up to the summary."""
    for answer in IDENTITY:
        assert phone.types(answer).open
    phone.reads("tinh khac")
    for _ in range(5):
        assert phone.types("0").open
    return phone.reads("Tran Thi Binh", "1 Gui")


def test_a_whole_declaration(phone, house):
    declares(phone.dials("*098#").reads("1 Khai y te").types("1").reads("ho va ten"))
    phone.types("1").reads("Da nhan khai bao cua Tran Thi Binh")
    assert not phone.open
    [declaration] = declarations(house, phone)
    assert declaration["channel"] == "ussd"
    assert declaration["reference"] in phone.screen
    wait_until(lambda: texts(house, phone), seconds=30, what="the receipt by SMS")
    assert declaration["reference"] in texts(house, phone)[0]


def test_a_dialled_path_goes_straight_in(phone):
    assert phone.dials("*098*1#").reads("ho va ten").open


def test_a_dialled_venue_is_a_visit(phone, house):
    venue = house.khaibao("venue", "add", "--name", "Cho Ben Thanh", "--kind", "market", "--province", "TP HCM",
                          "--commune", "Ben Thanh", "--json")  # fmt: skip
    assert not phone.dials(f"*098*{json.loads(venue)['code']}#").reads("Cho Ben Thanh").open


def test_hanging_up_in_silence_and_dialling_again(phone):
    phone.dials("*098*1#").types("Tran Thi Binh").reads("Sinh nam")
    phone.hangs_up().dials("*098#").reads("1 Khai tiep", "2 Khai lai")
    phone.types("1").reads("Sinh nam")
    phone.hangs_up().dials("*098#").types("2").reads("ho va ten")


def test_an_answer_with_accents(phone):
    phone.dials("*098*1#").types("Trần Thị Bình", UCS2).reads("Sinh nam")


def test_a_phone_that_cancels_is_let_go_and_may_go_on_later(phone):
    phone.dials("*098*1#").types("Tran Thi Binh").cancels()
    assert phone.waits().refused  # by the register, which passes no error on
    phone.dials("*098#").reads("1 Khai tiep")


def test_an_exchange_that_counts_its_sessions_from_the_start_again(phone):
    phone.dials("*098*1#", session=77).types("Tran Thi Binh").reads("Sinh nam")
    phone.hangs_up().dials("*098#", session=77).reads("1 Khai tiep")


def test_two_phones_in_sessions_of_the_same_number(phone, hlr):
    elsewhere = Exchange(hlr.address, "VLRSIM-00-00-00-00-00-01")
    try:
        other = subscriber(hlr, elsewhere)
        phone.dials("*098*1#", session=99).types("Tran Thi Binh").reads("Sinh nam")
        other.dials("*098*1#", session=99).reads("ho va ten")
        phone.types("1970").reads("nam hay nu")
        other.types("Le Van Nam").reads("Sinh nam")
    finally:
        elsewhere.close()


def test_a_card_without_a_number_is_refused_politely(hlr, house, exchange):
    assert subscriber(hlr, exchange, number="").dials("*098#").refused
    assert "line_request_refused channel=gsup code=sender_unknown" in house.log()


def test_an_overrun_is_finished_by_sms(phone, house):
    phone.dials("*098*1#").reads("ho va ten")
    house.tell("bot", signal.SIGSTOP)
    try:
        phone.types("Tran Thi Binh").reads("nhan tin")
        assert not phone.open
    finally:
        house.tell("bot", signal.SIGCONT)
    wait_until(lambda: texts(house, phone), seconds=60, what="the question by SMS")
    assert "inh nam" in texts(house, phone)[0]


def test_our_own_restart_in_mid_session_keeps_the_session(phone, house):
    phone.dials("*098*1#").types("Tran Thi Binh").reads("Sinh nam")
    times = house.log().count("line_open channel=gsup")
    house.kill("line")
    connected(house, times + 1)
    phone.types("1970").reads("nam hay nu")


def test_the_register_restarts(hlr, house):
    times = house.log().count("line_open channel=gsup")
    hlr.stop()
    hlr.start()
    connected(house, times + 1)
    exchange = Exchange(hlr.address)
    try:
        wait_until(lambda: subscriber(hlr, exchange).dials("*098#").screen, seconds=30, what="a menu")
    finally:
        exchange.close()


def test_no_log_names_a_phone_a_card_or_a_person(phone, house):
    declares(phone.dials("*098*1#")).types("1")
    written = house.log() + "".join(path.read_bytes().decode("latin-1") for path in Path(house.home).glob("house.db*"))
    for private in (phone.number, phone.imsi, "Tran Thi", "Binh"):
        assert private not in written
