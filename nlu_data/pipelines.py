"""Trains the understanding of stock Rasa with DIET on the sentences of the product, without forms and rules."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.nlu.constants import ENTITIES

from backend.forms.kinds import find_symptoms
from backend.forms.model import Context
from bot.components.values import read_spans
from bot.forms import gazetteer
from bot.train import ROOT, without_fingerprints
from nlu_data.scoring import WRITTEN, Parse

DIET = ROOT / "bot/config.diet.yml"
SENTENCES = ROOT / "bot/rules/sentences.yml"  # beside those of the importer


def train_diet(epochs: int) -> Parse:
    """Train bot/config.diet.yml with so many epochs and return its parse function; our value parsers read its spans."""
    config = yaml.safe_load(DIET.read_text("utf-8"))
    next(part for part in config["pipeline"] if part["name"] == "DIETClassifier")["epochs"] = epochs
    parse = _trained(config)
    return lambda text: _understood(text, parse(text))


def _trained(config: dict[str, Any]) -> Parse:
    from rasa.core.agent import Agent
    from rasa.model_training import train

    without_fingerprints()
    folder = Path(tempfile.mkdtemp(prefix="understanding-"))
    (folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
    (folder / "domain.yml").write_text('version: "3.1"\n', "utf-8")
    trained = train(
        str(folder / "domain.yml"),
        str(folder / "config.yml"),
        [str(SENTENCES)],
        str(folder),
        fixed_model_name="model",
        force_training=True,
    )
    if not trained.model:
        raise RuntimeError("nothing was trained; Rasa's messages above say why")
    agent, loop = Agent.load(trained.model), asyncio.new_event_loop()
    return lambda text: loop.run_until_complete(agent.parse_message(text))


def _understood(text: str, parsed: Mapping[str, Any]) -> Mapping[str, Any]:
    name = parsed["intent"]["name"]
    spans = [(one["entity"], one["start"], one["end"]) for one in parsed[ENTITIES]]
    entities = read_spans(text, spans, Context(WRITTEN, gazetteer()))
    for label, start, end in spans:
        if label == "symptom":
            entities += [
                {"entity": label, "value": one.value, "start": start, "end": end}
                for one in find_symptoms(text[start:end])[:1]
            ]
    return {"intent": "out_of_scope" if name in (None, "nlu_fallback") else name, "entities": entities}
