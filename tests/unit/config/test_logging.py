from __future__ import annotations

import io
import json
import logging

import pytest

from backend.logging import BLOT, configure


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    made = io.StringIO()
    configure("DEBUG", made)
    return made


def line(stream: io.StringIO) -> dict:
    return json.loads(stream.getvalue())


def test_ids_stay_and_personal_keys_go(stream: io.StringIO) -> None:
    extra = {"inbox": 7, "phone": "84901234567", "answers": {"name": "Ánh"}, "text": "KB"}
    logging.getLogger("backend.services.turn").info("parked", extra=extra)
    found = line(stream)
    assert (found["event"], found["inbox"], found["level"], found["logger"]) == (
        "parked",
        7,
        "info",
        "backend.services.turn",
    )
    assert not {"phone", "answers", "text"} & set(found)


@pytest.mark.parametrize("number", ["84901234567", "0901 234 567", "0901.234.567", "090-123-4567", "901234567"])
def test_long_digit_runs_are_blotted(stream: io.StringIO, number: str) -> None:
    logging.getLogger("backend").warning("from %s", number)
    assert line(stream)["event"] == f"from {BLOT}"


def test_an_exception_shows_type_and_place_only(stream: io.StringIO) -> None:
    try:
        int("Nguyen Van A")
    except ValueError:
        logging.getLogger("backend").exception("turn_crashed")
    found = line(stream)
    assert found["error"] == "ValueError"
    assert "test_logging.py" in found["at"][-1]
    assert "Nguyen" not in stream.getvalue()


def test_what_libraries_say_is_withheld(stream: io.StringIO) -> None:
    logging.getLogger("twilio.http_client").info("Body: %s", "Nguyen Van A")
    assert line(stream)["withheld"] is True
    assert "Nguyen" not in stream.getvalue()
