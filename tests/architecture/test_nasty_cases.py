"""tests/nasty_cases.toml names tests and payloads that exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import tomllib

TESTS = Path(__file__).resolve().parents[1]
CASES = tomllib.loads((TESTS / "nasty_cases.toml").read_text())


@cache
def functions_of(path: Path) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def exists(named: str) -> bool:
    path, _, test = named.partition("::")
    return (TESTS / path).is_file() and (not test or test in functions_of(TESTS / path))


@pytest.mark.parametrize("channel", CASES)
def test_every_case_has_a_test(channel):
    assert [named for case in CASES[channel].values() for named in case if not exists(named)] == []
    assert all(CASES[channel].values())
