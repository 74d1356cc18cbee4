"""Every channel of the registry takes every payload of its folder: a raw request in, what it means out.

A payload is tests/payloads/<channel>/<case>.json: `about`, `request` (method, path, raw query, headers, raw body; over
a line one message, `hex`) and
`expect`, one of `events`, `receipts`, `unauthorised`, `malformed`; `same_id_as` names the case it repeats.
`{x*5000}` stands for five thousand x.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from backend.services.policy import SESSIONS
from channels.contract import Answer, InboundEvent, Limits, Malformed, Receipt, Request, Unauthorised
from channels.registry import CHANNELS, build
from tests.e2e.gsup import phones

PAYLOADS = Path(__file__).parent.parent / "payloads"
PUBLIC = "https://khaibao.example"
VALUES = {
    "public_url": PUBLIC,
    "short_code": "8088",
    "ussd_code": "*098#",
    "kannel_token": "kanneltoken1",
    "twilio_account_sid": "AC00000000000000000000000000000001",
    "twilio_auth_tokens": "12345,67890",
    "twilio_from": "+18005551212",
    "esms_mo_key": "esmskey",
    "esms_token": "esmstoken1",
    "africastalking_token": "attoken1",
    "hubtel_token": "hubteltoken1",
    "infobip_token": "infobiptoken1",
    "nalo_token": "nalotoken1",
    "gsup_host": "203.0.113.7",
    "gsup_name": "khaibao",
    "zalo_app_id": "360846524940903967",
    "zalo_oa_id": "388613280878808645",
    "zalo_oa_secret": "oasecret1",
}
CASES = ("good", "forged", "duplicate", "missing", "nfd", "empty", "oversized", "unknown", "blank", "order")
ADAPTERS = build({**VALUES, "demo": "1"})
FILES = sorted(PAYLOADS.glob("*/*.json"))


def load(path: Path) -> tuple[Request, dict]:
    payload = json.loads(path.read_text(encoding="utf-8"))
    raw = {"query": "", "headers": {}, "body": "", "hex": "", "remote": "203.0.113.7", **payload["request"]}
    query, body = expand(raw["query"]), expand(raw["body"])
    is_form = raw["headers"].get("content-type") == "application/x-www-form-urlencoded"
    request = Request(
        method=raw["method"],
        url=PUBLIC + raw["path"] + (f"?{query}" if query else ""),
        path=raw["path"],
        headers=raw["headers"],
        query=parse_qsl(query, keep_blank_values=True),
        form=parse_qsl(body, keep_blank_values=True) if is_form else [],
        body=bytes.fromhex(raw["hex"]) or body.encode(),
        remote=raw["remote"],
    )
    return request, payload["expect"]


def expand(text: str) -> str:
    return re.sub(r"\{(.)\*(\d+)\}", lambda match: match[1] * int(match[2]), text)


def take(channel: str, request: Request):
    adapter = ADAPTERS[channel]
    adapter.verify(request)
    return adapter.parse(request)


def test_every_channel_has_payloads_for_every_case():
    missing = {
        name: [
            case
            for case in CASES
            if not any(path.stem.split("-")[0] == case for path in (PAYLOADS / name).glob("*.json"))
        ]
        for name in CHANNELS
    }
    assert {name: cases for name, cases in missing.items() if cases} == {}
    assert {path.parent.name for path in FILES} == set(CHANNELS)
    assert {path.stem.split("-")[0] for path in FILES} == set(CASES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_payload(path):
    request, expect = load(path)
    channel = path.parent.name
    [(outcome, wanted)] = [item for item in expect.items() if item[0] != "same_id_as"]
    if outcome in ("unauthorised", "malformed"):
        with pytest.raises(Unauthorised if outcome == "unauthorised" else Malformed) as refused:
            take(channel, request)
        assert refused.value.code == wanted
        return
    taken = take(channel, request)
    kind = InboundEvent if outcome == "events" else Receipt
    assert [type(item) for item in taken] == [kind] * len(wanted)
    for item, shape in zip(taken, wanted, strict=True):
        assert item.channel == channel
        assert {name: plain(getattr(item, name)) for name in shape if shape[name] != "*"} == {
            name: value for name, value in shape.items() if value != "*"
        }
    if "same_id_as" in expect:
        first, _ = load(path.with_name(f"{expect['same_id_as']}.json"))
        assert [item.provider_id for item in taken] == [item.provider_id for item in take(channel, first)]


def plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_refusals_and_ids_say_nothing_about_the_person(path):
    request, expect = load(path)
    code = expect.get("unauthorised") or expect.get("malformed")
    if code:
        assert re.fullmatch(r"[a-z_]+", code)
        return
    for item in take(path.parent.name, request):
        if isinstance(item, InboundEvent):
            assert item.sender not in item.provider_id
            assert item.sender.rpartition(":")[2] not in item.provider_id
            assert item.medium is ADAPTERS[path.parent.name].medium


@pytest.mark.parametrize("name", CHANNELS)
def test_without_secrets_everything_is_refused(name):
    closed = build({"public_url": PUBLIC})
    if CHANNELS[name].demo_only:
        assert name not in closed
        return
    for path in (PAYLOADS / name).glob("good*.json"):
        request, _ = load(path)
        with pytest.raises(Unauthorised):
            closed[name].verify(request)


@pytest.mark.parametrize("name", CHANNELS)
def test_adapters_have_the_shape_of_the_contract(name):
    adapter = ADAPTERS[name]
    assert adapter.name == name
    assert isinstance(adapter.limits, Limits)
    assert bool(adapter.routes) != isinstance(getattr(adapter, "address", None), tuple)  # they call us, or we call them
    assert all(route.path.startswith("/") and route.purpose in ("inbound", "receipt") for route in adapter.routes)
    assert hasattr(adapter, "send") == hasattr(adapter, "lookup") == adapter.limits.can_start


@pytest.mark.parametrize("name", CHANNELS)
def test_acknowledgement_never_fails(name):
    request, _ = load(PAYLOADS / name / "good.json")
    assert ADAPTERS[name].acknowledge(None).status == 200
    answer = ADAPTERS[name].acknowledge(Answer("Bạn có sốt không?\n1 Có", final=False), request)
    assert answer.status == 200
    assert ("sốt" in readable(answer.body)) == (ADAPTERS[name].medium in SESSIONS)


def readable(body):
    """What is said over a line is read as a phone does."""
    return body if isinstance(body, str) else phones.shown(body)


def test_every_field_of_an_event_is_checked_somewhere():
    named = {name for path in FILES for shape in load(path)[1].get("events", []) for name in shape}
    assert {field.name for field in fields(InboundEvent)} - named == {"channel", "account"}
