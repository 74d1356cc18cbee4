"""The triage of every pack that ships, at the borders of its bands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from backend.domain.days import VIET_NAM
from backend.domain.packs import Shelf, load_packs
from backend.domain.triage import LEVELS, points
from backend.forms.questions import question_fields
from backend.services.rules import FORMS

SHELF = Shelf()
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=VIET_NAM)
THEN = datetime(2021, 1, 5, 9, tzinfo=VIET_NAM)
OMICRON = datetime(2022, 1, 5, 9, tzinfo=VIET_NAM)


def ill(*symptoms: str, **more: Any) -> dict[str, Any]:
    return {"has_symptoms": True, "symptoms": list(symptoms), **more}


CASES = [
    ("measles", NOW, {}, "green", 0), ("measles", NOW, ill("fatigue"), "green", 1),
    ("measles", NOW, ill("cough"), "yellow", 2), ("measles", NOW, ill("fever"), "yellow", 3),
    ("measles", NOW, ill("rash"), "orange", 4), ("measles", NOW, {"contact_case": True}, "orange", 4),
    ("measles", NOW, ill("rash", "cough"), "orange", 6), ("measles", NOW, ill("fever", "rash"), "red", 7),
    ("measles", NOW, ill("fever", contact_case=True), "red", 7),
    ("dengue", NOW, {"travelled": True}, "green", 0), ("dengue", NOW, {"contact_case": True}, "yellow", 2),
    ("dengue", NOW, ill("fever"), "yellow", 3), ("dengue", NOW, ill("rash", "vomiting"), "yellow", 4),
    ("dengue", NOW, ill("fever", "vomiting"), "orange", 5), ("dengue", NOW, ill("skin_haemorrhage"), "orange", 9),
    ("dengue", NOW, ill("fever", "rash", "vomiting", "fatigue", contact_case=True), "orange", 11),
    ("dengue", NOW, ill("fever", "skin_haemorrhage"), "red", 12),
    ("mpox", NOW, ill("fatigue"), "green", 1), ("mpox", NOW, ill("fever"), "yellow", 2),
    ("mpox", NOW, {"contact_symptomatic": True}, "yellow", 3), ("mpox", NOW, {"contact_case": True}, "orange", 4),
    ("mpox", NOW, ill("rash", "sore_throat"), "orange", 6), ("mpox", NOW, ill("rash", "fever"), "red", 7),
    ("cholera", NOW, ill("fever"), "green", 1), ("cholera", NOW, ill("vomiting"), "yellow", 2),
    ("cholera", NOW, ill("vomiting", "fever"), "yellow", 3), ("cholera", NOW, ill("diarrhoea"), "orange", 4),
    ("cholera", NOW, ill("diarrhoea", "fever"), "orange", 5), ("cholera", NOW, ill("diarrhoea", "vomiting"), "red", 6),
    ("covid-19", NOW, {"travelled": True}, "green", 1), ("covid-19", NOW, {"contact_area": True}, "yellow", 2),
    ("covid-19", NOW, ill("fever"), "yellow", 3), ("covid-19", NOW, {"contact_case": True}, "orange", 4),
    ("covid-19", NOW, ill("fever", "fatigue"), "orange", 5), ("covid-19", NOW, ill("fever", "cough"), "red", 6),
    ("covid-19", THEN, ill("fatigue"), "green", 1), ("covid-19", THEN, {"travelled": True}, "yellow", 2),
    ("covid-19", THEN, {"contact_area": True}, "orange", 4),
    ("covid-19", THEN, ill("fatigue", contact_area=True), "orange", 5),
    ("covid-19", THEN, ill("fever", contact_area=True), "red", 6),
    ("covid-19", OMICRON, ill("sore_throat"), "yellow", 3),
    ("covid-19", OMICRON, ill("sore_throat", "cough"), "red", 6),
    ("covid-19", OMICRON, ill("fatigue", travelled=True), "orange", 4),
    ("covid-19", OMICRON, ill("fatigue", contact_area=True), "orange", 5),
    ("covid-19", OMICRON, ill("fatigue", contact_case=True), "red", 7),
]  # fmt: skip


@pytest.mark.parametrize(("name", "moment", "answers", "level", "total"), CASES)
def test_bands(name: str, moment: datetime, answers: dict[str, Any], level: str, total: int) -> None:
    pack = SHELF.named(name, moment)
    assert points(answers, pack.weights) == total
    assert pack.triage("health", answers, TODAY) == level


@pytest.mark.parametrize("pack", load_packs(), ids=lambda pack: f"{pack.name} {pack.valid_from}")
def test_a_threshold_is_reached_by_its_points_and_not_by_one_less(pack: Any) -> None:
    """Whatever the questions: points are made up of a single weight."""
    for level, threshold in pack.thresholds.items():
        below = LEVELS[LEVELS.index(level) - 1]
        for total, expected in ((threshold, level), (threshold - 1, below)):
            made = {**pack.__dict__, "weights": {"contact_case": total}}
            assert type(pack)(**made).triage("health", {"contact_case": True}, TODAY) == expected


@pytest.mark.parametrize("pack", load_packs(), ids=lambda pack: f"{pack.name} {pack.valid_from}")
def test_every_pack_asks_what_it_weighs_and_offers_what_counts(pack: Any) -> None:
    fields = {field.name for form in pack.forms for field in question_fields(FORMS[form], pack.asks(form))}
    assert set(pack.weights) <= fields
    weighed = pack.weights["symptoms"]
    offered = pack.options("health").get("symptoms") or tuple(weighed)
    assert {name for name, weight in weighed.items() if weight} <= set(offered)
    assert set(pack.advice_keys) == set(LEVELS)
