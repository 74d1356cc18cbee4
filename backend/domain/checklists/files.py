"""Checklist packs read from files, and what must hold in one: every problem is named by file, field and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from backend.domain.checklists.scoring import RISKS, Checklist, Colour, Passed, Reminder, Risk
from backend.domain.venues import KINDS
from backend.domain.yaml_files import NotYaml, read_yaml
from backend.forms.checklist import CRITERIA_MOST, PART_MOST, PARTS_MOST

FOLDER = Path(__file__).resolve().parent.parent / "packs" / "checklists"
EARLIEST, LATEST = time(7), time(22)  # advice is sent between them (Decree 91/2020)
MOST_POINTS = 100
PASSED, RISK = "passed", "risk"
_KEYS = ("name", "kinds", "provinces", "valid_from", "valid_to", "sources", "parts", "rule", "reminder")
_ONLY_HERE = frozenset(("parts", "rule", "reminder"))  # what no disease has
_RULES = {PASSED: ("mandatory", "green", "yellow"), RISK: ("points", "most_percent", "colours")}
_CRITERION = re.compile(r"[a-z]+(?:_[a-z]+)*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_WEEK = range(1, 8)


class ChecklistError(ValueError):
    """Packs that cannot be used; the message has one line for each problem: file, field, reason."""


def load_checklists(folder: Path = FOLDER) -> Sequence[Checklist]:
    """Every pack (*.yml) of a folder, by file name; raises ChecklistError with all problems of all files."""
    return _all(sorted(folder.glob("*.yml")))


def read_checklist(path: Path) -> Checklist:
    """The pack of one file; raises ChecklistError with all its problems, OSError."""
    return _all([path])[0]


def is_checklist(path: Path) -> bool:
    """Whether a file is meant as a checklist and not as a disease; False for one that is no YAML.  Raises OSError."""
    try:
        content = read_yaml(path)
    except NotYaml:
        return False
    return isinstance(content, Mapping) and not _ONLY_HERE.isdisjoint(content)


def _all(paths: Sequence[Path]) -> Sequence[Checklist]:
    read: dict[Path, Any] = {}
    found: list[str] = []
    for path in paths:
        try:
            read[path] = read_yaml(path)
        except NotYaml as error:
            found.append(str(error))
    found += [f"{path.name}: {problem}" for path, content in read.items() for problem in problems(content)]
    if found:
        raise ChecklistError("\n".join(found))
    return tuple(_checklist(content) for content in read.values())


def problems(content: Any) -> list[str]:
    """Every problem of a pack file's content, as "field: reason"; empty when it can be used."""
    found = list(_keys(content, _KEYS, ""))
    if found:
        return found
    found = [*_head(content), *_dates(content["valid_from"], content["valid_to"]), *_reminder(content["reminder"])]
    wrong = list(_parts(content["parts"]))
    count = 0 if wrong else sum(map(len, content["parts"]))
    return [*found, *wrong, *(() if wrong else _rule(content["rule"], count))]


def _keys(content: Any, expected: Sequence[str], where: str) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield f"{where.rstrip('.') or 'file'}: must be a mapping"
        return
    yield from (f"{where}{name}: missing" for name in expected if name not in content)
    yield from (f"{where}{name}: unknown" for name in content if name not in expected)


def _head(content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(content["name"], str) or not 0 < len(content["name"]) <= 64:
        yield "name: must be a word of at most 64 characters"
    if not isinstance(content["sources"], list) or not content["sources"]:
        yield "sources: say where the rules come from"
    kinds = content["kinds"]
    if not isinstance(kinds, list) or not kinds:
        yield "kinds: must list kinds of venues"
    else:
        yield from (f"kinds: {kind!r} is no kind of venue" for kind in kinds if kind not in KINDS)
    provinces = content["provinces"]
    if provinces != "all" and not (isinstance(provinces, list) and all(_is_code(each) for each in provinces)):
        yield 'provinces: must be all or a list of codes in quotes, such as ["01"]'


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{2}", value, re.ASCII) is not None


def _dates(start: Any, end: Any) -> Iterator[str]:
    if type(start) is not date:
        yield "valid_from: must be a date"
    if end is not None and type(end) is not date:
        yield "valid_to: must be a date or null"
    elif type(start) is date and end is not None and end < start:
        yield "valid_to: before valid_from"


def _reminder(reminder: Any) -> Iterator[str]:
    wrong = list(_keys(reminder, ("at", "weekdays"), "reminder."))
    if wrong:
        yield from wrong
        return
    at = _time(reminder["at"])
    if at is None or not EARLIEST <= at < LATEST:
        yield f'reminder.at: must be a time in quotes from "{EARLIEST:%H:%M}" to before "{LATEST:%H:%M}"'
    days = reminder["weekdays"]
    if not isinstance(days, list) or not days or any(type(day) is not int or day not in _WEEK for day in days):
        yield "reminder.weekdays: must list numbers from 1 (Monday) to 7"


def _time(value: Any) -> time | None:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    return time(int(found[1]), int(found[2])) if found else None


def _parts(parts: Any) -> Iterator[str]:
    if not isinstance(parts, list) or not 0 < len(parts) <= PARTS_MOST:
        yield f"parts: must be 1 to {PARTS_MOST} lists of criteria"
        return
    seen: set[str] = set()
    for number, part in enumerate(parts, 1):
        if not isinstance(part, list) or not 0 < len(part) <= PART_MOST:
            yield f"parts.{number}: must list 1 to {PART_MOST} criteria, which are asked in one message"
            continue
        for name in part:
            if not isinstance(name, str) or not _CRITERION.fullmatch(name):
                yield f"parts.{number}: {name!r} is no name of a criterion"
            elif name in seen:
                yield f"parts.{number}.{name}: listed twice"
            else:
                seen.add(name)
    if len(seen) > CRITERIA_MOST:
        yield f"parts: more than {CRITERIA_MOST} criteria"


def _rule(rule: Any, count: int) -> Iterator[str]:
    kind = rule.get("by") if isinstance(rule, Mapping) else None
    if kind not in _RULES:
        yield f"rule.by: must be {PASSED} or {RISK}"
        return
    wrong = list(_keys(rule, ("by", *_RULES[kind]), "rule."))
    yield from wrong or (_passed if kind == PASSED else _risk)(rule, count)


def _passed(rule: Mapping[str, Any], count: int) -> Iterator[str]:
    mandatory = rule["mandatory"]
    if not isinstance(mandatory, list) or any(not _whole(number, 1, count) for number in mandatory):
        yield f"rule.mandatory: must list numbers from 1 to {count}"
    wrong = [name for name in ("green", "yellow") if not _whole(rule[name], 1, count)]
    yield from (f"rule.{name}: must be a whole number from 1 to {count}" for name in wrong)
    if not wrong and rule["yellow"] >= rule["green"]:
        yield "rule.yellow: must be less than green"


def _risk(rule: Mapping[str, Any], count: int) -> Iterator[str]:
    points, most, colours = rule["points"], rule["most_percent"], rule["colours"]
    if not isinstance(points, list) or any(not _whole(each, 1, MOST_POINTS) for each in points):
        yield f"rule.points: must list whole numbers from 1 to {MOST_POINTS}"
    elif len(points) != count:
        yield f"rule.points: must be {count}, one a criterion, not {len(points)}"
    yield from _shares(most)
    wrong = list(_keys(colours, RISKS, "rule.colours."))
    yield from wrong
    shown = [each.value for each in Colour if each is not Colour.GREY]
    if not wrong:
        yield from (f"rule.colours.{level}: must be {', '.join(shown)}" for level in RISKS
                    if colours[level] not in shown)  # fmt: skip


def _shares(most: Any) -> Iterator[str]:
    wrong = list(_keys(most, RISKS[:-1], "rule.most_percent."))
    if not wrong:
        wrong = [f"rule.most_percent.{name}: must be a whole number from 0 to 99" for name in RISKS[:-1]
                 if not _whole(most[name], 0, 99)]  # fmt: skip
    yield from wrong
    if not wrong and sorted(set(most.values())) != [most[name] for name in RISKS[:-1]]:
        yield "rule.most_percent: must rise with the level"


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _checklist(content: Mapping[str, Any]) -> Checklist:
    rule, at = content["rule"], _time(content["reminder"]["at"])
    assert at is not None
    return Checklist(
        name=content["name"], kinds=tuple(content["kinds"]),
        provinces=() if content["provinces"] == "all" else tuple(content["provinces"]),
        valid_from=content["valid_from"], valid_to=content["valid_to"],
        parts=tuple(tuple(part) for part in content["parts"]),
        rule=_rule_of(rule), reminder=Reminder(at, frozenset(content["reminder"]["weekdays"])),
    )  # fmt: skip


def _rule_of(rule: Mapping[str, Any]) -> Passed | Risk:
    if rule["by"] == PASSED:
        return Passed(frozenset(rule["mandatory"]), rule["green"], rule["yellow"])
    colours = {level: Colour(rule["colours"][level]) for level in RISKS}
    return Risk(tuple(rule["points"]), dict(rule["most_percent"]), colours)
