"""The whole way: a phone texts through a real Kannel, our web, worker and bot answer, the phone sees the reply."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.kannel.gateway import PASSWORD, SEND_URL, SHORT_CODE, TOKEN, Gateway
from tests.e2e.kannel.phones import Phones
from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[3]
KHAIBAO = (sys.executable, "-m", "backend.cli")
REFERENCE = re.compile(r"Ma so ([A-Z0-9-]{6,})")
ONE_MESSAGE = "KB Nguyen Thi Hoa; 1958; nu; Ben Nghe, TP HCM; 00000"


class House:
    """Bot, web and worker as `khaibao run` starts them, on a database of their own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KHAIBAO_")},
            "PORT": str(self.port),
            "KHAIBAO_DEMO": "0",
            "KHAIBAO_PUBLIC_URL": self.url,
            "KHAIBAO_DATABASE_URL": f"sqlite:///{home / 'house.db'}",
            "KHAIBAO_SPOOL_PATH": str(home / "spool"),
            "KHAIBAO_BOT_SOCKET": str(home / "bot.sock"),
            "KHAIBAO_HINT_SOCKET": str(home / "hints.sock"),
            "KHAIBAO_SECRET_KEY": secrets.token_hex(32),
            "KHAIBAO_FIELD_KEYS": _key(),
            "KHAIBAO_INDEX_KEYS": _key(),
            "KHAIBAO_SMS_CHANNEL": "kannel",
            "KHAIBAO_SHORT_CODE": SHORT_CODE,
            "KHAIBAO_KANNEL_SEND_URL": SEND_URL,
            "KHAIBAO_KANNEL_USER": "app",
            "KHAIBAO_KANNEL_PASSWORD": PASSWORD,
            "KHAIBAO_KANNEL_TOKEN": TOKEN,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Ready when /readyz says so."""
        with (self.home / "house.log").open("ab") as out:
            self._process = subprocess.Popen([*KHAIBAO, "run"], cwd=ROOT, env=self._environment, stdout=out, stderr=out)
        wait_until(self._ready, seconds=300, what="the house")

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def log(self) -> str:
        """What its processes wrote."""
        return (self.home / "house.log").read_text(errors="replace")

    def declarations(self) -> list[dict]:
        """What `khaibao export` gives out."""
        command = [*KHAIBAO, "export", "declarations", "--format", "jsonl"]
        done = subprocess.run(command, cwd=ROOT, env=self._environment, check=True, capture_output=True, timeout=60)
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    def _ready(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log()
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = House(tmp_path_factory.mktemp("house"))
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
