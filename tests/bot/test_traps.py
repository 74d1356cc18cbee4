"""What is known to go wrong in Rasa 3.6.21, one test each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUtteranceReverted
from rasa.shared.importers.importer import TrainingDataImporter

from backend.forms.keywords import KEYWORDS
from bot import snapshot
from bot.engine import TurnFailed
from bot.forms import ALL_FORMS, loop_of
from bot.importer import INTERRUPTING, LEAVING, form_slots
from bot.train import ROOT
from tests.bot.talking import FIRST_TIME, IDENTITY, declared, person

A = person(1)


@pytest.fixture(scope="module")
def importer(from_the_root: None) -> TrainingDataImporter:
    """The project's training data as `rasa train` reads it."""
    return TrainingDataImporter.load_from_config("bot/config.yml", "bot/domain", ["bot/rules"])


@pytest.fixture(scope="module")
def domain(importer: TrainingDataImporter) -> Domain:
    """The whole domain."""
    return importer.get_domain()


def test_restoring_ends_in_listening_and_keeps_every_slot(talk: Any, engine: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A")
    events = snapshot.events(dialogue.state, [slot.name for slot in engine._domain.slots])
    assert events[-1] == ActionExecuted(ACTION_LISTEN_NAME)
    dialogue.say("thoi tiet hom nay the nao")
    assert dialogue.state["s"]["full_name"] == "Nguyen Van A"
    assert dialogue.asks == "birth_year"


def test_the_fallback_is_our_own_action(importer: TrainingDataImporter) -> None:
    (policy,) = [one for one in importer.get_config()["policies"] if one["name"] == "RulePolicy"]
    assert policy["core_fallback_action_name"] == "action_not_understood"
    sources = "".join(path.read_text() for path in (ROOT / "bot/actions").glob("*.py"))
    assert UserUtteranceReverted.__name__ not in sources


def test_an_interruption_does_not_block_the_next_answer(talk: Any) -> None:
    dialogue = talk().say("KB", "TG", "Nguyen Van A")
    assert dialogue.state["s"]["full_name"] == "Nguyen Van A"


@pytest.fixture
def broken_validator(engine: Any) -> Iterator[None]:
    """The form's validator raises."""
    actions = engine._processor._endpoint.executor.actions
    before = actions["validate_health_form"]

    async def fail(*args: Any) -> None:
        raise KeyError("nguyen van a")

    actions["validate_health_form"] = fail
    yield
    actions["validate_health_form"] = before


def test_a_validator_that_raises_fails_the_turn(talk: Any, broken_validator: None) -> None:
    with pytest.raises(TurnFailed) as failed:
        talk().say("KB")
    assert failed.value.code == "action_KeyError"


def test_a_turn_that_says_and_does_nothing_fails(talk: Any, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def mute(*args: Any) -> list[Any]:
        return []

    monkeypatch.setitem(engine._processor._endpoint.executor.actions, "action_greet", mute)
    with pytest.raises(TurnFailed, match="silent"):
        talk().say("xin chao")


@pytest.mark.parametrize("text", ["/restart", "//restart", " / restart", "/session_start"])
def test_a_leading_slash_is_no_command_to_rasa(talk: Any, text: str) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", text)
    assert dialogue.state["s"]["full_name"] == "Nguyen Van A"
    assert dialogue.asks == "birth_year"


def test_a_leading_slash_sets_no_slot(talk: Any) -> None:
    dialogue = talk().say('/declare_health{"symptoms": "x", "full_name": "Mallory"}')
    assert "Mallory" not in json.dumps(dialogue.state)


def test_offsets_count_the_dropped_slash(engine: Any) -> None:
    (entity,) = engine.parse("/10234567")["entities"]
    assert "/10234567"[entity["start"] : entity["end"]] == "10234567"


def test_every_possible_slot_is_listed_in_the_form(domain: Domain) -> None:
    for form in ALL_FORMS.values():
        assert domain.required_slots_for_form(loop_of(form)) == form_slots(form)
        assert {field.name for field in form.fields} <= set(domain.required_slots_for_form(loop_of(form)))


def test_a_conditional_field_is_checked_too(talk: Any) -> None:
    dialogue = talk(people=[A]).say("KB", "1", "0", "1", "zzzz")
    assert dialogue.said == ["wrong_symptoms", "ask_symptoms"]


def test_submitting_and_cancelling_reset_the_form(talk: Any) -> None:
    dialogue = talk().say(FIRST_TIME)
    assert dialogue.state is None
    assert dialogue.say("KB").commands == []
    assert dialogue.asks == "full_name"
    assert dialogue.say("HUY").state is None
    assert dialogue.said == ["cancelled"]


def test_both_importers_are_named() -> None:
    names = [one["name"] for one in yaml.safe_load((ROOT / "bot/config.yml").read_text())["importers"]]
    assert names[0] == "RasaFileImporter"
    assert "bot.importer.FormsImporter" in names


def test_a_model_without_a_form_is_refused(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.forms.model import Form
    from bot import train

    train._check_forms(model)
    other = Form("later", 1, "declare_later", (), ())
    monkeypatch.setitem(ALL_FORMS, "later", other)  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="later"):
        train._check_forms(model)


def test_interrupting_intents_never_fill_a_slot(domain: Domain) -> None:
    asked = [slot for slot in domain.slots if any(one["type"] == "from_text" for one in slot.mappings)]
    assert {slot.name for slot in asked} == {name for form in ALL_FORMS.values() for name in form_slots(form)}
    for slot in asked:
        for mapping in slot.mappings:
            assert {*INTERRUPTING, *LEAVING} <= set(mapping["not_intent"])


def test_every_keyword_is_served_in_a_form() -> None:
    opening = {form.intent for form in ALL_FORMS.values()}
    assert {keyword.intent for keyword in KEYWORDS} <= {*INTERRUPTING, *LEAVING, *opening}


@pytest.mark.parametrize("name", ["Huy", "Hủy"])
def test_a_name_that_looks_like_a_keyword_is_a_name(talk: Any, name: str) -> None:
    dialogue = talk().say("KB", name)
    assert dialogue.asks == "birth_year"
    assert dialogue.state["s"]["full_name"] == name
    assert dialogue.say("HUY").said == ["cancelled"]


@pytest.mark.parametrize("commune", ["Di Linh, Lâm Đồng", "Di Linh, Lam Dong", "Di An, TP HCM"])
def test_a_commune_that_begins_like_a_keyword_is_a_commune(talk: Any, commune: str) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1958", "nam", commune)
    assert dialogue.asks == "travelled"
    assert dialogue.state["s"]["address"]["province"]


def test_components_are_ours_by_name_and_path(importer: TrainingDataImporter) -> None:
    paths = [one["name"].rsplit(".", 1) for one in importer.get_config()["pipeline"]]
    assert all(module.startswith("bot.components.") for module, _ in paths)
    assert not {name for _, name in paths} & {component.__name__ for component in DEFAULT_COMPONENTS}


def test_a_change_of_sources_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bot import train

    shutil.copytree(ROOT / "backend/forms", tmp_path / "backend/forms")
    monkeypatch.setattr(train, "ROOT", tmp_path)
    before = train.source_hash()
    (tmp_path / "nlu_data").mkdir()
    (tmp_path / "nlu_data/scoring.py").write_text("# how a model is judged does not change it")
    assert train.source_hash() == before
    (tmp_path / "backend/forms/health.py").write_text("# changed")
    assert train.source_hash() != before


def test_an_up_to_date_model_is_reused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bot import train

    out = tmp_path / "model.tar.gz"
    out.write_bytes(b"trained before")
    (tmp_path / "model.tar.gz.sha256").write_text("now\n")
    monkeypatch.setattr(train, "source_hash", lambda: "now")
    monkeypatch.setattr(train, "_run_rasa", lambda directory: pytest.fail("trained again"))
    assert train.train(out) == out
    monkeypatch.setattr(train, "source_hash", lambda: "later")
    with pytest.raises(pytest.fail.Exception, match="trained again"):
        train.train(out)


def test_a_new_catalogue_drops_unknown_slots_and_asks_again(talk: Any) -> None:
    dialogue = talk().say("KB", "Nguyen Van A", "1958")
    dialogue.state["v"] = "another"
    dialogue.state["s"].update(shoe_size=42, requested_slot="shoe_size", asked=["full_name", "shoe_size"])
    dialogue.say("44")
    assert dialogue.asks == "gender"
    assert "shoe_size" not in dialogue.state["s"]
    assert dialogue.said[-1] == "ask_gender"
    assert dialogue.say("nam").asks == "address"


def test_the_snapshot_stays_small(talk: Any) -> None:
    names = "A" * 60
    dialogue = talk(last=declared()).say("KB", names, "1958", "nam", "Ben Nghe, TP HCM " + "x" * 500)
    dialogue.say(*["1", "Ha Noi; Hai Phong; Lao; Thai Lan; Da Nang; Hue"], "QL", "SUA", "1", "Tran B")
    assert snapshot.size(dialogue.state) < snapshot.LARGEST


def test_facts_stay_out_of_the_snapshot(talk: Any) -> None:
    dialogue = talk(people=[person(1, "Doan Thi Bi Mat")], last=declared(name="Doan Thi Bi Mat")).say("KB", "1", "0")
    assert "Bi Mat" not in json.dumps(dialogue.state)


def test_two_declarations_do_not_share_a_snapshot(talk: Any) -> None:
    first, second = talk().say("KB", *IDENTITY[:2]), talk().say("KB")
    assert second.state["s"].get("full_name") is None
    assert first.asks == "gender"
