"""From the terminal: staff users, their tokens, and what is refused in a sentence."""

from __future__ import annotations

import pytest

from backend.commands.opened import opened_house
from backend.services.refusals import Refused
from tests.integration.test_tracing_commands import Run, done, run

__all__ = ["run"]


def test_a_token_is_printed_once_and_revoked(run: Run) -> None:
    done(run("user", "add", "lan", "--role", "border", "--office", "Cua khau"))
    issued = run("user", "token", "lan")
    token = done(issued)
    assert "good until" in issued.stderr
    with opened_house() as house:
        assert house.sign_in.user_of(token, "127.0.0.1").role == "border"
    assert done(run("user", "token", "lan", "--revoke")) == "token of lan revoked"
    assert done(run("user", "token", "lan", "--revoke")) == "lan had no token"
    with opened_house() as house, pytest.raises(Refused, match="token_wrong"):
        house.sign_in.user_of(token, "127.0.0.1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "token", "nobody"), "no such user"),
        (("case", "confirm", "--phone", "0901234567", "--onset", "2026-11-01", "--pack", "plague"), "no disease pack"),
        (("case", "confirm", "--phone", "0901234567", "--onset", "0001-01-01", "--pack", "covid-19"), "a year ago"),
        (("venue", "show", "12"), "no such venue"),
    ],
)
def test_refusals_are_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert refused.stdout == ""
