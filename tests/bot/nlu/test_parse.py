"""`khaibao parse`: one JSON object a line, with the contract's keys and offsets into the text as given."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest

from bot import parse
from bot.train import ROOT
from nlu_data.importer import NluDataImporter
from tests.bot.talking import FACTS

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


def command(*arguments: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    """What the whole command prints."""
    done = subprocess.run(
        [str(ROOT / "bin/khaibao"), "parse", *arguments], input=stdin, capture_output=True, check=True, timeout=100
    )
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_the_command_takes_one_text(model: Path, flags: tuple[str, ...]) -> None:
    (found,) = command(*flags, "--", "-toi bi sot")
    assert (found["text"], found["intent"]) == ("-toi bi sot", "declare_health")


def test_the_command_reads_lines_whatever_their_bytes(model: Path) -> None:
    printed = command("--json", "-", stdin=b'KB\r\nkb\xff khong\n"DD \\ud800"\n')
    assert [one["text"] for one in printed] == ["KB", "kb\ufffd khong", "DD ?"]


def test_without_lines_the_command_says_nothing(model: Path) -> None:
    assert command() == []


def test_an_empty_text_is_a_text(model: Path) -> None:
    assert [one["text"] for one in command("")] == [""]


def test_a_reader_that_has_seen_enough_is_no_error(model: Path) -> None:
    lines = b"KB\n" * 20000
    with subprocess.Popen(
        [str(ROOT / "bin/khaibao"), "parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        writer = Thread(target=_poured, args=(running.stdin, lines))
        writer.start()
        assert json.loads(running.stdout.readline())["intent"] == "declare_health"
        running.stdout.close()
        assert running.stderr.read() == b""
        writer.join()


def _poured(pipe: IO[bytes], lines: bytes) -> None:
    with suppress(BrokenPipeError), pipe:
        pipe.write(lines)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("cho toi hoi khai bao the nao", "ask_help"),
        ("xoa ten me toi", "manage_household"),
        ("khai bao ntn z", "ask_help"),
    ],
)
def test_it_means_the_same_outside_and_in_the_middle_of_a_form(engine: Any, text: str, intent: str) -> None:
    asked = engine.turn({"state": None, "event": "text", "text": "KB", "channel": "sms", "facts": FACTS})
    inside = engine.turn({"state": asked["state"], "event": "text", "text": text, "channel": "sms", "facts": FACTS})
    assert (engine.parse(text)["intent"], inside["understood"]["intent"]) == (intent, intent)
