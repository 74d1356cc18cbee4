"""From the terminal: facilities, their officers, and feedback on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.commands.opened import opened_house
from tests.integration.test_tracing_commands import Run, done, lines, run

__all__ = ["run"]

SCHOOL = ("--name", "Trường Kim Đồng", "--kind", "school", "--province", "Hà Nội", "--commune", "Ba Đình")


@pytest.fixture
def code(run: Run) -> str:
    return done(run("venue", "add", *SCHOOL))


def complained(code: str) -> None:
    with opened_house() as house, house.units() as unit:
        venue = unit.venues.by_code(code)
        unit.feedback.add(venue.id, unit.index("84922000001"), "không ai đeo khẩu trang", house.clock.now())
        unit.commit()


def test_a_facility_from_its_registration_to_its_officers(run: Run, code: str) -> None:
    assert done(run("facility", "add", code, "--phone", "0901234567")) == f"{code} reports by school-hanoi"
    assert done(run("facility", "officer", code, "0907777777")) == f"{code}: officer registered"
    assert done(run("facility", "officer", code, "0907777777", "--remove")) == f"{code}: officer removed"
    assert done(run("facility", "list")) == f"{code} grey   Trường Kim Đồng"
    (listed,) = lines(done(run("facility", "list", "--json", "--kind", "school", "--colour", "grey")))
    assert listed["province"] == "01"
    assert done(run("facility", "list", "--colour", "red")) == ""
    assert "officers: 1" in done(run("facility", "status", code))
    (shown,) = lines(done(run("facility", "status", code, "--json")))
    assert (shown["checklist"], shown["report"]) == ("school-hanoi", None)
    assert "school-hanoi: 16 criteria, school, from 2021-10-29" in done(run("facility", "checklists"))
    assert done(run("facility", "checklists", "school")).splitlines()[3] == "4 school_temperature_home"


def test_feedback_is_shown_and_closed(run: Run, code: str) -> None:
    done(run("facility", "add", code))
    complained(code)
    assert done(run("facility", "list")).endswith("(1 feedback)")
    (found,) = lines(done(run("facility", "feedback", code, "--json")))
    assert found["text"] == "không ai đeo khẩu trang"
    closed = done(run("facility", "close", found["number"], "--reason", "checked"))
    assert closed == f"feedback {found['number']} closed"
    again = run("facility", "close", found["number"], "--reason", "checked")
    assert (again.exit_code, "closed already" in again.stderr) == (1, True)
    assert run("facility", "close", found["number"]).exit_code == 2
    assert done(run("facility", "feedback", code)) == ""


def test_a_table(run: Run, code: str, tmp_path: Path) -> None:
    table = tmp_path / "facilities.csv"
    table.write_text(f"code,phones\n{code},0901234567\n")
    assert done(run("facility", "import", table)) == f"{code},school-hanoi"
    table.write_text(f"code,phones\n{code},12\n10234560,\n")
    refused = run("facility", "import", table)
    assert (refused.exit_code, "line 2" in refused.stderr) == (1, True)


@pytest.mark.parametrize("command", [
    ("add", "10234560"), ("add", "{code}", "--checklist", "castle"),
    ("status", "{code}"), ("officer", "{code}", "0901234567"), ("feedback", "10234560"),
    ("close", "99", "--reason", "x"), ("checklists", "castle"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(run: Run, code: str, command: tuple[str, ...]) -> None:
    refused = run("facility", *(each.format(code=code) for each in command))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_number_no_phone_has_is_wrong_usage(run: Run, code: str) -> None:
    refused = run("facility", "add", code, "--phone", "12")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "telephone number" in refused.stderr
