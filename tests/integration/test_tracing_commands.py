"""From the terminal: venues, a case, an alert by two users, and what is exported."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import cli
from backend.commands.opened import opened_house
from backend.domain.days import day_of
from backend.forms.venue_code import valid

PHONES = [f"8490000000{number}" for number in range(4)]
Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A demonstration on a database of its own."""
    monkeypatch.setenv("KHAIBAO_DEMO", "1")
    monkeypatch.setenv("KHAIBAO_DATABASE_URL", sqlite_url)
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


HOA_SEN = ("--name", "Quán Hoa Sen", "--kind", "restaurant", "--province", "Hà Nội", "--commune", "Ba Đình")


def test_venues_one_by_one(run: Run) -> None:
    code = done(run("venue", "add", *HOA_SEN))
    assert valid(code)
    shown = json.loads(done(run("venue", "show", f"{code[:4]}-{code[4:]}", "--json")))
    assert (shown["name"], shown["province"], shown["status"]) == ("Quán Hoa Sen", "01", "active")
    pending = json.loads(done(run("venue", "add", *HOA_SEN, "--phone", "0912345678", "--pending", "--json")))
    assert pending["status"] == "pending"
    assert "keeper" not in pending
    assert done(run("venue", "remove", code)) == f"{code} removed"
    assert "status: removed" in done(run("venue", "show", code))
    for arguments in (("show", "10000009"), ("remove", "10000009")):
        assert run("venue", *arguments).exit_code == 1


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"--commune": "Xa La"}, "Xa La"), ({"--province": "Atlantis"}, "Atlantis"),
        ({"--phone": "12"}, "phone"), ({"--kind": "circus"}, "circus"),
        ({"--name": " "}, "name"),
    ],
)  # fmt: skip
def test_a_venue_that_cannot_be(run: Run, changed: dict[str, str], word: str) -> None:
    given = {**dict(zip(HOA_SEN[::2], HOA_SEN[1::2], strict=True)), **changed}
    result = run("venue", "add", *(part for pair in given.items() for part in pair))
    assert result.exit_code == 2
    assert word in result.stderr


def test_a_table_of_a_spreadsheet_with_semicolons(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "venues.csv"
    file.write_text("\ufeffname;kind;province;commune\r\nQuán A, tầng 2;restaurant;Hà Nội;Ba Đình\r\n", "utf-8")
    assert done(run("venue", "import", file)).endswith(",Quán A, tầng 2")


def test_a_file_of_venues_is_taken_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "venues.csv"
    good = "Chợ,market,TP HCM,Bến Thành,,0912345678\r\n"
    file.write_text("name,kind,province,commune,address,phone\r\n" + good + good, encoding="utf-8-sig")
    added = list(csv.reader(StringIO(done(run("venue", "import", file)))))
    assert [name for _, name in added] == ["Chợ", "Chợ"]
    assert all(valid(code) for code, _ in added)
    bad = "Chợ,market,TP HCM,Bến Thành\nX,circus,Huế,Nowhere\nY,shop,Huế,Nowhere\n"
    file.write_text("name,kind,province,commune\n" + bad + good, encoding="utf-8")
    refused = run("venue", "import", file)
    assert refused.exit_code == 1
    assert [line.partition(":")[0] for line in refused.stderr.splitlines()[1:]] == ["line 3", "line 4", "line 5"]
    with opened_house() as house, house.units() as unit:
        assert len(unit.venues.kept_by(unit.index("84912345678"))) == 2
    for wrong in ("name;kind\n", ""):
        file.write_text(wrong, encoding="utf-8")
        assert "missing" in run("venue", "import", file).stderr
    file.write_bytes(b"name,kind,province,commune\n\xff\xfe,shop,a,b\n")
    assert "UTF-8" in run("venue", "import", file).stderr


def test_the_alert_loop(run: Run) -> None:
    code = done(run("venue", "add", *HOA_SEN))
    with opened_house() as house:
        now = house.clock.now()
        for phone in PHONES:
            house.visits.check_in(phone, code, now - timedelta(hours=2), 0, "test")
    today = day_of(now - timedelta(hours=2)).isoformat()
    for name, role in (("an", "officer"), ("binh", "approver")):
        done(run("user", "add", name, "--role", role, "--office", "CDC"))
    assert "already" in run("user", "add", "an", "--role", "admin").stderr
    case = done(run("case", "confirm", "--phone", PHONES[0], "--onset", today, "--pack", "covid-19", "--user", "an"))
    found = json.loads(done(run("exposure", "run", case, "--json", "--user", "an")))
    assert [(each["tier"], each["venue"], each["visitors"]) for each in found] == [("factor", code, 4)] * 3
    assert "3 people exposed" in done(run("exposure", "run", case))
    proposed = json.loads(done(run("alert", "propose", case, "--user", "an", "--json")))
    assert proposed["people"] == 3
    refused = run("alert", "approve", proposed["alert"], "--user", "an", "--reason", "x")
    assert (refused.exit_code, "role" in refused.stderr) == (1, True)
    done(run("alert", "approve", proposed["alert"], "--user", "binh", "--reason", "sure"))
    shown = json.loads(done(run("alert", "status", proposed["alert"], "--json")))
    assert (shown["status"], shown["proposed"], shown["queued"], shown["answered"]) == ("finished", 3, 3, 0)
    exported = {
        what: lines(done(run("export", what, "--format", "jsonl")))
        for what in ("visits", "cases", "contacts", "notices")
    }
    assert {each["venue"] for each in exported["visits"]} == {code}
    assert [each["phone"] for each in exported["cases"]] == [PHONES[0]]
    assert sorted(each["phone"] for each in exported["contacts"]) == PHONES[1:]
    assert [each["state"] for each in exported["notices"]] == ["queued"] * 3
    with opened_house() as house, house.units() as unit:
        assert [look.office for look in unit.audit.looks([found[0]["person"]], 5)] == ["CDC"]


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("case", "confirm", "--phone", "84901234567", "--pack", "covid-19"), 2, "--onset"),
        (("case", "confirm", "--phone", "84901234567", "--onset", "2999-01-01", "--pack", "covid-19"), 1, "future"),
        (("case", "confirm", "--phone", "84901234567", "--onset", "soon", "--pack", "covid-19"), 2, "soon"),
        (("case", "confirm", "--phone", "84901234567", "--onset", "2026-01-01", "--pack", "flu"), 1, "flu"),
        (("case", "confirm", "--phone", "1", "--onset", "2026-01-01", "--pack", "covid-19"), 2, "number"),
        (("exposure", "run", "7"), 1, "case"), (("alert", "status", "7"), 1, "alert"),
        (("alert", "propose", "7", "--user", "nobody"), 1, "user"), (("user", "add", "x", "--role", "king"), 2, "king"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], status: int, word: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, word in result.stderr) == (status, True), result.stderr
    assert "Traceback" not in result.stderr
