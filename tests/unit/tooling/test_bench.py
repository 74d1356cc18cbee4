"""The bench: its figures, and the names operators and outside tests read them by."""

import asyncio

import pytest

from benchmarks.dialogue import declare
from benchmarks.figures import Timings
from benchmarks.run import ROWS, table

NAMES = {
    "vanilla_turns_s", "bot_turns_per_core_s", "ratio", "bot_p50_ms", "bot_p99_ms", "free_text_turns_per_core_s",
    "growth_ratio", "path_turns_s", "path_p99_ms", "ussd_p99_ms", "bot_private_mb", "start_s",
}  # fmt: skip


def test_every_promised_figure_is_there():
    assert set(ROWS) >= NAMES


def test_percentiles_and_rate():
    timings = Timings([number / 1000 for number in range(100, 0, -1)], seconds=2.0)
    assert (timings.percentile_ms(0.5), timings.percentile_ms(0.99), timings.percentile_ms(1.0)) == (51, 100, 100)
    assert timings.per_second == 50


def test_the_table_shows_what_was_measured_beside_its_goal():
    assert table({"ratio": 61.25}).split() == "our bot over stock Rasa at one user 61.25 x goal >= 50".split()


def answering(*fields, stored=True):
    """A bot that asks these fields in turn."""
    asked = iter([*fields, None])

    async def turn(request):
        field = next(asked)
        done = field is None
        return {
            "state": {"said": request["text"]},
            "replies": [{"name": "ask"}],
            "commands": [{"name": "submit_declaration"}] if done and stored else [],
            "open": None if done else {"form": "health", "field": field},
        }

    return turn


def test_a_dialogue_answers_what_is_asked():
    texts, _ = asyncio.run(declare(answering("full_name", "travelled", "confirm")))
    assert texts == ["KB", "Nguyễn Văn An", "0", "1"]


def test_a_dialogue_that_stores_nothing_fails_the_bench():
    with pytest.raises(RuntimeError, match="led nowhere"):
        asyncio.run(declare(answering("full_name", stored=False)))
