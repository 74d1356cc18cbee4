"""What everybody may see of facilities: colours and counts; never a person, an answer or a complaint's words."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from backend.domain.days import VIET_NAM, day_of
from backend.domain.facilities import Standing, roll_up
from backend.services.map_search import WORST_FIRST, Listed, words_of
from backend.services.ports.outside import Clock
from backend.services.ports.unit import Units

LOOK_EVERY = timedelta(seconds=2)  # how old a map may be before the store is asked for a newer one
SHARE = 10  # at least so many times as long as a map takes to make: a whole country's must not fill a processor
RENEW_EVERY = timedelta(minutes=1)  # renamed and removed venues change no version

PlaceName = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class Published:
    """Something everybody may read."""

    body: bytes

    @cached_property
    def tag(self) -> str:
        """What changes when it does (an HTTP entity tag)."""
        return f"{zlib.crc32(self.body):08x}-{len(self.body):x}"

    @cached_property
    def packed(self) -> bytes:
        """The same, compressed once, when the first reader wants it so."""
        return gzip.compress(self.body, compresslevel=1, mtime=0)


@dataclass(frozen=True, eq=False)
class PublicMap(Published):
    """The map as JSON, and what it was made of; `names` has those of the provinces and communes with facilities."""

    day: date
    facilities: Sequence[Standing]
    names: Mapping[str, str]

    @cached_property
    def listed(self) -> Sequence[Listed]:
        """The facilities as they are looked through: what is not safe first, then by name."""
        found = (
            Listed(each, each.colour.value, words_of(each.name, *self._names(each), each.code))
            for each in self.facilities
        )
        return sorted(found, key=lambda each: (WORST_FIRST.index(each.colour), each.words))

    def _names(self, facility: Standing) -> Iterator[str]:
        return (self.names[code] for code in (facility.commune, facility.province) if code)


class Maps:
    """The newest map, worked out only when a report, feedback or the day has changed it.

    Arguments: `place_name`, the name of a province's or commune's code.
    """

    def __init__(self, units: Units, clock: Clock, place_name: PlaceName) -> None:
        self._units, self._clock, self._place_name = units, clock, place_name
        self._lock = threading.Lock()
        self._made: PublicMap | None = None
        self._version: tuple[str, date] | None = None
        self._look_at = self._made_at = clock.now()

    def newest(self) -> PublicMap:
        """A few seconds old at most; raises StoreUnavailable."""
        with self._lock:
            now = self._clock.now()
            if self._made is None or now >= self._look_at:
                self._look(now)
                took = self._clock.now() - now
                self._look_at = now + max(LOOK_EVERY, SHARE * took)
            assert self._made is not None
            return self._made

    def name(self, code: str) -> str | None:
        """The name of a province or commune, None for a code that nothing has."""
        try:
            return self._place_name(code)
        except KeyError:
            return None

    def _look(self, now: datetime) -> None:
        day = day_of(now)
        with self._units() as unit:
            version = (unit.facilities.version(), day)
            if self._made is None or version != self._version or now - self._made_at >= RENEW_EVERY:
                self._made = self._make(list(unit.facilities.standing(day)), day)
                self._version, self._made_at = version, now

    def _make(self, facilities: Sequence[Standing], day: date) -> PublicMap:
        units = {code for each in facilities for code in (each.province, each.commune) if code}
        names = {code: self._place_name(code) for code in sorted(units)}
        content = {
            "day": day.isoformat(), **self._named(roll_up(facilities), names),
            "places": [self._place(each) for each in facilities],
        }  # fmt: skip
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return PublicMap(body, day, facilities, names)

    @staticmethod
    def _named(rolled: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """Units as lists, with their names."""
        provinces = [
            {"code": code, "name": names[code], **found, "communes": [
                {"code": inner, "name": names[inner], **counts}
                for inner, counts in found["communes"].items()
            ]}
            for code, found in rolled["provinces"].items()
        ]  # fmt: skip
        return {**rolled, "provinces": provinces}

    @staticmethod
    def _place(each: Standing) -> Mapping[str, Any]:
        return {
            "code": each.code, "name": each.name, "kind": each.kind, "province": each.province,
            "commune": each.commune, "colour": each.colour.value,
            "reported_at": each.reported_at.isoformat() if each.reported_at else None, "feedback": each.feedback,
        }  # fmt: skip


def local_time(moment: datetime) -> str:
    """An aware moment as people there read it from the clock, in ISO form to the minute."""
    return moment.astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M")
