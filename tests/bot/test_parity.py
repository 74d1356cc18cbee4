"""The engine against Rasa's own agent: the same replies, commands and slots after every turn."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.train import ROOT
from tests.bot.talking import (
    BAD_CODE,
    CODE,
    FACTS,
    FIRST_TIME,
    IDENTITY,
    NEAR,
    NO_TO_ALL,
    SERVICES,
    declared,
    person,
)

A, B = person(1, answers=NO_TO_ALL), person(2, "Tran Thi B", "household")
FIVE_NO = ["0"] * 5
pytestmark = pytest.mark.timeout(600)  # the stock agent takes some tens of milliseconds a turn, more with history
VOCABULARY = [
    "KB", FIRST_TIME, "KB 00000", "KB khong", "KB 01000", "0", "1", "2", "3", "co", "khong", "Nguyen Van A", "Huy",
    "HUY", "QL", "TG", "SUA", "MA", "TT", "EN", "VI", "TC", "DK", "1958", "19xx", "1800", "nam", "nu",
    "Ben Nghe, TP HCM", "Tan Lap", "Ha Noi", "sot, ho", "hom qua", "toi bi sot 2 ngay nay", "xin chao", "dong y",
    "khai ho me toi", "thoi tiet hom nay", "DD 10234567", f"DD {CODE}", BAD_CODE,
    "DI", "GD", "XOA", "TX", "SL", "DKDD", "/restart", "😀", "NGUYỄN THỊ ÁNH", "x" * 3000, "%", "KB KB",
]  # fmt: skip

DIALOGUES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "first time": ({}, ["KB", *IDENTITY, *FIVE_NO, "1"]),
    "one message": ({}, [FIRST_TIME]),
    "bad years": ({}, ["KB", "Nguyen Van A", "xyz", "12345", "1800", "3000", "58", "nam"]),
    "misses to the end": ({}, ["KB", "Nguyen Van A", *["xyz"] * 6, "KB"]),
    "denials": ({}, ["KB", *IDENTITY, "khong co", "ko", "k", "chưa", "hông", "khong", "1", "2"]),
    "corrections": ({}, ["KB", *IDENTITY, *FIVE_NO, "2", "2", "1960", "sua", "1", "Tran Van C", "1"]),
    "correction afterwards": ({"people": [A], "last": declared()}, ["SUA", "2", "1961", "SUA", "4", "1", "ho", "2"]),
    "going back": ({}, ["KB", "A B", "1958", "QL", "QL", "QL", "C D", "1960", "nam", "QL", "nu"]),
    "cancelling": ({"last": declared()}, ["KB", "A B", "HUY", "HUY", "KB", "C D", "1958"]),
    "other wishes": ({"last": declared()}, ["KB", "TG", "A B", "EN", "TT", "MA", "1958", "XEM", "xin chao",
        "NC", "nam"]),
    "Unicode": ({}, ["KB", "Nguyễn Thị Ánh", "１９５８", "1958", "nữ", "Bến Nghé, TP. Hồ Chí Minh", "😀", "Không",
        "‮0"]),
    "decomposed": ({}, ["KB", "Nguye\u0302\u0303n Va\u0306n A", "1958", "nu\u031b\u0303"]),
    "very long texts": ({}, ["KB", "x" * 10000, "Nguyen Van A", "9" * 5000, "KB " + "; " * 3000, "1"]),
    "two in a row": ({}, [FIRST_TIME, FIRST_TIME, "KB", *IDENTITY, *FIVE_NO, "1", "KB"]),
    "for somebody else": ({"people": [A]}, ["KB", "3", "1", "Le C", "2010", "nam", "Ben Nghe, TP HCM", *FIVE_NO, "1"]),
    "shared phone": ({"people": [A, B]}, ["KB", "9", "2", "QL", "1", "1", "KB 00000", "2"]),
    "a slash": ({}, ["/restart", "KB", "/session_start", "/declare_health{\"full_name\": \"x\"}", "/back",
        "A B", "// KB"]),
    "the name Huy": ({}, ["KB", "Huy", "1958", "HUY"]),
    "symptom first": ({"people": [A]}, ["toi bi sot 2 ngay nay", "0", "0", "0", "0", "1"]),
    "symptom in the middle": ({}, ["KB", "A B", "1958", "nam", "toi bi sot", "Ben Nghe, TP HCM", "toi bi ho"]),
    "consent": ({"last": declared(pending=True)}, ["1", "0", "dong y", "xin chao", "1", "HUY"]),
    "restart a form": ({}, ["KB", "A B", "KB", "2", "C D", "KB", "1", "KB", "x", "1"]),
    "ambiguous place": ({}, ["KB", *IDENTITY[:3], "Tan Lap", "9", "2", *FIVE_NO, "1"]),
    "outside": ({}, ["0", "1", "QL", "TG", "1", "HUY", "%%", "%%", "%%", "TC", "DK", "cuu toi voi", "MA", "TT"]),
    "menu": ({}, ["xin chao", "2", "1", "xin chao", "1", "HUY", "TG", "9"]),
    "same as last": ({"people": [A]}, ["KB", "1", "KB", "same", "KB", "2", "0"]),
    "visits": (NEAR, [f"DD {CODE} +2", CODE, "DI", f"DI {CODE}", "DD", "1", CODE, f"toi vua den {CODE} cung 2 nguoi",
        "DI"]),
    "mistyped": (NEAR, [f"DD {BAD_CODE}", "1", f"DD {BAD_CODE} +3 hom qua 8h", "9", "0", BAD_CODE, "TG", "x", "y", "z",
        "1"]),
    "a query": ({}, [f"DD {BAD_CODE}", "1", "DD 1234567", "0"]),
    "visits in a form": (NEAR, ["KB", f"DD {CODE}", f"DD {BAD_CODE}", "1", "A B", f"DI {BAD_CODE}", "1958", "nam", CODE,
        "DI", "HUY"]),
    "a venue": (SERVICES, ["DKDD", "Pho Thin", "99", "1", "QL", "quan pho", "Ben Nghe, TP HCM", "SL", "SL 1", "123456",
        "DKDD Pho Thin; cho; Ben Nghe, TP HCM", f"DD {CODE} 0912345678", "TG"]),
    "household": (SERVICES, ["GD", "2", "1", "GD", "1", "Le C", "2010", "nam", "Ben Nghe, TP HCM", "KB GD 00000",
        "KB GD", "00000", "KB CA NHA 01000", "GD", "3", "0"]),
    "own data": (SERVICES, ["TX 0912345678", "TX", "12", "0912345678", "TT", "XEM", "XOA", "12", "123456", "TC", "DK",
        "TC CANH BAO", "GOI", "SAI"]),
    "a warning": ({"notice": {"id": "7", "kind": "exposure", "venue": CODE}, "people": [A]}, ["TG", "1", "xin chao",
        "1", "HUY", "2", "0", "HUY"]),
    "a failed visit": ({"failed": {"command": "check_in", "code": "venue_closed", "args": {"venue_name": "X"}}},
        [f"DD {CODE}"]),
    "yes and details": ({"people": [A]}, ["KB 11000", "Ha Noi, Lao", "1", "hom kia", "QL", "hom qua", "1"]),
}  # fmt: skip


def _texts(facts: dict[str, Any], texts: list[str], channel: str = "sms") -> dict[str, Any]:
    return {"facts": {**FACTS, **facts}, "channel": channel, "turns": [["text", text] for text in texts]}


def _random_dialogues(count: int) -> list[dict[str, Any]]:
    source = random.Random(2026)
    known: list[dict[str, Any]] = [{}, {"people": [A]}, {"people": [A, B], "last": declared()}]
    return [_texts(source.choice(known), ["KB", *source.choices(VOCABULARY, k=9)]) for _ in range(count)]


def _sessions() -> list[dict[str, Any]]:
    dial = [["start", CODE], ["start", f"2*{CODE}"], ["start", "2"], ["text", CODE], ["start", ""], ["text", "1"],
            ["text", "A B"], ["start", ""], ["text", "1"], ["text", "99"], ["start", ""],
            ["text", "2"], ["resume", ""], ["text", "97"], ["text", "96"], ["notice", "health"]]  # fmt: skip
    return [{"facts": {**FACTS}, "channel": "ussd", "turns": dial}]


@pytest.fixture(scope="module")
def both(engine: Any, model: Path) -> list[tuple[dict[str, Any], list[Any], list[Any]]]:
    """(dialogue, turns of the stock agent, turns of the engine)."""
    dialogues = [_texts(*one) for one in DIALOGUES.values()] + _random_dialogues(8) + _sessions()
    command = [sys.executable, "-W", "ignore", "-m", "tests.bot.stock_agent"]
    done = subprocess.run(command, input=json.dumps(dialogues), capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    stock = json.loads(done.stdout.splitlines()[-1])
    return [(one, turns, _ours(engine, one)) for one, turns in zip(dialogues, stock, strict=True)]


def _ours(engine: Any, dialogue: dict[str, Any]) -> list[dict[str, Any]]:
    state, turns = None, []
    for event, text in dialogue["turns"]:
        request = {
            "state": state,
            "event": event,
            "text": text,
            "channel": dialogue["channel"],
            "facts": dialogue["facts"],
        }
        answer = json.loads(json.dumps(engine.turn(request)))
        state = answer["state"]
        kept = state or {"s": {}, "l": None}
        said = {name: answer[name] for name in ("replies", "commands", "queries")}
        turns.append({**said, "slots": kept["s"], "loop": kept["l"]})
    return turns


def test_every_turn_is_the_stock_agents(both: Any) -> None:
    differing = []
    for dialogue, stock, ours in both:
        for (event, text), expected, found in zip(dialogue["turns"], stock, ours, strict=True):
            if expected != found:
                differing.append(
                    f"{event} {text[:40]!r} in {[t[:12] for _, t in dialogue['turns']]}:\n"
                    f" stock {expected}\n ours  {found}"
                )
                break
    assert not differing, "\n".join(differing[:5])


def test_the_dialogues_reach_every_kind_of_answer(both: Any) -> None:
    said = {reply["name"] for _, stock, _ in both for turn in stock for reply in turn["replies"]}
    done = {command["name"] for _, stock, _ in both for turn in stock for command in turn["commands"]}
    assert {"submit_declaration", "amend_declaration", "undo_declaration", "set_language", "check_in"} <= done
    assert {"register_venue", "keep_member", "remove_member", "answer_notice", "erase", "set_messages"} <= done
    assert {"put_aside", "wrong_form", "ask_resume", "ask_correct", "cancelled", "not_understood", "ask_role"} <= said


def test_turns_are_never_silent(both: Any) -> None:
    for _, stock, _ in both:
        assert all(turn["replies"] or turn["commands"] for turn in stock)
