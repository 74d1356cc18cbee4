"""The whole way: a phone texts through a real Kannel, our web, worker and bot answer, the phone sees the reply."""

from __future__ import annotations

import re
import urllib.request
from urllib.parse import urlencode

import pytest

from tests.e2e.house import House
from tests.e2e.kannel.gateway import PASSWORD, SEND_URL, SHORT_CODE, TOKEN, Gateway
from tests.e2e.kannel.phones import Phones

REFERENCE = re.compile(r"Ma so ([A-Z0-9-]{6,})")
ONE_MESSAGE = "KB Nguyen Thi Hoa; 1958; nu; Ben Nghe, TP HCM; 00000"
SETTINGS = {
    "KHAIBAO_SMS_CHANNEL": "kannel",
    "KHAIBAO_SHORT_CODE": SHORT_CODE,
    "KHAIBAO_KANNEL_SEND_URL": SEND_URL,
    "KHAIBAO_KANNEL_USER": "app",
    "KHAIBAO_KANNEL_PASSWORD": PASSWORD,
    "KHAIBAO_KANNEL_TOKEN": TOKEN,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = House(tmp_path_factory.mktemp("house"), SETTINGS)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def gateway(house, tmp_path_factory):
    running = Gateway(tmp_path_factory.mktemp("kannel"), house.url)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def phones(gateway):
    network = Phones()
    yield network
    network.close()


def test_a_whole_declaration_in_one_text(phones, house):
    number = "84901234501"
    phones.text(number, ONE_MESSAGE)
    reply = phones.wait_for(number, 1)
    assert REFERENCE.search(reply), reply
    [declaration] = [each for each in house.declarations() if each["phone"] == number]
    assert declaration["reference"] in reply
    assert declaration["channel"] == "sms"
    assert reply.isascii()


def test_a_declaration_step_by_step(phones, house):
    number = "84901234502"
    for place, text in enumerate(("KB", "Tran Van Binh", "1960", "nam"), start=1):
        phones.text(number, text)
        question = phones.wait_for(number, place)
        assert question.isascii(), question
    assert len(set(phones.inbox(number))) == 4


def test_the_same_text_handed_over_twice_is_answered_once(phones, house):
    number, once = "84901234503", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    query = {"token": TOKEN, "id": once, "from": number, "to": SHORT_CODE, "ts": "1795000000", "text": "KB"}
    url = f"{house.url}/webhooks/kannel/mo?{urlencode(query)}"
    for _ in range(3):
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"")
    phones.wait_for(number, 1)
    phones.text("84901234504", "KB")
    phones.wait_for("84901234504", 1)
    assert len(phones.inbox(number)) == 1


def test_a_text_sent_while_we_are_down_is_answered_when_we_are_back(phones, house):
    number = "84901234506"
    house.stop()
    phones.text(number, "KB")
    house.start()
    assert phones.wait_for(number, 1, seconds=60).isascii()
    assert len(phones.inbox(number)) == 1


def test_no_log_names_a_phone_or_a_person(phones, house, gateway):
    number = "84901234505"
    phones.text(number, ONE_MESSAGE.replace("Hoa", "Huyen"))
    phones.wait_for(number, 1)
    written = house.log() + "".join(path.read_bytes().decode("latin-1") for path in house.home.glob("house.db*"))
    for private in (number, "Huyen", "Nguyen Thi"):
        assert private not in written
