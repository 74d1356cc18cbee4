"""Checklist packs: their bands at every border, what is refused in a file, which one a venue answers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, time
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.checklists import (
    FOLDER,
    ChecklistError,
    Checklists,
    ChecklistUnknown,
    Colour,
    load_checklists,
    score,
)
from backend.domain.checklists.files import is_checklist, problems
from backend.i18n import read_entries

PACKS = {each.name: each for each in load_checklists()}
TODAY = date(2026, 11, 24)
SCHOOL, HANOI, CLINIC, WORKPLACE = (PACKS[name] for name in ("school", "school-hanoi", "clinic", "workplace"))


def failing(pack, count, mandatory=()):
    """So many criteria, the named ones and then optional ones from the end."""
    optional = [number for number in range(len(pack.criteria), 0, -1) if number not in pack.rule.mandatory]
    return [*mandatory, *optional[: count - len(mandatory)]]


@pytest.mark.parametrize(
    ("pack", "passed", "colour", "level"),
    [
        (SCHOOL, 15, "green", "good"), (SCHOOL, 11, "green", "good"), (SCHOOL, 10, "yellow", "fair"),
        (SCHOOL, 8, "yellow", "fair"), (SCHOOL, 7, "red", "unsafe"), (SCHOOL, 4, "red", "unsafe"),
        (HANOI, 16, "green", "good"), (HANOI, 12, "green", "good"), (HANOI, 11, "yellow", "fair"),
        (HANOI, 8, "yellow", "fair"), (HANOI, 7, "red", "unsafe"),
        (CLINIC, 10, "green", "good"), (CLINIC, 9, "green", "good"), (CLINIC, 8, "yellow", "fair"),
        (CLINIC, 7, "yellow", "fair"), (CLINIC, 6, "red", "unsafe"),
    ],
)  # fmt: skip
def test_the_bands_where_every_mandatory_criterion_is_met(pack, passed, colour, level):
    count = len(pack.criteria)
    result = score(pack, failing(pack, count - passed))
    assert (result.verdict.colour, result.verdict.level) == (colour, level)
    assert (result.verdict.score, result.verdict.most) == (passed, count)


@pytest.mark.parametrize(
    ("pack", "mandatory"), [(SCHOOL, {4, 5, 10, 11}), (HANOI, {4, 5, 8, 11, 12}), (CLINIC, {1, 3, 4})]
)
def test_one_mandatory_criterion_that_fails_is_red_however_many_are_met(pack, mandatory):
    assert pack.rule.mandatory == mandatory
    for number in mandatory:
        assert score(pack, [number]).verdict.colour is Colour.RED
    for number in set(range(1, len(pack.criteria) + 1)) - mandatory:
        assert score(pack, [number]).verdict.colour is Colour.GREEN


@pytest.mark.parametrize(
    ("failed", "percent", "level", "colour"),
    [
        ([], 0, "very_low", "green"), ([1, 2], 15, "very_low", "green"), ([1, 3], 20, "low", "green"),
        ([3, 4], 30, "low", "green"), ([1, 3, 4], 35, "medium", "yellow"), ([3, 4, 5, 8], 50, "medium", "yellow"),
        ([3, 4, 5, 2], 55, "high", "red"), ([3, 4, 5, 2, 6, 7, 8], 80, "high", "red"),
        ([3, 4, 5, 2, 6, 7, 8, 10], 85, "very_high", "red"), (list(range(1, 11)), 100, "very_high", "red"),
    ],
)  # fmt: skip
def test_the_bands_of_workplaces(failed, percent, level, colour):
    verdict = score(WORKPLACE, failed).verdict
    assert (verdict.score, verdict.level, verdict.colour) == (percent, level, colour)


@pytest.mark.parametrize(("border", "level"), [(15, "very_low"), (30, "low"), (50, "medium"), (80, "high")])
def test_a_share_just_above_a_border_is_the_next_level(border, level):
    """Out of a thousand points, so that a tenth of a per cent counts."""
    rule = replace(WORKPLACE.rule, points=(border * 10, 1, 1000 - border * 10 - 1))
    small = replace(WORKPLACE, parts=(("one", "two", "three"),), rule=rule)
    assert score(small, [1]).verdict.level == level
    above = score(small, [1, 2]).verdict
    assert above.level != level
    assert above.score == border + 1  # shown rounded up


@given(data=st.data(), name=st.sampled_from(sorted(PACKS)))
def test_mending_something_never_makes_it_worse(data, name):
    pack = PACKS[name]
    failed = data.draw(st.sets(st.integers(1, len(pack.criteria)), min_size=1))
    mended = failed - {data.draw(st.sampled_from(sorted(failed)))}
    order = [Colour.GREEN, Colour.YELLOW, Colour.RED]
    worse, better = score(pack, failed), score(pack, mended)
    assert order.index(better.verdict.colour) <= order.index(worse.verdict.colour)
    assert better.bits.count("1") == worse.bits.count("1") + 1
    assert {number for number, bit in enumerate(worse.bits, 1) if bit == "0"} == failed == set(worse.failed)


@given(data=st.data(), name=st.sampled_from(sorted(PACKS)))
def test_what_is_to_be_mended_names_mandatory_criteria_first(data, name):
    pack = PACKS[name]
    failed = score(pack, data.draw(st.sets(st.integers(1, len(pack.criteria))))).failed
    marks = [number in pack.rule.mandatory for number in failed]
    assert marks == sorted(marks, reverse=True)


@pytest.mark.parametrize("number", [0, 16, -1])
def test_a_number_that_no_criterion_has_is_refused(number):
    with pytest.raises(ValueError, match="no criterion"):
        score(SCHOOL, [number])


def test_the_installed_packs_are_the_official_ones():
    assert [len(part) for part in SCHOOL.parts] == [4, 3, 3, 3, 2]  # 7 before, 6 at school, 2 after
    assert [len(part) for part in HANOI.parts] == [4, 4, 3, 3, 2]  # 8, 6, 2
    assert WORKPLACE.rule.most_percent == {"very_low": 15, "low": 30, "medium": 50, "high": 80}
    assert sum(WORKPLACE.rule.points) == 100


def test_every_criterion_has_a_text_in_both_languages():
    root = FOLDER.parents[3] / "locales"
    for language in ("vi", "en"):
        entries = read_entries(root, language)
        for pack in PACKS.values():
            assert [name for name in pack.criteria if (f"criterion_{name}", "") not in entries] == []


def test_a_venue_answers_the_list_of_its_province_before_the_national_one():
    shelf = Checklists(load_checklists())
    assert shelf.meant_for("school", "01", TODAY).name == "school-hanoi"
    assert shelf.meant_for("school", "79", TODAY).name == "school"
    assert shelf.meant_for("school", "01", date(2020, 9, 1)).name == "school"  # before Hà Nội had its own
    assert shelf.meant_for("hospital", None, TODAY).name == "clinic"
    with pytest.raises(ChecklistUnknown):
        shelf.meant_for("restaurant", "79", TODAY)
    with pytest.raises(ChecklistUnknown):
        shelf.meant_for("school", "79", date(2020, 4, 27))


def test_newer_rules_under_the_same_name_follow_older_ones_from_their_day():
    newer = replace(SCHOOL, valid_from=date(2026, 9, 1), rule=replace(SCHOOL.rule, green=15))
    shelf = Checklists([newer, SCHOOL])
    assert shelf.named("school", date(2026, 8, 31)).rule.green == 11
    assert shelf.named("school", date(2026, 9, 1)).rule.green == 15
    ended = Checklists([replace(SCHOOL, valid_to=date(2026, 11, 23))])
    assert ended.find("school", date(2026, 11, 23)) is not None
    assert ended.find("school", TODAY) is None
    with pytest.raises(ChecklistUnknown, match="nursery"):
        shelf.named("nursery", TODAY)


def test_reminders_know_their_hour_and_their_days():
    reminder = SCHOOL.reminder
    assert reminder.due(1, time(9))
    assert reminder.due(6, time(17))
    assert not reminder.due(1, time(8, 59))
    assert not reminder.due(7, time(12))


@cache
def shipped(pack):
    return yaml.safe_load((FOLDER / f"{pack}.yml").read_text())


def changed(pack="school", /, **changes):
    """A pack file's content with some of it replaced; None takes a key away."""
    content = deepcopy(shipped(pack))
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = content
        for key in outer:
            inner = inner[key]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return content


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("no mapping", "file: must be a mapping"),
        (changed(sources=None), "sources: missing"),
        (changed(colour="blue"), "colour: unknown"),
        (changed(name=""), "name: must be a word of at most 64 characters"),
        (changed(kinds=["castle"]), "kinds: 'castle' is no kind of venue"),
        (changed(provinces=[1]), 'provinces: must be all or a list of codes in quotes, such as ["01"]'),
        (changed(valid_from="soon"), "valid_from: must be a date"),
        (changed(valid_to=date(2019, 1, 1)), "valid_to: before valid_from"),
        (changed(parts=[]), "parts: must be 1 to 10 lists of criteria"),
        (changed(parts=[["a", "b", "c", "d", "e", "f"]]),
         "parts.1: must list 1 to 5 criteria, which are asked in one message"),
        (changed(parts=[["a"], ["b", "a"]]), "parts.2.a: listed twice"),
        (changed(parts=[["Not A Name"]]), "parts.1: 'Not A Name' is no name of a criterion"),
        (changed(rule__by="luck"), "rule.by: must be passed or risk"),
        (changed(rule__mandatory=[4, 16]), "rule.mandatory: must list numbers from 1 to 15"),
        (changed(rule__green=16), "rule.green: must be a whole number from 1 to 15"),
        (changed(rule__yellow=11), "rule.yellow: must be less than green"),
        (changed(rule__green=None), "rule.green: missing"),
        (changed(reminder__at="06:00"), 'reminder.at: must be a time in quotes from "07:00" to before "22:00"'),
        (changed(reminder__at=540), 'reminder.at: must be a time in quotes from "07:00" to before "22:00"'),
        (changed(reminder__weekdays=[0]), "reminder.weekdays: must list numbers from 1 (Monday) to 7"),
        (changed("workplace", rule__points=[1, 2]), "rule.points: must be 10, one a criterion, not 2"),
        (changed("workplace", rule__most_percent__low=10), "rule.most_percent: must rise with the level"),
        (changed("workplace", rule__most_percent__high=100),
         "rule.most_percent.high: must be a whole number from 0 to 99"),
        (changed("workplace", rule__colours__low="grey"), "rule.colours.low: must be green, yellow, red"),
        (changed("workplace", rule__colours__medium=None), "rule.colours.medium: missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named(content, found):
    assert found in problems(content)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path):
    (tmp_path / "a.yml").write_text(yaml.safe_dump(changed(valid_from="soon", rule__green=99), allow_unicode=True))
    (tmp_path / "b.yml").write_text("- [")
    with pytest.raises(ChecklistError) as refused:
        load_checklists(tmp_path)
    lines = str(refused.value).splitlines()
    assert any(line.startswith("a.yml: valid_from:") for line in lines)
    assert any(line.startswith("a.yml: rule.green:") for line in lines)
    assert any(line.startswith("b.yml: file: not YAML") for line in lines)


def test_a_key_given_twice_is_an_error(tmp_path: Path):
    text = (FOLDER / "school.yml").read_text("utf-8")
    (tmp_path / "a.yml").write_text(f"{text}\nkinds: [clinic]\n", "utf-8")
    with pytest.raises(ChecklistError, match=r"^a\.yml: file: .*kinds is given twice"):
        load_checklists(tmp_path)


def test_a_checklist_that_lacks_something_is_still_checked_as_one(tmp_path: Path):
    (tmp_path / "a.yml").write_text(yaml.safe_dump(changed(parts=None)), "utf-8")
    assert is_checklist(tmp_path / "a.yml")
    (tmp_path / "b.yml").write_text("name: dengue\ntriage: {}\n", "utf-8")
    assert not is_checklist(tmp_path / "b.yml")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(ANYTHING)
def test_a_part_that_is_anything_at_all_is_a_problem_and_not_a_crash(anything):
    for key in ("name", "kinds", "provinces", "valid_from", "valid_to", "sources", "parts", "rule", "reminder"):
        problems({**changed(), key: anything})
    for key in ("points", "most_percent", "colours"):
        content = changed("workplace")
        content["rule"][key] = anything
        problems(content)
