"""A question added to a form, and a form added to the catalogue: the bot asks them, by itself, on every channel."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.train import ROOT
from tests.bot.talking import FACTS, FIELDS, FIRST_TIME

LAST_LINE = '        Field("contact_symptomatic", Contact(), called=("gặp người ốm",)),\n'
NEW_LINE = '        Field("vaccinated", YesNo()),\n'
NEW_FORM = """
from backend.forms.health import HEALTH
from backend.forms.kinds import YesNo
from backend.forms.model import Field, Form

_SHARED = {field.name: field for field in HEALTH.fields}
QUARANTINE = Form("quarantine", 1, "declare_quarantine", ("CL",), (_SHARED["birth_year"], Field("at_home", YesNo())))
"""
# What a form takes besides its own file: a line where there is a list of all.
LINES = {
    "backend/forms/catalogue.py": [
        ("from backend.forms.health import HEALTH\n",
         "from backend.forms.health import HEALTH\nfrom backend.forms.quarantine import QUARANTINE\n"),
        ("(HEALTH, ENTRY)", "(HEALTH, ENTRY, QUARANTINE)"),
    ],
    "backend/forms/keywords.py": [
        ("    Keyword((\"MA\",)", "    Keyword((\"CL\",), \"declare_quarantine\", \"any\"),\n    Keyword((\"MA\",)"),
    ],
    "bot/menus.py": [("    \"more\": ", "    \"quarantine\": \"declare_quarantine\",\n    \"more\": ")],
}  # fmt: skip
TALK = """
import json, sys
from pathlib import Path
from bot.speed import without_tensorflow
without_tensorflow.install()
from bot.engine import Engine
engine, answers = Engine(Path("var/model.tar.gz")), []
for channel, texts in json.loads(sys.argv[2]):
    state = None
    for text in texts:
        event = "text" if state or channel in ("sms", "zalo") else "start"
        request = {"state": state, "event": event, "text": text, "channel": channel, "facts": json.loads(sys.argv[1])}
        answer = engine.turn(request)
        state = answer["state"]
    answers.append(answer)
print(json.dumps(answers))
"""

pytestmark = pytest.mark.timeout(400)  # a model is trained for it


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with one question more, and their model; sentences are left out, learning them takes a minute."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("bot", "backend", "nlu_data"):
        shutil.copytree(ROOT / folder, house / folder, ignore=shutil.ignore_patterns("__pycache__"))
    replace(house / "backend/forms/health.py", LAST_LINE, LAST_LINE + NEW_LINE)
    (house / "backend/forms/quarantine.py").write_text(NEW_FORM)
    for name, changes in LINES.items():
        for old, new in changes:
            replace(house / name, old, new)
    config = house / "bot/config.yml"
    whole = yaml.safe_load(config.read_text())
    brief = {"importers": whole["importers"][:2], "pipeline": whole["pipeline"][:1]}
    config.write_text(yaml.safe_dump({**whole, **brief}))
    subprocess.run([sys.executable, "-m", "bot.train"], cwd=house, check=True)
    return house


def replace(path: Path, old: str, new: str) -> None:
    source = path.read_text()
    assert old in source, f"{path.name} has no {old!r}"
    path.write_text(source.replace(old, new, 1))


def said_last(house: Path, facts: dict[str, Any], talks: list[tuple[str, list[str]]]) -> list[Any]:
    """The last answer of each dialogue: a channel and what is said on it."""
    command = [sys.executable, "-c", TALK, json.dumps(facts), json.dumps(talks)]
    said = subprocess.run(command, cwd=house, check=True, capture_output=True).stdout
    return list(json.loads(said.splitlines()[-1]))


@pytest.fixture(scope="module")
def last_answers(house: Path) -> list[Any]:
    """How three first declarations end: without the new answer, with it asked, with its digit."""
    facts = {**FACTS, "forms": {"health": {**FACTS["forms"]["health"], "fields": [*FIELDS, "vaccinated"]}}}
    talks = [[FIRST_TIME], [FIRST_TIME, "co", "1"], [FIRST_TIME + "1"]]
    return said_last(house, facts, [("sms", talk) for talk in talks])


def test_an_old_answer_string_stays_valid_and_the_new_question_is_asked(last_answers: list[Any]) -> None:
    answer = last_answers[0]
    assert answer["open"]["field"] == "vaccinated"
    assert answer["replies"][-1]["name"] == "ask_vaccinated"


def test_its_answer_and_its_digit_are_submitted(last_answers: list[Any]) -> None:
    for answer in last_answers[1:]:
        assert answer["commands"][0]["args"]["answers"]["vaccinated"] is True


CHANNELS = ("sms", "zalo", "ussd", "voice")


@pytest.fixture(scope="module")
def new_form(house: Path) -> Any:
    """channel -> how a dialogue stands after the new form was opened, after its first answer, and at its end.

    It is opened by its keyword, or by its key in the menu.
    """
    facts = {
        **FACTS,
        "menu": ["health", "quarantine", "more"],
        "forms": {**FACTS["forms"], "quarantine": {"fields": ["at_home"], "consent": False, "window_days": 14}},
    }
    openings = {channel: ["CL"] if channel in ("sms", "zalo") else ["", "2"] for channel in CHANNELS}
    talks = [(channel, [*openings[channel], *answers])
             for channel in CHANNELS for answers in ([], ["1958"], ["1958", "1", "1"])]  # fmt: skip
    said = said_last(house, facts, talks)
    return {channel: said[3 * place : 3 * place + 3] for place, channel in enumerate(CHANNELS)}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_new_form_is_opened_asked_and_submitted_on_every_channel(new_form: Any, channel: str) -> None:
    opened, asked, last = new_form[channel]
    assert (opened["open"]["form"], opened["open"]["field"]) == ("quarantine", "birth_year")
    assert asked["open"]["field"] == "at_home"
    [command] = [each for each in last["commands"] if each["name"] == "submit_declaration"]
    assert (command["args"]["form"], command["args"]["answers"]) == ("quarantine", {"at_home": True})
