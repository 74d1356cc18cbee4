"""Nobody can be found in a log, in the database file or in the spool."""

from __future__ import annotations

import pytest

from backend.services.ports.unit import StoreUnavailable

pytestmark = pytest.mark.timeout(600)

NUMBER = "84907654321"
NAME = "Trương Thị Ngọc Xuân"
FORMS = (NUMBER, NUMBER[2:], "0" + NUMBER[2:], NAME, "Truong Thi Ngoc Xuan", "Ngoc Xuan", "NGOC XUAN")


def assert_nobody(content: bytes, where: str) -> None:
    for words in FORMS:
        assert words.encode() not in content, f"{words!r} stands in clear in {where}"
        assert words.encode("utf-16-le") not in content, f"{words!r} stands in clear in {where}"


def test_a_whole_conversation_leaves_no_trace_of_the_person(log_file, network, tmp_path):
    phone = network.phone(NUMBER)
    phone.sends(f"KB {NAME}; 1958; nu; Ben Nghe, TP HCM; 01000")
    phone.sends("1").sends("hom qua").sends("1").reads("Da nhan", "Ngoc Xuan")
    phone.dials("1").types("1").session_ends()
    phone.sends("MA").sends("SUA").sends("HUY").sends("xin goi lai cho toi")
    phone.waits(minutes=31)
    network.client.get(f"/webhooks/kannel/mo?from={NUMBER}&text={NAME}")
    network.client.post("/webhooks/simulator/sms", data=NAME, content_type="application/json")
    logged = log_file.read_bytes()
    assert b"outbox=" in logged
    assert_nobody(logged, "the log")
    for path in tmp_path.rglob("*.db*"):
        assert_nobody(path.read_bytes(), path.name)
    assert len(phone.declarations) > 0


def test_a_failure_leaves_no_trace_of_the_person(log_file, network, monkeypatch):
    phone = network.phone(NUMBER)

    def fails(requests, timeout=None):
        raise ValueError(f"cannot read {requests[0]['text']} of {NUMBER}")

    monkeypatch.setattr(network.parts.bot, "turns", fails)
    phone.submits(NAME)
    for _ in range(network.house.policy.park_after):
        phone.waits(minutes=5)
    phone.reads("19009095")
    logged = log_file.read_bytes()
    assert b"ValueError" in logged
    assert_nobody(logged, "the log")


def test_the_spool_is_sealed_and_comes_in_when_the_database_is_back(log_file, network, tmp_path, monkeypatch):
    phone = network.phone(NUMBER)
    store = network.house.receive.store

    def down(events):
        raise StoreUnavailable("connection_lost")

    monkeypatch.setattr(network.house.receive, "store", down)
    phone.submits(f"KB {NAME}; 1958; nu; Ben Nghe, TP HCM; 00000")
    spooled = b"".join(path.read_bytes() for path in (tmp_path / "spool").iterdir())
    assert spooled
    assert_nobody(spooled, "the spool")
    monkeypatch.setattr(network.house.receive, "store", store)
    phone.waits().reads("Da nhan khai bao")
    assert_nobody(log_file.read_bytes(), "the log")
