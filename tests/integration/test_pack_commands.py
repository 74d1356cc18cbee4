"""From the terminal: packs are checked, listed and chosen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.domain.checklists.files import FOLDER as CHECKLISTS
from backend.domain.packs import FOLDER
from tests.integration.test_tracing_commands import Run, done, run

__all__ = ["run"]


@pytest.mark.parametrize("file", sorted([*FOLDER.glob("*.yml"), *CHECKLISTS.glob("*.yml")]), ids=lambda path: path.stem)
def test_every_file_that_ships_is_sound(run: Run, file: Path) -> None:
    assert "sound" in done(run("pack", "check", file))


@pytest.mark.parametrize(
    ("source", "old", "new", "named"),
    [
        (FOLDER / "measles.yml", "window_days: ", "window_days: x", "window_days"),
        (CHECKLISTS / "school.yml", "valid_to: null", "valid_to: soon", "valid_to"),
    ],
)
def test_a_mistake_is_named_by_file_and_field(
    run: Run, tmp_path: Path, source: Path, old: str, new: str, named: str
) -> None:
    file = tmp_path / "mine.yml"
    text = source.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    refused = run("pack", "check", file)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert any(line.startswith(f"mine.yml: {named}: ") for line in refused.stderr.splitlines())


def test_another_disease_is_chosen_and_listed(run: Run) -> None:
    def active() -> list[str]:
        return [each["name"] for each in json.loads(done(run("pack", "list", "--json"))) if each["active"]]

    assert active() == ["covid-19"]
    assert done(run("pack", "use", "measles")).startswith("measles: rules of ")
    assert active() == ["measles"]
    listed = done(run("pack", "list")).splitlines()
    assert [line.split()[1] for line in listed if line.startswith("*")] == ["measles"]
    refused = run("pack", "use", "plague")
    assert (refused.exit_code, "plague" in refused.stderr) == (1, True)
    assert active() == ["measles"]
