"""A question added to the form: one line in one file, and the bot asks it, by itself and in one message."""

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

LAST_LINE = '        Field("contact_symptomatic", YesNo()),\n'
NEW_LINE = '        Field("vaccinated", YesNo()),\n'
TALK = """
import json, sys
from pathlib import Path
from bot.speed import without_tensorflow
without_tensorflow.install()
from bot.engine import Engine
engine, answers = Engine(Path("var/model.tar.gz")), []
for texts in json.loads(sys.argv[2]):
    state = None
    for text in texts:
        request = {"state": state, "event": "text", "text": text, "channel": "sms", "facts": json.loads(sys.argv[1])}
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
    form = house / "backend/forms/health.py"
    source = form.read_text()
    assert LAST_LINE in source
    form.write_text(source.replace(LAST_LINE, LAST_LINE + NEW_LINE))
    config = house / "bot/config.yml"
    whole = yaml.safe_load(config.read_text())
    brief = {"importers": whole["importers"][:2], "pipeline": whole["pipeline"][:1]}
    config.write_text(yaml.safe_dump({**whole, **brief}))
    subprocess.run([sys.executable, "-m", "bot.train"], cwd=house, check=True)
    return house


@pytest.fixture(scope="module")
def last_answers(house: Path) -> list[Any]:
    """How three first declarations end: without the new answer, with it asked, with its digit."""
    facts = {**FACTS, "forms": {"health": {**FACTS["forms"]["health"], "fields": [*FIELDS, "vaccinated"]}}}
    talks = [[FIRST_TIME], [FIRST_TIME, "co", "1"], [FIRST_TIME + "1"]]
    command = [sys.executable, "-c", TALK, json.dumps(facts), json.dumps(talks)]
    said = subprocess.run(command, cwd=house, check=True, capture_output=True).stdout
    return list(json.loads(said.splitlines()[-1]))


def test_an_old_answer_string_stays_valid_and_the_new_question_is_asked(last_answers: list[Any]) -> None:
    answer = last_answers[0]
    assert answer["open"]["field"] == "vaccinated"
    assert answer["replies"][-1]["name"] == "ask_vaccinated"


def test_its_answer_and_its_digit_are_submitted(last_answers: list[Any]) -> None:
    for answer in last_answers[1:]:
        assert answer["commands"][0]["args"]["answers"]["vaccinated"] is True
