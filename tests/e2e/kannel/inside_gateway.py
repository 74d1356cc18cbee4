"""The Kannel adapter against a real Kannel.  Run by test_kannel.py in a network namespace with only loopback."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from channels.contract import Accepted, DeliveryState, Outgoing, Request, Retry
from channels.registry import build
from channels.sending import HttpClient
from tests.contract.peer import peer
from tests.e2e.kannel.gateway import PASSWORD, SEND_URL, SHORT_CODE, TOKEN, Gateway, fakesmsc
from tests.e2e.kannel.phones import Phones
from tests.servers import wait_until

NUMBER = "84901234567"


@pytest.fixture(scope="module")
def web():
    with peer() as told:
        yield told


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, web):
    running = Gateway(tmp_path_factory.mktemp("kannel"), web.url)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def http():
    client = HttpClient()
    yield client
    client.close()


@pytest.fixture(scope="module")
def adapter(web, http):
    values = {
        "public_url": web.url,
        "short_code": SHORT_CODE,
        "kannel_token": TOKEN,
        "kannel_send_url": SEND_URL,
        "kannel_user": "app",
        "kannel_password": PASSWORD,
    }
    return build(values, http)["kannel"]


@pytest.fixture
def phones(gateway, web):
    web.asked.clear()
    web.status = 200
    network = Phones()
    yield network
    network.close()


def taken(adapter, asked):
    """What the adapter makes of a request Kannel made."""
    query = parse_qsl(asked.raw_query, keep_blank_values=True)
    url = f"http://x{asked.path}?{asked.raw_query}"
    request = Request("GET", url, asked.path, asked.headers, query, [], b"", "127.0.0.1")
    adapter.verify(request)
    [item] = adapter.parse(request)
    return item


def asked(web, path, count):
    """The first `count` requests to an address."""
    wait_until(
        lambda: sum(each.path == path for each in web.asked) >= count, seconds=30, what=f"{count} calls of {path}"
    )
    return [each for each in web.asked if each.path == path][:count]


@pytest.mark.parametrize("text", ["KB Nguyen Van A; 1958; nam", "  KB   00000  ", "a+b&c=d%20 #1 @", "Tôi bị sốt"])
def test_a_text_from_a_phone(text, phones, web, adapter):
    phones.text(NUMBER, text)
    [call] = asked(web, "/webhooks/kannel/mo", 1)
    event = taken(adapter, call)
    assert (event.sender, event.recipient, event.text) == (NUMBER, SHORT_CODE, text.strip())
    assert len(event.provider_id) == 36
    assert event.sent_at is not None


def test_a_text_with_accents(phones, web, adapter):
    phones.text_with_accents(NUMBER, "Tôi bị sốt, ộ 😀")
    [call] = asked(web, "/webhooks/kannel/mo", 1)
    assert taken(adapter, call).text == "Tôi bị sốt, ộ 😀"


def test_a_text_in_pieces_out_of_order(phones, web, adapter):
    phones.piece(NUMBER, 7, 2, 2, "Thi Hoa; 1958; nu")
    phones.piece(NUMBER, 7, 2, 1, "KB Nguyen ")
    [call] = asked(web, "/webhooks/kannel/mo", 1)
    assert taken(adapter, call).text == "KB Nguyen Thi Hoa; 1958; nu"


def test_kannel_comes_again_with_the_same_id_until_we_take_the_text(phones, web, adapter):
    web.status = 503
    phones.text(NUMBER, "KB")
    asked(web, "/webhooks/kannel/mo", 2)
    web.status = 200
    ids = {taken(adapter, call).provider_id for call in asked(web, "/webhooks/kannel/mo", 3)}
    assert len(ids) == 1


@pytest.mark.parametrize("text", ["Ma cua ban: KB-1234\n1 Co\n0 Khong", "Mã của bạn: ộ 😀", "a@b.vn {1} €"])
def test_our_text_reaches_the_phone_and_its_reports_reach_us(text, phones, web, adapter):
    assert adapter.send(Outgoing("key-1", NUMBER, text)) == Accepted()
    assert phones.wait_for(NUMBER, 1) == text
    reports = [taken(adapter, call) for call in asked(web, "/webhooks/kannel/dlr", 2)]
    assert {report.key for report in reports} == {"key-1"}
    assert {report.state for report in reports} == {DeliveryState.SENT, DeliveryState.DELIVERED}  # in any order


@pytest.mark.parametrize("word", ["mot hai ba ", "một hai ba "])
def test_a_long_text_comes_in_as_many_pieces_as_we_count(word, phones, adapter):
    from channels.text import segments

    text = word * 30
    assert adapter.send(Outgoing("key-2", NUMBER, text)) == Accepted()
    phones.wait_for(NUMBER, segments(text).number)
    assert "".join(phones.inbox(NUMBER)) == text


def test_a_wrong_password_kills_no_message(gateway, web, http):
    wrong = build({"kannel_send_url": SEND_URL, "kannel_user": "app", "kannel_password": "x"}, http)["kannel"]
    assert wrong.send(Outgoing("key-3", NUMBER, "KB")) == Retry("kannel_403")


def test_kannels_own_fake_phone(gateway, web, adapter):
    web.asked.clear()
    with fakesmsc(f"{NUMBER} {SHORT_CODE} text KB 00000") as phone:
        [call] = asked(web, "/webhooks/kannel/mo", 1)
        assert taken(adapter, call).text == "KB 00000"
        assert adapter.send(Outgoing("key-4", NUMBER, "Da nhan KB-1234")) == Accepted()
        seen = next(line for line in phone.stderr if "Got message" in line)
    assert f"<{SHORT_CODE} {NUMBER} text Da nhan KB-1234>" in seen


def test_a_text_survives_a_killed_bearerbox(gateway, web, adapter):
    web.asked.clear()
    gateway.stop_smsbox()
    network = Phones()
    network.text(NUMBER, "KB sau mat dien")
    wait_until(lambda: gateway.stored("KB sau mat dien"), seconds=20, what="the text in the spool")
    gateway.kill_bearerbox()
    network.close()
    gateway.start()
    [call] = asked(web, "/webhooks/kannel/mo", 1)
    assert taken(adapter, call).text == "KB sau mat dien"
