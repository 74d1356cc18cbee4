"""What providers meet at our door."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

from backend.api.app import Web, create_app
from backend.services.policy import Policy
from channels.contract import (
    Answer,
    DeliveryState,
    EventKind,
    InboundEvent,
    Limits,
    Malformed,
    Medium,
    Receipt,
    Response,
    Route,
    Unauthorised,
)
from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE, says

EVENT = InboundEvent("fake", Medium.SMS, EventKind.TEXT, "m1", PHONE, "KB")


class FakeAdapter:
    """Notes the order of what is asked of it."""

    limits = Limits()

    def __init__(self, name="fake", medium=Medium.SMS, found=(EVENT,)):
        self.name, self.medium, self.found = name, medium, found
        self.routes = (Route(f"/{name}/mo", methods=("GET", "POST")),)
        self.asked, self.requests = [], []
        self.error: Exception | None = None

    def verify(self, request):
        self.asked.append("verify")
        self.requests.append(request)
        if isinstance(self.error, Unauthorised):
            raise self.error

    def parse(self, request):
        self.asked.append("parse")
        if self.error:
            raise self.error
        return self.found

    def acknowledge(self, answer: Answer | None, request=None):
        self.asked.append("acknowledge")
        return Response(body="" if answer is None else f"{answer.final} {answer.text}")


@pytest.fixture
def house() -> Small:
    return Small(Policy(sms_channel="kannel"))


@pytest.fixture
def adapter():
    return FakeAdapter()


def client(house: Small, adapter: FakeAdapter, ready=()):
    web = Web(house, {adapter.name: adapter}, "https://kb.example/", 1024, lambda: ready)
    return create_app(web).test_client()


def test_a_request_is_verified_parsed_stored_and_then_acknowledged(house, adapter):
    answer = client(house, adapter).post("/webhooks/fake/mo", data="x")
    assert (answer.status_code, answer.data) == (200, b"")
    assert adapter.asked == ["verify", "parse", "acknowledge"]
    assert len(house.tables.inbox) == 1


def test_the_adapter_sees_the_request_as_the_provider_made_it(house, adapter):
    client(house, adapter).post(
        "/webhooks/fake/mo?b=%20x&a=&a=2",
        data="Body=%C4%91&Blank=&Body=2",
        content_type="application/x-www-form-urlencoded",
        headers={"X-Sign": "s"},
    )
    (request,) = adapter.requests
    assert request.url == "https://kb.example/webhooks/fake/mo?b=%20x&a=&a=2"
    assert list(request.query) == [("b", " x"), ("a", ""), ("a", "2")]
    assert list(request.form) == [("Body", "đ"), ("Blank", ""), ("Body", "2")]
    assert request.headers["x-sign"] == "s"
    assert request.body == b"Body=%C4%91&Blank=&Body=2"


@pytest.mark.parametrize(("error", "status"), [(Unauthorised("wrong_token"), 403), (Malformed("text_missing"), 400)])
def test_a_refused_request_gets_a_code_and_leaves_nothing(house, adapter, error, status):
    adapter.error = error
    answer = client(house, adapter).post("/webhooks/fake/mo")
    assert (answer.status_code, answer.json) == (status, {"error": error.code})
    assert house.tables.inbox == {}


def test_what_is_not_verified_is_not_even_read(house, adapter):
    adapter.error = Unauthorised("wrong_token")
    client(house, adapter).post("/webhooks/fake/mo")
    assert adapter.asked == ["verify"]


def test_a_body_that_is_too_large_is_not_read(house, adapter):
    answer = client(house, adapter).post("/webhooks/fake/mo", data=b"x" * 2000)
    assert (answer.status_code, answer.json) == (413, {"error": "request_entity_too_large"})
    assert adapter.asked == []


def test_nothing_is_acknowledged_that_is_safe_nowhere(house, adapter, monkeypatch):
    def full(events):
        raise OSError(28, "no space")

    house.units.down = True
    monkeypatch.setattr(house.spool, "append", full)
    answer = client(house, adapter).post("/webhooks/fake/mo")
    assert (answer.status_code, answer.json) == (503, {"error": "try_again"})
    assert "acknowledge" not in adapter.asked


def test_a_spooled_message_is_acknowledged(house, adapter):
    house.units.down = True
    assert client(house, adapter).post("/webhooks/fake/mo").status_code == 200
    assert house.spool.pending()


def test_receipts_and_messages_may_come_together(house, adapter):
    adapter.found = (EVENT, Receipt("fake", DeliveryState.DELIVERED, "r1"))
    client(house, adapter).post("/webhooks/fake/mo")
    assert len(house.tables.inbox) == 1
    assert len(house.tables.receipts) == 1


def test_a_session_is_answered_in_the_request(house):
    event = replace(EVENT, channel="ussd", medium=Medium.USSD, kind=EventKind.START, session_id="s", step=0)
    house.bot.answer = lambda request: says("hello", open={"form": "health", "field": "x"})
    answer = client(house, FakeAdapter("ussd", Medium.USSD, (event,))).post("/webhooks/ussd/mo")
    assert answer.data == b"False hello"


def test_a_crash_tells_nothing(house, adapter, monkeypatch):
    def crash(events):
        raise RuntimeError(PHONE)

    monkeypatch.setattr(house.receive, "take", crash)
    answer = client(house, adapter).post("/webhooks/fake/mo")
    assert (answer.status_code, answer.json) == (500, {"error": "internal"})


def test_unknown_addresses_and_methods_get_json(house, adapter):
    browser = client(house, adapter)
    assert (browser.get("/nothing").status_code, browser.get("/nothing").json) == (404, {"error": "not_found"})
    assert browser.delete("/webhooks/fake/mo").json == {"error": "method_not_allowed"}


def test_health_readiness_and_metrics(house, adapter):
    assert client(house, adapter).get("/healthz").json == {"status": "ok"}
    waiting = client(house, adapter, ready=["bot"]).get("/readyz")
    assert (waiting.status_code, waiting.json["missing"]) == (503, ["bot"])
    assert client(house, adapter).get("/readyz").status_code == 200
    browser = client(house, adapter)
    browser.post("/webhooks/fake/mo")
    assert b'khaibao_inbound_total{channel="fake"}' in browser.get("/metrics").data


def test_the_description_lists_what_is_mounted(house, adapter):
    found = client(house, adapter).get("/api/v1/openapi.json").json
    unguarded = {path for path in found["paths"] if "x-roles" not in str(found["paths"][path])}
    assert unguarded == {"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/webhooks/fake/mo"}
    assert set(found["paths"]["/webhooks/fake/mo"]) == {"get", "post"}


@pytest.mark.parametrize(("size", "status"), [(1024, 200), (1025, 413), (5000, 413)])
def test_a_body_in_chunks_is_taken_whole_or_refused(house, adapter, size, status):
    answer = client(house, adapter).post("/webhooks/fake/mo", input_stream=BytesIO(b"x" * size),
                                         environ_overrides={"wsgi.input_terminated": True})  # fmt: skip
    assert answer.status_code == status
    assert [len(request.body) for request in adapter.requests] == ([size] if status == 200 else [])
