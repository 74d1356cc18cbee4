"""The hotline's list from the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from backend.commands.opened import opened_house
from tests.integration.store.support import PHONE, sms
from tests.integration.test_tracing_commands import Run, done, run

__all__ = ["run"]


def test_a_phone_is_listed_and_closed(run: Run) -> None:
    done(run("user", "add", "mai", "--role", "hotline"))
    with opened_house() as house, house.units() as unit:
        to = unit.conversations.get_or_create(sms("call"), unit.index(PHONE), "vi", datetime.now(UTC))
        unit.callbacks.request(to, "asked", datetime.now(UTC))
        unit.commit()
    waiting = json.loads(done(run("callback", "list", "--user", "mai", "--json")))
    assert (waiting["phone"], waiting["reason"]) == (PHONE, "asked")
    assert PHONE in done(run("callback", "list", "--user", "mai"))
    number = str(waiting["callback"])
    assert done(run("callback", "close", number, "--user", "mai", "--outcome", "rung")) == f"callback {number} closed"
    assert done(run("callback", "list", "--user", "mai")) == ""
    again = run("callback", "close", number, "--user", "mai", "--outcome", "rung")
    assert (again.exit_code, "no such callback" in again.stderr) == (1, True)
    done(run("user", "add", "ba", "--role", "facility"))
    assert "role does not allow" in run("callback", "list", "--user", "ba").stderr
