"""From the terminal: how long what is kept, and deleting it now."""

from __future__ import annotations

import json

from tests.integration.test_tracing_commands import Run, done, run

__all__ = ["run"]


def test_periods_and_a_run(run: Run) -> None:
    lines = [json.loads(line) for line in done(run("retention", "periods", "--json")).splitlines()]
    periods = {line["what"]: line["days"] for line in lines}
    assert periods == {"visits": 28, "contacts": 28, "messages": 28, "people": 60}
    assert "messages" in done(run("retention", "periods"))
    counts = json.loads(done(run("retention", "run", "--json")))
    assert counts == {"declarations": 0, "visits": 0, "contacts": 0, "messages": 0, "people": 0}
    assert "deleted" in done(run("retention", "run"))
