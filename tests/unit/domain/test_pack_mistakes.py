"""A sound pack broken anywhere: the mistake is named by its field, whatever it is, and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.packs import FOLDER
from backend.domain.packs.checks import problems

PACKS = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a pack."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield (*path, key)
            yield from places(value, (*path, key))


def broken(name: str, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A pack with another value there."""
    content = deepcopy(PACKS[name])
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return content


EVERYWHERE = [(name, path) for name in ("covid-19.yml", "mpox.yml") for path in places(PACKS[name])]


@pytest.mark.parametrize(("name", "path"), EVERYWHERE)
def test_a_value_of_no_sense_is_named_by_its_field(name: str, path: tuple[Any, ...]) -> None:
    found = problems(broken(name, path, -1.5))
    assert any(line.startswith(str(path[0])) and str(path[-1]) in line for line in found), found


@pytest.mark.parametrize("name", PACKS)
def test_every_part_that_is_missing_is_named(name: str) -> None:
    for part in PACKS[name]:
        content = {key: value for key, value in PACKS[name].items() if key != part}
        assert f"{part}: missing" in problems(content)


@settings(deadline=None)
@given(where=st.sampled_from(EVERYWHERE), value=JUNK)
def test_nothing_that_stands_in_a_file_makes_the_check_crash(where: tuple[str, tuple[Any, ...]], value: Any) -> None:
    name, path = where
    assert all(": " in line for line in problems(broken(name, path, value)))


@settings(deadline=None)
@given(content=JUNK)
def test_anything_at_all_is_checked(content: Any) -> None:
    assert problems(content)


def test_all_mistakes_come_at_once() -> None:
    content = deepcopy(PACKS["dengue.yml"])
    content |= {"name": "", "window_days": 0, "advice": {"green": 1}, "valid_to": date(1999, 1, 1), "colour": 1}
    content["exposure"]["follow_up_days"] = "x"
    del content["notices"], content["triage"]["thresholds"]
    fields = {line.split(":")[0] for line in problems(content)}
    assert fields >= {
        "name", "window_days", "advice.green", "advice.red", "valid_to", "colour", "exposure.follow_up_days", "notices",
        "triage.thresholds",
    }  # fmt: skip


def test_a_text_that_no_catalogue_has_is_named() -> None:
    known = {"advice_green", "advice_yellow", "advice_orange"}
    assert problems(PACKS["covid-19.yml"], known) == ["advice.red: there is no text advice_red"]
    assert problems(PACKS["covid-19.yml"], known | {"advice_red"}) == []
