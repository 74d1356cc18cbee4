"""From the terminal: unclear texts shown, accepted, rejected and exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from backend.cli import cli
from backend.commands.opened import opened_house
from backend.services.ports.review import UnclearText

LINES = ("tui can coi lai {phone}", "mua ga ngon")


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["model", "review", *map(str, arguments)])


@pytest.fixture(autouse=True)
def _texts(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration with two texts to review."""
    monkeypatch.setenv("KHAIBAO_DEMO", "1")
    monkeypatch.setenv("KHAIBAO_DATABASE_URL", sqlite_url)
    with opened_house() as house, house.units() as unit:
        for line in LINES:
            unit.unclear.add(UnclearText(0, unit.index("84901234567"), "vi", line, 0.3, ["ask_status"],
                                         house.clock.now()))  # fmt: skip
        unit.commit()


def test_review_from_the_terminal(tmp_path: Path) -> None:
    shown = [json.loads(line) for line in run("--json").stdout.splitlines()]
    assert [(text["text"], text["guesses"]) for text in shown] == [(line, ["ask_status"]) for line in LINES]
    assert not any("address" in key or "phone" in key for text in shown for key in text)
    first, second = (text["id"] for text in shown)
    assert run("accept", first, "--intent", "ask_status").stdout == f"ask_status: {LINES[0]}\n"
    assert run("reject", second).exit_code == 0
    assert run().stdout == ""
    file = tmp_path / "vi" / "reviewed.yml"
    assert run("export", "--folder", tmp_path).stdout == f"{file}: 1 new\n"
    assert yaml.safe_load(file.read_text("utf-8")) == {"ask_status": [LINES[0]]}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("accept", 9, "--intent", "greet"), "text"), (("reject", 9), "text"),
        (("accept", 1, "--intent", "fly"), "fly"), (("accept", 1, "--intent", "greet", "--text", "so 5"), "number"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(arguments: tuple[Any, ...], word: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, word in result.stderr) == (1, True), result.stderr
