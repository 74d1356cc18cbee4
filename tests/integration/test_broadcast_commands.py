"""From the terminal: a broadcast from its text to its end."""

from __future__ import annotations

import json

import pytest

from backend.commands.opened import opened_house
from backend.services.phones import reached
from tests.integration.test_tracing_commands import Run, done, run

__all__ = ["run"]

TEXT = "Tiêm nhắc ở trạm y tế phường."


@pytest.fixture
def number(run: Run) -> str:
    done(run("user", "add", "hoa", "--role", "hotline", "--office", "Sở Y tế"))
    done(run("user", "add", "binh", "--role", "approver"))
    done(run("user", "add", "lan", "--role", "border"))
    with opened_house() as house, house.units() as unit:
        phone = reached(unit, house.policy, "84901234567", house.clock.now())
        unit.people.add(phone.address_index, "self", {}, house.clock.now())
        unit.commit()
    return done(run("broadcast", "create", "--user", "hoa", "--vi", TEXT, "--en", "Booster doses.", "--urgent"))


def test_a_broadcast_from_its_text_to_its_end(run: Run, number: str) -> None:
    shown = done(run("broadcast", "preview", number)).splitlines()
    assert shown == [
        "vi: 1 phones, 1 SMS each, 0 have stopped advice",
        "  So Y te: Tiem nhac o tram y te phuong.",
        "1 phones, 1 SMS",
    ]
    assert json.loads(done(run("broadcast", "preview", number, "--json")))["segments"] == 1
    decision = ("--user", "binh", "--reason", "agreed")
    assert done(run("broadcast", "approve", number, *decision)) == f"broadcast {number} approved"
    assert done(run("broadcast", "pause", number, "--user", "hoa")) == f"broadcast {number} paused"
    assert done(run("broadcast", "resume", number, "--user", "hoa")) == f"broadcast {number} approved"
    with opened_house() as house:
        assert house.broadcasts.round() == 1
    assert done(run("broadcast", "stop", number, "--user", "hoa", "--reason", "wrong")) == f"broadcast {number} stopped"
    status = json.loads(done(run("broadcast", "status", number, "--json")))
    assert (status["status"], status["queued"]) == ("stopped", 0)
    assert "texts: vi: Tiêm nhắc" in done(run("broadcast", "status", number))
    assert done(run("broadcast", "list")).split(maxsplit=2) == [number, "stopped", TEXT]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("approve", "1", "--user", "hoa", "--reason", "r"), "the user's role does not allow this"),
        (("pause", "1", "--user", "hoa"), "the broadcast is not at a point where this can be done"),
        (("pause", "9", "--user", "hoa"), "no such broadcast"),
        (("stop", "1", "--user", "lan", "--reason", "r"), "the user's role does not allow this"),
        (("create", "--user", "hoa", "--vi", TEXT, "--area", "Atlantis"), "'Atlantis' is no place we know"),
        (("create", "--user", "hoa", "--vi", "dài " * 200), "the text in vi takes 6 SMS, at most 3 are sent"),
    ],
)
def test_refusals_are_one_sentence(run: Run, number: str, arguments: tuple[str, ...], said: str) -> None:
    refused = run("broadcast", *arguments)
    assert (refused.exit_code, said in refused.stderr) == (1, True), refused.stderr


def test_usage(run: Run, number: str) -> None:
    for arguments in (("create", "--user", "hoa"), ("create", "--user", "hoa", "--vi", TEXT, "--text", "km")):
        assert run("broadcast", *arguments).exit_code == 2
