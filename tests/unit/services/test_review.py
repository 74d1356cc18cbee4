"""What is not understood is kept without names and numbers, reviewed, and learned from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.domain.refusals import Refused, Unknown
from backend.services.policy import Policy
from backend.services.ports.bot import TurnResult
from backend.services.review import Review, as_line, named
from backend.services.rules import Rules
from nlu_data import templates
from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE, FakePack, says, sms

NAMES = Path(__file__).parents[3] / "nlu_data" / "names.yml"
TEXT = "tui la Le Thi Hoa so 0912345678 can coi lai"
ENTITIES = [
    {"entity": "full_name", "value": "Le Thi Hoa", "start": 7, "end": 17},
    {"entity": "phone", "value": "84912345678", "start": 21, "end": 31},
]
LINE = "tui la {full_name} so {phone} can coi lai"


class LawPack(FakePack):
    legal_basis = "law"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Small:
    """A house under a pack that needs no consent."""
    monkeypatch.setattr("tests.unit.services.conftest.FakePack", LawPack)
    return Small(Policy(sms_channel="kannel", inbound_limit=50, review_for=timedelta(days=30)))


def unclear(intent: str = "out_of_scope", confidence: float = 0.9, **more: Any) -> TurnResult:
    guesses = ["out_of_scope", "ask_reference", "ask_status"]
    understood = {"intent": intent, "confidence": confidence, "entities": ENTITIES, "guesses": guesses}
    return replace(says("not_understood", **more), understood=understood)


def hears(house: Small, *texts: str, answer: TurnResult | None = None) -> list[str]:
    """The lines that are kept after these texts."""
    house.bot.answer = lambda request: answer or unclear()
    first = len(house.tables.inbox)
    for number, text in enumerate(texts, start=first):
        house.hears(sms(text, f"m{number}"))
    return [text.line for text in house.tables.unclear.values()]


def review(house: Small) -> Review:
    return Review(house.units, house.clock, house.policy, NAMES)


def test_an_unclear_text_is_kept_as_a_line_of_training_data(house: Small) -> None:
    assert hears(house, TEXT) == [LINE]
    (kept,) = house.tables.unclear.values()
    assert (kept.guesses, kept.language, kept.address_index) == (["ask_reference", "ask_status"], "vi", PHONE.encode())


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (TEXT, unclear("ask_reference")),  # understood
        ("1", unclear()), ("hoa", unclear()),  # a digit, one word: nothing to learn
        ("la " * 200, unclear()), (TEXT, says("done")),
    ],
)  # fmt: skip
def test_nothing_else_is_kept(house: Small, text: str, answer: TurnResult) -> None:
    assert hears(house, text, answer=answer) == []


def test_an_intent_that_is_not_sure_is_kept(house: Small) -> None:
    assert hears(house, TEXT, answer=unclear("ask_reference", 0.5)) == [LINE]


def test_an_answer_to_a_question_is_never_kept(house: Small) -> None:
    opened = says("ask_full_name", open={"form": "health", "field": "full_name"})
    hears(house, "KB", answer=opened)
    assert hears(house, TEXT, answer=unclear(open={"form": "health", "field": "full_name"})) == []


def test_nothing_is_kept_where_it_is_switched_off_or_messages_are_unwanted(house: Small) -> None:
    hears(house, "hi", answer=says("hello"))
    (talk,) = house.tables.conversations.values()
    house.tables.conversations[talk.id] = replace(talk, opted_out=True)
    assert hears(house, TEXT) == []
    off = Small(Policy(sms_channel="kannel", review_for=timedelta(0)))
    assert hears(off, TEXT) == []


def test_under_consent_only_of_who_consented() -> None:
    house = Small(Policy(sms_channel="kannel", review_for=timedelta(days=30)))
    assert Rules(FakePack).legal_basis == "consent"
    assert hears(house, TEXT) == []


def test_a_phone_fills_the_list_no_further_than_its_share(house: Small) -> None:
    assert len(hears(house, *(f"cau so may {sign}" for sign in "abcdefgh"))) == house.policy.review_most


@pytest.mark.parametrize(
    ("text", "entities", "line"),
    [
        ("sot 38 do (that)", [], "sot 00 do that"),
        ("toi sot", [{"entity": "symptom", "value": "fever", "start": 4, "end": 7}], "toi [sot](symptom=fever)"),
        ("[x](y) {z} a|b", [], "x y z a b"),
        ("a bc", [{"entity": "other", "value": 1, "start": 2, "end": 4}], "a bc"),
    ],
)
def test_lines(text: str, entities: list[dict[str, Any]], line: str) -> None:
    assert as_line(text, entities) == line
    assert templates.parse(line)


def test_reviewed_texts_become_training_data(house: Small, tmp_path: Path) -> None:
    hears(house, TEXT, "xem giup to khai", "mua ga ngon")
    reviewing = review(house)
    first, second, third = reviewing.waiting(10, "terminal:an")
    assert reviewing.accept(first.id, "ask_reference", None, "terminal:an") == LINE
    reviewing.reject(third.id, "terminal:an")
    reviewing.accept(second.id, "ask_status", "xem giùm tờ khai của {full_name}", "terminal:an")
    assert not reviewing.waiting(10, "terminal:an")
    file = tmp_path / "vi" / "reviewed.yml"
    assert reviewing.export(tmp_path, "terminal:an") == {file: 2}
    learned = {"ask_reference": [LINE], "ask_status": ["xem giùm tờ khai của {full_name}"]}
    assert yaml.safe_load(file.read_text("utf-8")) == learned
    assert not house.tables.unclear
    assert reviewing.export(tmp_path, "terminal:an") == {}


def test_a_line_is_learned_once(house: Small, tmp_path: Path) -> None:
    for expected in (1, 0):
        hears(house, f"{TEXT}{'  ' * expected}")
        reviewing = review(house)
        (kept,) = reviewing.waiting(10, "a")
        reviewing.accept(kept.id, "ask_reference", None, "a")
        assert list(reviewing.export(tmp_path, "a").values()) == [expected]
    assert yaml.safe_load((tmp_path / "vi" / "reviewed.yml").read_text("utf-8")) == {"ask_reference": [LINE]}


@pytest.mark.parametrize(
    ("intent", "wording", "code"),
    [
        ("fly", None, "intent_unknown"), ("greet", "toi la {robot}", "line_wrong"), ("greet", "a (b", "line_wrong"),
        ("greet", "goi so 0912 di", "line_names"), ("greet", "chao Le Thi Hoa", "line_names"),
    ],
)  # fmt: skip
def test_what_may_not_be_learned(house: Small, intent: str, wording: str | None, code: str) -> None:
    hears(house, TEXT)
    with pytest.raises(Refused) as refused:
        review(house).accept(1, intent, wording, "a")
    assert refused.value.code == code
    assert house.tables.unclear[1].accepted_as is None
    with pytest.raises(Unknown):
        review(house).reject(7, "a")


def test_names() -> None:
    assert named("nhờ Lê Hoa xem")
    assert named("nho xem giup nguyen van a voi")
    assert named("NHO XEM GIUP TRAN THI B")
    assert not named("con sot thi da het")
    assert not named("NHO XEM GIUM")
    assert not named("Nhờ xem giùm ở Huế")


def test_their_time_is_over_one_day(house: Small) -> None:
    hears(house, TEXT)
    house.clock.forward(days=31)
    house.sweep.run()
    assert not house.tables.unclear
