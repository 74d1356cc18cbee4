"""What an address of the map asks for; every view of it is an address that can be shared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from backend.services.map_search import WORST_FIRST, Wanted
from backend.services.public_map import Maps

ADDRESS = "/map"
TEXT_MOST = 80  # characters of a search
DIGITS = {"province": 2, "commune": 5}  # of an administrative code


class Wrong(Exception):
    """An address that nothing is at; `key` is the sentence, `status` the HTTP status."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.key, self.status = key, status


@dataclass(frozen=True)
class Query:
    """The parameters of the page; empty ones are left out of its address."""

    province: str = ""
    commune: str = ""
    kind: str = ""
    colour: str = ""
    q: str = ""
    page: int = 1
    lang: str = ""

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        return Wanted(self.province, self.commune, self.kind, self.colour, self.q)

    @property
    def filtered(self) -> bool:
        """Whether something besides the place narrows what is shown."""
        return bool(self.kind or self.colour or self.q)

    def address(self, **changes: str | int) -> str:
        """The address of another view: this one with changes, on its first page."""
        other = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        said = {each.name: getattr(other, each.name) for each in fields(other)}
        given = {name: value for name, value in said.items() if value not in ("", 1)}
        return f"{ADDRESS}?{urlencode(given)}" if given else ADDRESS


def read(given: Mapping[str, str], maps: Maps, kinds: Collection[str], language: str) -> Query:
    """The query of a request; `language` is what its page is in, "" for the default.

    Raises:
        Wrong: a place, kind, colour or page number that does not exist.
    """
    said = {name: given.get(name, "").strip() for name in ("province", "commune", "kind", "colour", "q")}
    for name, digits in DIGITS.items():
        code = said[name]
        if code and (len(code) != digits or not code.isdecimal() or maps.name(code) is None):
            raise Wrong("map_wrong_place", 404)
    if said["kind"] not in ("", *kinds):
        raise Wrong("map_wrong_kind", 400)
    if said["colour"] not in ("", *WORST_FIRST):
        raise Wrong("map_wrong_colour", 400)
    return Query(**{**said, "q": said["q"][:TEXT_MOST]}, page=_number(given.get("page", "1")), lang=language)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text)):
        raise Wrong("map_wrong_page", 400)
    return int(text)
