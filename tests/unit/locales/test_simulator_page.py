"""The page of the test phones and its JSON, without a server behind them."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from backend.i18n import load
from backend.i18n_keys import ROOT
from backend.services.handset import Received, UnknownNumber
from backend.simulator.page import Simulator

ALWAYS = {"hotline": "1900 9095", "short_code": "8099", "ussd_code": "*098#"}


class Drawer:
    """A handset with one message."""

    def messages(self, number, after):
        if not number.startswith("+84"):
            raise UnknownNumber
        assert after < 2**63, "no database holds such a number"
        message = Received(7, "Ma so 4823019571", 1, datetime(2026, 11, 22, 1, 30, tzinfo=UTC))
        return [message] if after < 7 else []


@pytest.fixture
def client():
    app = Flask("test", static_folder=None)
    languages = {"vi": "Tiếng Việt", "en": "English"}
    Simulator(Drawer(), load(ROOT / "locales", always=ALWAYS, strict=True), languages, ALWAYS).mount(app)
    return app.test_client()


def test_the_page_speaks_vietnamese_unless_asked_otherwise(client):
    assert "Khai báo bằng điện thoại bàn phím" in client.get("/simulator").text
    assert "Khai báo bằng điện thoại bàn phím" in client.get("/simulator?lang=xx").text
    assert "Declare with a keypad phone" in client.get("/simulator?lang=en").text


def test_a_bare_address_leads_there(client):
    assert client.get("/").location == "/simulator"


def test_the_page_needs_nothing_from_outside(client):
    page = client.get("/simulator")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    assert [address for address in addresses if "//" in address] == []
    for address in addresses:
        if address.startswith("/simulator/static"):
            with client.get(address) as found:
                assert found.status_code == 200


def test_every_control_has_a_name(client):
    """A button of only a sign or a drawing says nothing to a screen reader."""
    page = client.get("/simulator").text
    buttons = re.findall(r"<button\b([^>]*)>(.*?)</button>", page, re.DOTALL)
    assert buttons
    for attributes, content in buttons:
        words = re.sub(r"<[^>]+>", "", content).strip()
        labelled_by_script = 'class="soft"' in attributes  # its label changes with the screen
        assert words or "aria-label" in attributes or labelled_by_script


def test_messages_as_json(client):
    answer = client.get("/simulator/messages?number=%2B84901234567&after=0")
    assert answer.json == {
        "messages": [{"id": 7, "text": "Ma so 4823019571", "segments": 1, "time": "2026-11-22T01:30:00+00:00"}]
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/simulator/messages?number=%2B84901234567&after=7").json == {"messages": []}
    assert client.get(f"/simulator/messages?number=%2B84901234567&after={10**30}").json == {"messages": []}


def test_a_number_no_phone_has_is_refused(client):
    assert client.get("/simulator/messages?number=abc").status_code == 400
