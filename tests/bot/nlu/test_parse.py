"""`khaibao parse`: one JSON object a line, with the contract's keys and offsets into the text as given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot import parse
from nlu_data.importer import NluDataImporter

LINES = ["toi bi sot 2 ngay nay", '"Tôi bị ho"', '{"text": "DD 10234569"}', "", "{not json", "[1, 2]"]


@pytest.fixture
def printed(engine: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr("bot.engine.Engine", lambda model: engine)
    return [json.loads(line) for line in parse.parse_lines([line + "\n" for line in LINES], Path("unused"))]


def test_every_line_has_the_keys_of_the_contract(printed: list[dict[str, Any]]) -> None:
    assert [list(one) for one in printed] == [["text", "intent", "confidence", "entities"]] * len(LINES)
    assert all(set(e) == {"entity", "value", "start", "end"} for one in printed for e in one["entities"])


def test_texts_come_as_json_or_bare(printed: list[dict[str, Any]]) -> None:
    assert [one["text"] for one in printed] == [LINES[0], "Tôi bị ho", "DD 10234569", "", "{not json", "[1, 2]"]


def test_entities_are_cut_from_the_text_as_given(printed: list[dict[str, Any]]) -> None:
    first = printed[0]
    assert first["intent"] == "declare_health"
    assert {(e["entity"], first["text"][e["start"] : e["end"]]) for e in first["entities"]} == {
        ("symptom", "sot"),
        ("since", "2 ngay nay"),
    }


def test_only_names_of_the_contract_are_used(printed: list[dict[str, Any]]) -> None:
    known = NluDataImporter().get_domain().intents
    assert {one["intent"] for one in printed} <= set(known)
