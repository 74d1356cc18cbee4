"""Disease packs: what ships is sound, what is wrong is named, the right one is in force."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.domain.packs import FOLDER, PackError, PackUnknown, Shelf, in_force, load_packs, read_pack
from backend.domain.packs.checks import problems
from backend.forms.catalogue import FORMS
from backend.forms.health import HEALTH
from backend.forms.kinds import YesNo
from backend.forms.model import Field
from backend.forms.questions import all_no, answer_schema, missing, question_fields
from backend.services.rules import Rules

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHELF = Shelf()
COVID = SHELF.named("covid-19", NOW)


def content() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "covid-19.yml").read_text(encoding="utf-8"))
    return deepcopy(loaded)


def test_the_shipped_pack() -> None:
    assert (COVID.name, COVID.legal_basis, COVID.window_days) == ("covid-19", "law", 14)
    assert COVID.asks("health") == tuple(field.name for field in question_fields(HEALTH))
    assert COVID.asks("no such form") is None
    assert not COVID.consent("health")
    assert replace(COVID, legal_basis="consent").consent("health")


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({}, "green"), ({"travelled": True}, "green"), ({"contact_area": True}, "yellow"),
        ({"symptoms": ["fever"]}, "yellow"), ({"contact_case": True}, "orange"),
        ({"symptoms": ["fever", "sore_throat"]}, "orange"), ({"symptoms": ["fever", "cough"]}, "red"),
        ({"symptoms": ["fever", "sore_throat", "fatigue"]}, "red"), ({"symptoms": ["breathing_difficulty"]}, "red"),
        ({"symptoms": ["sore_throat"], "contact_case": True}, "red"), ({"contact_case": False}, "green"),
    ],
)  # fmt: skip
def test_levels(answers: dict[str, Any], level: str) -> None:
    assert COVID.triage("health", answers, TODAY) == level


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("legal_basis",), "maybe", "legal_basis: must be law or consent, not 'maybe'"),
        (("window_days",), 0, "window_days: must be a whole number from 1 to 3650"),
        (("window_days",), True, "window_days: must be a whole number from 1 to 3650"),
        (("valid_from",), "soon", "valid_from: must be a date"),
        (("valid_to",), date(2020, 1, 1), "valid_to: before valid_from"),
        (("valid_to",), 5, "valid_to: must be a date or null"),
        (("sources",), [], "sources: say where the rules come from"),
        (("name",), "", "name: must be a word of at most 64 characters"),
        (("forms",), [], "forms: must name at least one form"),
        (("forms",), {"helth": []}, "forms.helth: no such form"),
        (("forms", "health"), "some", "forms.health: must be all or a list of questions"),
        (("forms", "health"), ["shoe_size"], "forms.health.shoe_size: the form has no such question"),
        (("forms", "health"), ["contact_case"] * 2, "forms.health.contact_case: asked twice"),
        (("triage",), {"weights": {}}, "triage.thresholds: missing"),
        (("triage", "weights"), 3, "triage.weights: must be a mapping"),
        (("triage", "weights", "shoe_size"), 3, "triage.weights.shoe_size: the pack does not ask this"),
        (("triage", "weights", "travelled"), -1, "triage.weights.travelled: must be a whole number from 0 to 1000"),
        (("triage", "weights", "symptoms", "fevr"), 3, "triage.weights.symptoms.fevr: no such answer"),
        (("triage", "thresholds", "pink"), 3, "triage.thresholds.pink: no such level"),
        (("triage", "thresholds", "red"), 1, "triage.thresholds: must rise with the level"),
        (("triage", "thresholds"), 1, "triage.thresholds: must be a mapping"),
        (("retention_days", "visits"), 0, "retention_days.visits: must be a whole number from 1 to 3650"),
        (("exposure", "least_minute"), 5, "exposure.least_minute: unknown"),
        (("entry", "active"), "yes", "entry.active: must be true or false"),
        (("entry", "origins"), [], "entry.origins: must be all or a list of countries"),
        (("entry", "origins"), ["KR", False],
         "entry.origins.False: must be a country's two capital letters, in quotes"),
        (("entry", "from"), "soon", "entry.from: must be a date"),
        (("entry", "to"), 5, "entry.to: must be a date or null"),
        (("entry", "limits"), {}, "entry.limits: must give days_ahead, days_back, days_under_way"),
        (("entry", "limits", "days_back"), -1, "entry.limits.days_back: must be a whole number from 0 to 365"),
        (("entry", "since"), 5, "entry.since: unknown"),
        (("colour",), 5, "colour: unknown"),
        (("questions",), [], "questions: must be a mapping"),
        (("questions",), {"shoe_size": {}}, "questions.shoe_size: the pack does not ask this"),
        (("questions",), {"symptoms": {"ask": "hello"}},
         "questions.symptoms.ask: must be a message key that starts with ask_"),
        (("questions",), {"symptoms": {"options": ["fever", "gout"]}},
         "questions.symptoms.options.gout: no such answer"),
        (("questions",), {"symptoms": {"options": ["fever"] * 2}},
         "questions.symptoms.options.fever: offered twice"),
        (("questions",), {"travelled": {"options": ["yes"]}},
         "questions.travelled.options: the question has no options to choose"),
        (("advice", "red"), "hurry", "advice.red: must be a message key that starts with advice_"),
        (("advice",), {}, "advice.green: missing"),
        (("exposure", "shared_places"), 1, "exposure.shared_places: must be true or false"),
        (("exposure", "follow_up_days"), 61, "exposure.follow_up_days: must be a whole number from 1 to 60"),
        (("follow_up", "ask_hour"), 3, "follow_up.ask_hour: must be a whole number from 7 to 21"),
        (("follow_up", "remind_hour"), 8, "follow_up.remind_hour: must be null or an hour after ask_hour and before "
         "latest_hour"),
        (("follow_up", "latest_hour"), 8, "follow_up.latest_hour: must be later than ask_hour"),
        (("follow_up", "silent_days"), 0, "follow_up.silent_days: must be a whole number from 1 to 14"),
        (("follow_up", "levels"), ["pink"], "follow_up.levels: must be a list of green, yellow, orange, red"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(path: tuple[Any, ...], value: Any, expected: str) -> None:
    wrong = content()
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert expected in problems(wrong)


def test_a_question_added_to_the_form_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = replace(HEALTH, fields=(*HEALTH.fields, Field("vaccinated", YesNo())))
    monkeypatch.setitem(FORMS, "health", grown)  # type: ignore[misc]
    pack = read_pack(FOLDER / "covid-19.yml")
    asked = pack.asks("health")
    assert asked == (*COVID.asks("health"), "vaccinated")
    assert Rules(lambda: pack).forms(TODAY)["health"]["fields"] == list(asked)
    assert answer_schema(grown, asked)["properties"]["vaccinated"] == {"type": "boolean"}
    assert [field.name for field in missing(grown, all_no(HEALTH), asked, known_identity=True)] == ["vaccinated"]
    assert all_no(grown, asked)["vaccinated"] is False


def test_conditions_are_kept_together() -> None:
    wrong = content()
    wrong["forms"]["health"] = ["symptoms", "has_symptoms", "travelled"]
    assert set(problems(wrong)) >= {
        "forms.health.symptoms: depends on has_symptoms, which must be asked before",
        "forms.health.has_symptoms: symptoms_since depends on it and is not asked",
        "forms.health.travelled: travel_places depends on it and is not asked",
    }


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("- 1", encoding="utf-8")
    wrong = {**content(), "legal_basis": "x", "window_days": "x"}
    (tmp_path / "b.yml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
    with pytest.raises(PackError) as raised:
        load_packs(tmp_path)
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["a.yml", "b.yml", "b.yml"]


def test_what_is_not_yaml_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(PackError, match=r"a\.yml: file: not YAML"):
        load_packs(tmp_path)


def test_a_key_given_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("name: a\nname: b\n", encoding="utf-8")
    with pytest.raises(PackError, match="name is given twice"):
        read_pack(tmp_path / "a.yml")


def test_two_files_of_a_disease_may_not_hold_on_one_day(tmp_path: Path) -> None:
    for name, start in (("a", "2022-04-15"), ("b", "2022-05-01")):
        text = (FOLDER / "covid-19.yml").read_text(encoding="utf-8")
        other = text.replace("valid_from: 2022-04-15", f"valid_from: {start}")
        (tmp_path / f"{name}.yml").write_text(other, encoding="utf-8")
    with pytest.raises(PackError, match=r"^b\.yml: valid_from: a\.yml still holds on 2022-05-01$"):
        load_packs(tmp_path)


def test_the_newest_valid_pack_is_in_force() -> None:
    old = replace(COVID, name="old", valid_from=date(2020, 1, 1), valid_to=date(2022, 4, 30))
    assert in_force([COVID, old], date(2021, 6, 1)).name == "old"
    assert in_force([COVID, old], date(2022, 4, 30)).name == "covid-19"
    assert in_force([old], date(2022, 4, 30)).name == "old"
    assert in_force([old], date(2022, 5, 1)).name == "old", "rules that nothing follows go on"
    with pytest.raises(PackError, match="2019-12-31"):
        in_force([old], date(2019, 12, 31))


def test_the_day_is_that_of_viet_nam() -> None:
    late = datetime(2020, 12, 2, 18, tzinfo=UTC)  # 01:00 on 3 December in Ha Noi
    assert SHELF.named("covid-19", late).valid_from == date(2020, 12, 3)
    with pytest.raises(PackError):
        SHELF.named("covid-19", datetime(2020, 12, 2, 16, tzinfo=UTC))
    with pytest.raises(PackUnknown):
        SHELF.named("plague", late)


@pytest.mark.parametrize(
    ("day", "days_before", "minutes", "follow_up"),
    [((2020, 12, 3), 3, 0, 14), ((2021, 7, 29), 3, 0, 14), ((2021, 7, 30), 3, 0, 14), ((2021, 12, 28), 3, 0, 14),
     ((2021, 12, 29), 2, 15, 10), ((2022, 4, 14), 2, 15, 10), ((2022, 4, 15), 2, 15, 10), ((2030, 1, 1), 2, 15, 10)],
)  # fmt: skip
def test_an_outbreak_is_replayed_under_the_rules_of_its_day(day, days_before, minutes, follow_up) -> None:  # type: ignore[no-untyped-def]
    rules = SHELF.named("covid-19", datetime(*day, 5, tzinfo=UTC)).exposure
    assert (rules.infectious_days_before_onset, rules.least_minutes, rules.follow_up_days) == (
        days_before, minutes, follow_up)  # fmt: skip


def test_the_switch_of_entry_declarations() -> None:
    rules = replace(COVID.entry, since=date(2026, 7, 1), until=date(2026, 11, 22), origins=frozenset({"KR"}))
    pack = replace(COVID, entry=rules)
    days = (date(2026, 6, 30), date(2026, 7, 1), TODAY, date(2026, 11, 23))
    assert [pack.takes("entry", day) for day in days] == [False, True, True, False]
    assert all(pack.takes("health", day) for day in days)
    assert not replace(pack, entry=replace(rules, active=False)).takes("entry", TODAY)
    assert pack.only("entry") == {"departure_country": ["KR"]}
    assert [pack.concerns("entry", {"departure_country": code}) for code in ("KR", "JP")] == [True, False]
    assert COVID.concerns("entry", {"departure_country": "JP"})
    assert (COVID.only("entry"), pack.only("health"), pack.limits("health")) == ({}, {}, {})


def test_a_traveller_with_symptoms_is_urgent() -> None:
    assert COVID.triage("entry", {"entry_symptoms": ["skin_haemorrhage"]}, TODAY) == "red"
    assert COVID.triage("entry", {"entry_symptoms": []}, TODAY) == "green"
