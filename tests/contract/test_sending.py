"""What sending means when the provider accepts, refuses, hangs up, is silent or is not there."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import parse_qs

import pytest

from channels.contract import Accepted, Dead, Outgoing, Retry, Tokens, Unknown
from channels.registry import CHANNELS, build
from channels.sending import HttpAnswer, HttpClient
from channels.zalo.tokens import MemoryVault
from tests.contract.peer import peer, secured

NUMBER, TEXT = "84901234567", "Ma cua ban la KB-1234"
MESSAGE = Outgoing(key="b3f1", recipient=NUMBER, text=TEXT, created_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
CREATED = {"sid": "SM1", "status": "queued", "body": TEXT, "date_created": "Sun, 22 Nov 2026 10:00:05 +0000"}
TAKEN = {"error": 0, "data": {"message_id": "z-1"}}
WANTED = {"kannel": (202, "0: Accepted for delivery"), "esms": (200, '{"CodeResult": "100", "SMSID": "s-1"}'),
          "twilio": (201, json.dumps(CREATED)), "zalo": (200, json.dumps(TAKEN)),
          "twilio_voice": (201, '{"sid": "CA1"}')}  # fmt: skip
NOT_CONNECTED = (socket.gaierror, ssl.SSLError, ssl.SSLCertVerificationError)
OS_ERRORS = (OSError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError, TimeoutError)
ACCOUNT = "zalo:246845883529197922"


@pytest.fixture
def provider():
    with peer() as told:
        yield told


@pytest.fixture
def http():
    client = HttpClient(connect_timeout=2, read_timeout=0.3)
    yield client
    client.close()


def sender(name, url, http):
    values = {
        "public_url": "https://khaibao.example",
        "short_code": "8088",
        "kannel_send_url": f"{url}/cgi-bin/sendsms",
        "kannel_user": "app",
        "kannel_password": "p w",
        "kannel_token": "tok-1",
        "twilio_account_sid": "AC1",
        "twilio_auth_tokens": "12345,67890",
        "twilio_from": "+18005551212",
        "twilio_api_url": url,
        "esms_api_url": url,
        "esms_api_key": "key",
        "esms_secret_key": "secret",
        "esms_brandname": "KHAIBAO",
        "esms_token": "esmstoken1",
        "zalo_app_id": "app-1",
        "zalo_app_secret": "app-secret",
        "zalo_refresh_token": "refresh-0",
        "zalo_api_url": url,
        "demo": "1",
    }
    return build(values, http, vault())[name]


def vault():
    """One that holds a token of Zalo nobody has to renew."""
    kept = MemoryVault()
    seed = hashlib.sha256(b"refresh-0").hexdigest()
    kept.save("zalo", Tokens("access-1", "refresh-1", datetime(2999, 1, 1, tzinfo=UTC), seed, 1))
    return kept


def message(name):
    return replace(MESSAGE, recipient=ACCOUNT) if name == "zalo" else MESSAGE


def test_every_sender_over_http_is_tested_here():
    senders = {name for name, adapter in build({"demo": "1"}).items() if adapter.limits.can_start}
    assert senders - set(WANTED) == {name for name in senders if CHANNELS[name].demo_only}


@pytest.mark.parametrize("name", WANTED)
def test_accepted(name, provider, http):
    provider.status, provider.body = WANTED[name]
    assert isinstance(sender(name, provider.url, http).send(message(name)), Accepted)
    assert len(provider.asked) == 1


@pytest.mark.parametrize("name", WANTED)
def test_not_there_is_a_retry(name, http):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert sender(name, f"http://127.0.0.1:{port}", http).send(message(name)) == Retry("provider_unreachable")


@pytest.mark.parametrize("name", WANTED)
def test_a_name_that_does_not_resolve_is_a_retry(name, http, monkeypatch):
    def unresolved(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    assert sender(name, "http://gateway.invalid", http).send(message(name)) == Retry("provider_unreachable")


@pytest.mark.parametrize("name", WANTED)
def test_hanging_up_after_the_request_is_unknown(name, provider, http):
    provider.hang_up = True
    assert sender(name, provider.url, http).send(message(name)) == Unknown("provider_no_answer")
    assert len(provider.asked) == 1


@pytest.mark.parametrize("name", WANTED)
def test_silence_after_the_request_is_unknown(name, provider, http):
    provider.silent = threading.Event()
    assert sender(name, provider.url, http).send(message(name)) == Unknown("provider_no_answer")
    assert len(provider.asked) == 1


@pytest.mark.parametrize("name", ["esms", "twilio", "twilio_voice", "zalo"])  # the status is the whole answer of Kannel
@pytest.mark.parametrize("broken", ["", "<html>", "[]", '{"sid": 1}'])
def test_an_answer_that_cannot_be_read_never_counts_as_sent(name, broken, provider, http):
    provider.status, provider.body = WANTED[name][0], broken
    assert isinstance(sender(name, provider.url, http).send(message(name)), Unknown)


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("status", [301, 401, 404, 429, 503])
def test_trouble_of_the_account_or_the_server_kills_no_message(name, status, provider, http):
    provider.status, provider.headers = status, {"Location": provider.url}
    assert isinstance(sender(name, provider.url, http).send(message(name)), Retry | Unknown)
    assert len(provider.asked) == 1


@pytest.mark.parametrize("name", WANTED)
def test_without_an_address_nothing_is_lost(name, http):
    assert isinstance(build({}, http)[name].send(MESSAGE), Retry)


@pytest.mark.parametrize("name", WANTED)
def test_no_log_names_the_number_the_text_or_a_secret(name, provider, http, caplog):
    caplog.set_level(logging.DEBUG)
    provider.status, provider.body = WANTED[name]
    channel = sender(name, provider.url, http)
    channel.send(message(name))
    channel.lookup(message(name))
    provider.hang_up = True
    channel.send(message(name))
    sender(name, "http://127.0.0.1:9", http).send(message(name))
    for secret in (NUMBER, ACCOUNT, TEXT, TEXT.rsplit(maxsplit=1)[-1], "p w", "p+w", "12345", "secret", "access-1"):
        assert secret not in caplog.text


def test_kannel_is_asked_as_its_manual_says(provider, http):
    provider.status = 202
    sender("kannel", provider.url, http).send(Outgoing("b3 f1", NUMBER, "Mã của bạn", "vi"))
    [asked] = provider.asked
    assert asked.path == "/cgi-bin/sendsms"
    assert {name: value for name, [value] in asked.query.items()} == {
        "username": "app",
        "password": "p w",
        "from": "8088",
        "to": NUMBER,
        "text": "Mã của bạn",
        "coding": "2",
        "charset": "UTF-8",
        "dlr-mask": "31",
        "dlr-url": "https://khaibao.example/webhooks/kannel/dlr?token=tok-1&key=b3+f1&type=%d",
    }


def test_kannel_codes(provider, http):
    channel = sender("kannel", provider.url, http)
    for status, result in (
        (202, Accepted()),
        (200, Retry("kannel_200")),
        (400, Dead("kannel_400")),
        (403, Retry("kannel_403")),
        (502, Unknown("kannel_502")),
        (503, Retry("kannel_503", after=30.0)),
        (504, Unknown("kannel_504")),
    ):
        provider.status, provider.headers = status, {"Retry-After": "30"} if status == 503 else {}
        assert channel.send(MESSAGE) == result


def test_a_token_kannel_would_have_to_escape_is_refused():
    with pytest.raises(ValueError, match="letters, digits"):
        build({"kannel_token": "a%d&b"})


def test_twilio_is_asked_as_its_manual_says(provider, http):
    provider.status, provider.body = WANTED["twilio"]
    assert sender("twilio", provider.url, http).send(MESSAGE) == Accepted("SM1")
    [asked] = provider.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["authorization"] == "Basic QUMxOjEyMzQ1"  # AC1:12345, the first token
    assert {name: value for name, [value] in parse_qs(asked.body).items()} == {
        "To": f"+{NUMBER}",
        "From": "+18005551212",
        "Body": TEXT,
        "StatusCallback": "https://khaibao.example/webhooks/twilio/status?key=b3f1",
    }


@pytest.mark.parametrize(
    ("status", "code", "result"),
    [
        (400, 21211, Dead("twilio_21211")),
        (400, 21610, Dead("twilio_21610", opted_out=True)),
        (400, 21612, Dead("twilio_21612")),
        (400, 21614, Dead("twilio_21614")),
        (400, 30007, Dead("twilio_30007")),
        (400, 30001, Retry("twilio_30001")),
        (400, 30003, Retry("twilio_30003")),
        (401, 20003, Retry("twilio_20003")),
        (429, 20429, Retry("twilio_20429")),
        (500, None, Retry("twilio_500")),
        (502, None, Unknown("twilio_502")),
    ],
)
def test_twilio_codes(status, code, result, provider, http):
    provider.status, provider.body = status, json.dumps({"code": code, "message": "no", "status": status})
    assert sender("twilio", provider.url, http).send(MESSAGE) == result


def test_a_call_says_the_notice_twice_and_its_report_comes_back_with_our_key(provider, http):
    provider.status, provider.body = WANTED["twilio_voice"]
    assert sender("twilio_voice", provider.url, http).send(MESSAGE) == Accepted("CA1")
    [asked] = provider.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Calls.json"
    form = {name: value for name, [value] in parse_qs(asked.body).items()}
    assert (form["To"], form["From"]) == (f"+{NUMBER}", "+18005551212")
    assert form["StatusCallback"] == "https://khaibao.example/webhooks/twilio/voice/status?key=b3f1"
    assert f'<Say language="vi-VN" loop="2" voice="Google.vi-VN-Wavenet-A">{TEXT}</Say>' in form["Twiml"]


@pytest.mark.parametrize(
    ("messages", "result"),
    [
        ([CREATED], Accepted("SM1")),
        ([], Retry("twilio_never_came")),
        ([{**CREATED, "body": "another"}], Retry("twilio_never_came")),
        ([{**CREATED, "date_created": "Sun, 22 Nov 2026 09:00:00 +0000"}], Retry("twilio_never_came")),
    ],
)
def test_twilio_is_asked_what_became_of_a_message(messages, result, provider, http):
    provider.body = json.dumps({"messages": messages, "next_page_uri": None})
    assert sender("twilio", provider.url, http).lookup(MESSAGE) == result
    [asked] = provider.asked
    assert asked.query["To"] == [f"+{NUMBER}"]


def test_twilio_that_cannot_answer_leaves_the_outcome_unknown(provider, http):
    provider.status = 503
    assert isinstance(sender("twilio", provider.url, http).lookup(MESSAGE), Unknown)


def test_esms_is_asked_with_our_key(provider, http):
    provider.body = WANTED["esms"][1]
    assert sender("esms", provider.url, http).send(MESSAGE) == Accepted("s-1")
    [asked] = provider.asked
    body = json.loads(asked.body)
    assert (body["RequestId"], body["Phone"], body["Content"], body["IsUnicode"]) == ("b3f1", NUMBER, TEXT, "0")


@pytest.mark.parametrize(
    ("code", "result"),
    [("124", Accepted()), ("146", Dead("esms_146")), ("103", Retry("esms_103")), ("99", Retry("esms_99"))],
)
def test_esms_codes(code, result, provider, http):
    provider.body = json.dumps({"CodeResult": code})
    assert sender("esms", provider.url, http).send(MESSAGE) == result


def subclasses(parent):
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def raising(error):
    def fail(*args, **kwargs):
        raise error

    return fail


BROKEN = (HTTPException, *subclasses(HTTPException), ssl.SSLError, ValueError, *OS_ERRORS)


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: error.__name__)
def test_whatever_breaks_an_open_connection_the_message_may_have_arrived(error, provider, http, monkeypatch):
    monkeypatch.setattr(HTTPConnection, "getresponse", raising(error.__new__(error)))
    assert http.exchange("GET", provider.url) == Unknown("provider_no_answer")


@pytest.mark.parametrize("error", OS_ERRORS, ids=lambda error: error.__name__)
def test_a_connection_that_breaks_while_the_request_is_written_may_have_carried_it(error, provider, http, monkeypatch):
    monkeypatch.setattr(HTTPConnection, "send", raising(error.__new__(error)))
    assert http.exchange("GET", provider.url) == Unknown("provider_no_answer")


@pytest.mark.parametrize("error", [*OS_ERRORS, *NOT_CONNECTED], ids=lambda error: error.__name__)
def test_whatever_hinders_a_connection_nothing_has_left(error, provider, http, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", raising(error.__new__(error)))
    assert http.exchange("GET", provider.url) == Retry("provider_unreachable")
    assert not provider.asked


@pytest.mark.parametrize(
    "asked",
    [
        {"url": ""},
        {"url": "gateway/send"},
        {"url": "ftp://127.0.0.1/"},
        {"url": "http://[::1/"},
        {"url": "http://127.0.0.1:99999/"},
        {"query": [("text", "\ud800")]},
        {"headers": {"access_token": "a\nb"}},
        {"headers": {"access_token": "mạ"}},
        {"json": {"amount": float("nan")}},
    ],
    ids=str,
)
def test_a_request_that_cannot_be_written_has_not_left(asked, provider, http):
    assert http.exchange("POST", **{"url": provider.url, **asked}) == Retry("provider_unreachable")
    assert not provider.asked


def test_a_certificate_nobody_vouches_for_is_a_retry(http, tmp_path):
    with secured(tmp_path) as url:
        assert http.exchange("GET", url) == Retry("provider_unreachable")


def test_an_answer_cut_short_is_none(provider, http):
    provider.body, provider.headers = "whole", {"Content-Length": "9"}
    provider.closes = True
    assert http.exchange("GET", provider.url) == Unknown("provider_no_answer")


def test_large_answers_are_cut(provider, http):
    provider.body = "x" * 200_000
    answer = http.exchange("GET", provider.url)
    assert isinstance(answer, HttpAnswer)
    assert len(answer.body) == 64 * 1024


def test_connections_are_kept(provider, http):
    for _ in range(3):
        assert isinstance(http.exchange("GET", provider.url), HttpAnswer)
    assert len({asked.port for asked in provider.asked}) == 1


def test_a_connection_the_provider_has_closed_meanwhile_is_not_asked(provider, http):
    provider.closes = True
    for _ in range(3):
        assert isinstance(http.exchange("GET", provider.url), HttpAnswer)
        assert provider.gone.acquire(timeout=10)
    assert len({asked.port for asked in provider.asked}) == 3


def test_threads_share_no_connection(provider, http):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: http.exchange("GET", provider.url), range(40)))
    assert all(isinstance(answer, HttpAnswer) for answer in answers)
    assert len(provider.asked) == 40


def test_nothing_is_kept_once_closed(provider):
    client = HttpClient(connect_timeout=2, read_timeout=2)
    client.close()
    for _ in range(2):
        assert client.exchange("GET", provider.url).status == 200
    assert len({asked.port for asked in provider.asked}) == 2
