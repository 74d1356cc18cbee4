"""Rasa importer: training sentences from the template families, made anew at every training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu_data.templates import Sentence, dressed, expand, read_families, read_fillers

HERE = Path(__file__).parent
SEED = 2026
EACH = {"vi": 3, "en": 3}  # sentences taken from one family
PER_CHOICE = 2  # and so many more for every choice in it: a family of many wordings gives more of them
DRESSED = {"vi": 8}  # of how many sentences one is learned once more with a greeting or thanks


def clean_sentences(language: str) -> list[Sentence]:
    """The training sentences of a language as they should be written."""
    folder = HERE / language
    grammar = read_fillers(HERE / "vi" / "_fillers.yml", folder / "_fillers.yml")
    sentences = expand(read_families(folder), grammar, EACH[language], SEED, PER_CHOICE)
    return sentences + (dressed(sentences, grammar, DRESSED[language], SEED) if language in DRESSED else [])


def as_message(sentence: Sentence) -> Message:
    """A Rasa training message; its family goes along for calibration."""
    data: dict[str, Any] = {TEXT: sentence.text, INTENT: sentence.intent, "family": sentence.family}
    if sentence.entities:
        data[ENTITIES] = sentence.entities
    return Message(data=data)


class NluDataImporter(TrainingDataImporter):
    """Adds the sentences and the names of intents and entities to the project."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        """Everything comes from this folder."""

    def get_domain(self) -> Domain:
        """The fixed names of intents and entities."""
        return Domain.from_dict(yaml.safe_load((HERE / "names.yml").read_text("utf-8")))

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All training sentences."""
        sentences = [sentence for code in EACH for sentence in clean_sentences(code)]
        return TrainingData([as_message(sentence) for sentence in sentences if sentence.text.strip()])

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: dialogues are not this folder's business."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """None."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """None: the configuration is the project's."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """None."""
        return None
