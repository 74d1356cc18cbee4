"""Facilities as somebody typed them, one by one or as a CSV table; and choosing among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.domain.facilities import Standing
from backend.services.facilities import NewFacility
from backend.services.records import standing_record
from backend.services.refusals import Refused, checked_phone
from backend.services.tables import TableUnfit, rows

NEEDED = ("code",)
COLUMNS = (*NEEDED, "checklist", "phones")


def read(given: Mapping[str, str | None]) -> NewFacility:
    """A facility from COLUMNS, blanks around values ignored; raises Refused (`phone_wrong`)."""
    said = {name: (given.get(name) or "").strip() for name in COLUMNS}
    phones = tuple(checked_phone(phone) for phone in said["phones"].split())
    return NewFacility(said["code"], said["checklist"] or None, phones)


def read_table(table: bytes) -> Sequence[NewFacility]:
    """The facilities of a CSV table in UTF-8 whose first line names the columns; raises TableUnfit."""
    news, problems = list[NewFacility](), list[str]()
    for number, row in rows(table, NEEDED):
        try:
            news.append(read(row))
        except Refused as error:
            problems.append(f"line {number}: {error}")
    if problems or not news:
        raise TableUnfit(problems or ["the table holds no facility"])
    return news


def chosen(facilities: Sequence[Standing], wanted: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Records of those that agree with every value of `wanted`: kind, province, commune, colour."""
    records = (standing_record(each) for each in facilities)
    return [each for each in records if all(each[name] == value for name, value in wanted.items())]
