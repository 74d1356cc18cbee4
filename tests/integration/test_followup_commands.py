"""Follow-ups from the terminal, and those that an approved alert begins."""

from __future__ import annotations

import json
from datetime import timedelta

from backend.commands.opened import opened_house
from backend.domain.days import day_of
from tests.integration.test_tracing_commands import HOA_SEN, PHONES, Run, done, lines, run

__all__ = ["run"]


def test_somebody_is_followed_up_looked_at_and_closed(run: Run) -> None:
    done(run("user", "add", "mai", "--role", "health_worker", "--office", "Tram y te"))
    reference = done(run("followup", "add", "--phone", PHONES[0], "--days", "5", "--user", "mai"))
    (listed,) = lines(done(run("followup", "list", "--json")))
    assert (listed["reference"], listed["state"], listed["asked"]) == (reference, "open", 0)
    assert PHONES[0] not in json.dumps(listed)
    assert reference in done(run("followup", "list"))
    shown = json.loads(done(run("followup", "status", reference, "--reason", "visit", "--user", "mai", "--json")))
    assert shown["phone"] == PHONES[0]
    assert PHONES[0] in done(run("followup", "status", reference, "--reason", "visit"))
    assert done(run("followup", "close", reference, "--reason", "well", "--user", "mai")).endswith("closed")
    assert done(run("followup", "list", "--json")) == ""
    assert [each["state"] for each in lines(done(run("followup", "list", "--all", "--json")))] == ["closed"]


def test_what_is_refused_is_one_sentence(run: Run) -> None:
    wrong = run("followup", "add", "--phone", "12")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "not a telephone number" in wrong.stderr
    for arguments in (
        ("close", "1234567890", "--reason", "x"),
        ("status", "1234567890", "--reason", "x"),
        ("add", "--phone", PHONES[0], "--pack", "plague"),
    ):
        refused = run("followup", *arguments)
        assert refused.exit_code == 1
        assert refused.stderr.count("\n") == 1
        assert refused.stdout == ""


def test_the_worker_of_a_commune(run: Run) -> None:
    place = ("--province", "Hà Nội", "--commune", "Ba Đình")
    code = done(run("followup", "worker", "add", *place, "--phone", PHONES[0], "--office", "Tram y te Ba Dinh"))
    (listed,) = lines(done(run("followup", "worker", "list", "--json")))
    assert (listed["commune"], listed["phone"], listed["office"]) == (code, PHONES[0], "Tram y te Ba Dinh")
    done(run("followup", "worker", "remove", code))
    assert done(run("followup", "worker", "list")) == ""


def test_an_approved_alert_has_everybody_it_warns_followed_up(run: Run) -> None:
    code = done(run("venue", "add", *HOA_SEN))
    with opened_house() as house:
        seen = house.clock.now() - timedelta(hours=2)
        for phone in PHONES:
            house.visits.check_in(phone, code, seen, 0, "test")
    for name, role in (("an", "officer"), ("binh", "approver")):
        done(run("user", "add", name, "--role", role))
    onset = day_of(seen).isoformat()
    case = done(run("case", "confirm", "--phone", PHONES[0], "--onset", onset, "--pack", "covid-19", "--user", "an"))
    done(run("exposure", "run", case))
    alert = json.loads(done(run("alert", "propose", case, "--user", "an", "--json")))["alert"]
    assert done(run("followup", "list", "--json")) == ""
    done(run("alert", "approve", alert, "--user", "binh", "--reason", "sure"))
    followed = lines(done(run("followup", "list", "--json")))
    assert [(each["pack"], each["state"]) for each in followed] == [("covid-19", "open")] * 3
    with opened_house() as house:
        phones = sorted(house.follow_ups.look(each["reference"], "user:an", "test").phone for each in followed)
    assert phones == sorted(PHONES[1:])
