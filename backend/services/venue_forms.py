"""Venues as somebody typed them, one by one or as a CSV table, turned into venues that can be stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from backend.domain.venues import KINDS
from backend.forms.phones import normalise_phone
from backend.forms.places import Places
from backend.services.commands.venues import ADDRESS_MOST, NAME_MOST
from backend.services.refusals import Refused, readable
from backend.services.tables import REST, TableUnfit, rows
from backend.services.venues import NewVenue

__all__ = ["ADDRESS_MOST", "COLUMNS", "KINDS", "NAME_MOST", "NEEDED", "TableUnfit", "Unfit", "VenueForms"]

NEEDED = ("name", "kind", "province", "commune")
COLUMNS = (*NEEDED, "address", "phone")


class Unfit(Refused):
    """What is wrong with a venue as given."""

    def __init__(self, sentence: str) -> None:
        super().__init__("venue_unfit", sentence)


class VenueForms:
    """Reads venues; `places` loads the administrative units when they are first needed."""

    def __init__(self, places: Callable[[], Places]) -> None:
        self._places = places

    def read(self, given: Mapping[str, str | None]) -> NewVenue:
        """A venue from COLUMNS, blanks around values ignored; raises Unfit."""
        if REST in given:
            raise Unfit("more columns than the first line names")
        said = {name: (given.get(name) or "").strip() for name in COLUMNS}
        _check_texts(said)
        keeper = normalise_phone(said["phone"]) if said["phone"] else None
        if said["phone"] and keeper is None:
            raise Unfit("the phone is no telephone number")
        province, commune = self.where(said["province"], said["commune"])
        return NewVenue(said["name"], said["kind"], province, commune, said["address"], keeper)

    def read_table(self, table: bytes) -> Sequence[NewVenue]:
        """The venues of a CSV table in UTF-8 whose first line names the columns; raises TableUnfit."""
        news, problems = list[NewVenue](), list[str]()
        for number, row in rows(table, NEEDED):
            try:
                news.append(self.read(row))
            except Unfit as error:
                problems.append(f"line {number}: {error}")
        if problems or not news:
            raise TableUnfit(problems or ["the table holds no venue"])
        return news

    def where(self, province: str, commune: str) -> tuple[str, str]:
        """Codes of today's province and commune; raises Unfit."""
        places = self._places()
        written = f"{commune}, {province}"
        found = [place for place in places.resolve(written) if place["commune"]] if places.complete(written) else []
        if not found:
            raise Unfit(f"no commune {commune!r} in {province!r} is known")
        if len({place["commune"] for place in found}) > 1:
            names = ", ".join(places.name(place["commune"]) for place in found)
            raise Unfit(f"{commune!r} in {province!r} may be one of {names}")
        return found[0]["province"], found[0]["commune"]


def _check_texts(said: Mapping[str, str]) -> None:
    if not 0 < len(said["name"]) <= NAME_MOST or len(said["address"]) > ADDRESS_MOST:
        raise Unfit(f"a name has 1 to {NAME_MOST} characters, an address at most {ADDRESS_MOST}")
    if not all(readable(value) for value in said.values()):
        raise Unfit("a value holds signs that cannot be printed")
    if said["kind"] not in KINDS:
        raise Unfit(f"kind {said['kind']!r} is none of {', '.join(KINDS)}")
