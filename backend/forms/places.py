"""The administrative units of Viet Nam and the countries, found by what people write.

The data file (nlu_data/lookups/admin_units.json, made by the build.py beside it) is one object:
`provinces` {code: name}, `communes` {code: [province code, name]}, `old` {province: {district: {"aliases",
"wards": {name: codes of today's communes}}}} of before 01/07/2025, `province_aliases`, `countries` {code:
Vietnamese name, English name, others}, `country_names` {language: {code: name}},
`nationalities` {code: words}.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from backend.forms.border_gates import BorderGates
from backend.forms.folding import agrees, tidy
from backend.forms.place_spelling import (
    DISTRICT_TYPES,
    LONGEST,
    PROVINCE_TYPES,
    TOO_FAR,
    Segments,
    Words,
    bare,
    ends_with_type,
    joined,
    key_of,
    leading_type,
    near_names,
    segments_of,
    short_key,
    slips_between,
    spans,
    split_type,
    words_of,
)

MOST = 10  # matches returned
MOST_NEAR = 5  # of names that are only near


class _Unit(NamedTuple):
    """A name that a commune goes by; `district` and `old_province` are keys, set for names of before 07/2025."""

    code: str
    province: str
    name: str  # accented, without its type
    type: str  # folded
    district: str = ""
    old_province: str = ""


class _Province(NamedTuple):
    code: str
    key: str
    today: bool


_Rank = tuple[int, bool, int]


class Places:
    """A gazetteer over the data file's object; its indexes are built at the first look-up."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def resolve(self, text: str) -> Sequence[Mapping[str, Any]]:
        """See Gazetteer.

        Names of before 07/2025 give the communes of today.  Without a province, only a whole segment
        (between commas) that is a commune's name counts, or a district of before 07/2025 at the end that only one
        province had ("h. Binh Chanh", "Da Lat").  A name in use today wins over an old one, unless a district or an
        old province was written.
        """
        segments = segments_of(text)
        if not segments:
            return []
        province, rest = self._take_province(segments)
        if province is None:
            in_district = self._by_district(segments, text)
            if len(segments) > 1 and in_district and in_district[0]["commune"]:
                return in_district
            return _as_places(self._by_whole_segment(segments), text) or in_district
        found = self._in_province(rest, province) if rest else []
        return _as_places(found, text) or [{"province": province.code, "commune": None, "text": text}]

    def complete(self, text: str) -> bool:
        """See Gazetteer."""
        segments = segments_of(text)
        province, rest = self._take_province(segments) if segments else (None, ())
        return bool(province and rest and self._in_province(rest, province))

    def near(self, text: str) -> Sequence[Mapping[str, Any]]:
        """See Gazetteer."""
        segments = segments_of(text)
        province, rest = self._take_province(segments) if segments else (None, ())
        if province is None and segments:
            province, rest = self._province_of_district(segments), segments
        alone = key_of(bare(rest[0], DISTRICT_TYPES)) if len(rest) == 1 else ""
        if province and alone in self._districts:
            return self._few_of_district(alone, province, text)
        ahead = max(self._district_readings(rest), key=lambda one: len(one[0]))[1] if rest else rest
        return _as_places(self._slipped(ahead, province), text)[:MOST_NEAR]

    def misspelt(self, text: str, commune: str) -> Sequence[Mapping[str, Any]]:
        """See Gazetteer."""
        segments = segments_of(text)
        province, rest = self._take_province(segments) if segments else (None, ())
        province = province or (self._province_of_district(segments) if segments else None)
        district = short_key(self.name(commune))
        ahead = next((ahead for key, ahead in self._district_readings(rest) if key == district), ()) if rest else ()
        if province is None or not ahead:
            return ()
        inside = {unit.code for unit in self._wards_by_district.get(district, ())} - {commune}
        return _as_places([unit for unit in self._slipped(ahead, province) if unit.code in inside], text)[:MOST_NEAR]

    def _slipped(self, segments: Segments, province: _Province | None) -> Sequence[_Unit]:
        """Units whose name is a slip away from what is written, the nearest first; without a province, few or none."""
        typed = [key_of(words) for words in near_names(segments)]
        keys = self._keys_of(province.code) if province else tuple(self._communes)
        slips = ((min(slips_between(one, key) for one in typed), key) for key in keys) if typed else ()
        near = sorted((number, key) for number, key in slips if number < (TOO_FAR if province else 2))
        units = [unit for _, key in near for unit in _today_first(self._of(key, province))]
        return units if province or len({unit.code for unit in units}) <= MOST_NEAR else ()

    def _of(self, key: str, province: _Province | None) -> Sequence[_Unit]:
        return [unit for unit in self._communes[key] if province is None or unit.province == province.code]

    @lru_cache(maxsize=64)  # noqa: B019 - there is one gazetteer
    def _keys_of(self, province: str) -> tuple[str, ...]:
        """The names of a province's communes, of today and of before."""
        return tuple(key for key, units in self._communes.items() if any(unit.province == province for unit in units))

    def _province_of_district(self, segments: Segments) -> _Province | None:
        """The province that a district at the end gives away."""
        last = segments[-1]
        keys = (key_of(bare(last[start:], DISTRICT_TYPES)) for start in range(max(0, len(last) - LONGEST), len(last)))
        return next((self._sole_provinces[key] for key in keys if key in self._sole_provinces), None)

    def _few_of_district(self, district: str, province: _Province, text: str) -> Sequence[Mapping[str, Any]]:
        """The communes of today of a district that is written alone, if they are few enough to choose from."""
        units = [unit for unit in self._wards_by_district.get(district, ()) if unit.province == province.code]
        codes = sorted({unit.code for unit in units})
        few = codes if len(codes) <= MOST_NEAR else ()
        return [{"province": province.code, "commune": code, "text": text} for code in few]

    def province(self, text: str) -> str | None:
        """See Gazetteer."""
        segments = segments_of(text)
        found = self._take_province(segments)[0] if segments else None
        return found.code if found else None

    def name(self, code: str, language: str = "vi") -> str:
        """The name of a province, commune or country code; KeyError for an unknown one."""
        if code in self._data["countries"]:
            named = self._data.get("country_names", {}).get(language, {})
            return str(named.get(code) or self._data["countries"][code][0 if language == "vi" else 1])
        if code in self._data["provinces"]:
            return str(self._data["provinces"][code])
        return str(self._data["communes"][code][1])

    def country(self, text: str) -> str | None:
        """The ISO 3166 code of a country by any of its names, with or without "nuoc"."""
        key = key_of(words_of(text))
        return self._countries.get(key) or self._countries.get(key.removeprefix("nuoc"))

    def nationality(self, text: str) -> str | None:
        """See Gazetteer."""
        return self._nationalities.get(key_of(words_of(text))) or self.country(text)

    def country_of_code(self, text: str) -> str | None:
        """See Gazetteer."""
        code = tidy(text).upper()
        return code if code in self._data["countries"] else self._data.get("country_codes", {}).get(code)

    def gates(self, text: str) -> Sequence[Mapping[str, Any]]:
        """See Gazetteer."""
        named = self._gates.named(text)
        if named:
            return named
        province, rest = self._take_province(segments_of(text) or [[""]])
        return self._gates.of_province(province.code) if province and not rest else []

    @cached_property
    def _gates(self) -> BorderGates:
        return BorderGates(self._data.get("border_gates", ()))

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        index = {key_of(words_of(name)): code for code, names in self._data["countries"].items() for name in names}
        for names in self._data.get("country_names", {}).values():
            for code, name in names.items():
                index.setdefault(key_of(words_of(name)), code)
        return index

    @cached_property
    def _nationalities(self) -> Mapping[str, str]:
        named = self._data.get("nationalities", {})
        return {key_of(words_of(word)): code for code, words in named.items() for word in words}

    @cached_property
    def _provinces(self) -> Mapping[str, _Province]:
        index = {}
        for code, name in self._data["provinces"].items():
            index[short_key(name)] = _Province(code, short_key(name), today=True)
        for name, _, codes, _ in _old_wards(self._data["old"]):
            key = short_key(name)
            index.setdefault(key, _Province(self._data["communes"][codes[0]][0], key, today=False))
        for name, aliases in self._data["province_aliases"].items():
            index.update({key_of(words_of(alias)): index[short_key(name)] for alias in aliases})
        return index

    @cached_property
    def _districts(self) -> frozenset[str]:
        return frozenset(short_key(name) for districts in self._data["old"].values() for name in districts)

    @cached_property
    def _communes(self) -> Mapping[str, tuple[_Unit, ...]]:
        index: dict[str, list[_Unit]] = {}
        for key, unit in self._named_units():
            index.setdefault(key, []).append(unit)
        return {key: tuple(units) for key, units in index.items()}

    def _named_units(self) -> Iterator[tuple[str, _Unit]]:
        for code, (province, full) in self._data["communes"].items():
            kind, name = split_type(full)
            yield key_of(words_of(name)), _Unit(code, province, name, kind)
        for old, district, codes, names in _old_wards(self._data["old"]):
            kind, name = split_type(names[0])
            keys = {key_of(words_of(name)), *(key_of([alias]) for alias in names[1:])}
            for code in codes:
                province = self._data["communes"][code][0]
                unit = _Unit(code, province, name, kind, short_key(district), short_key(old))
                yield from ((key, unit) for key in keys)

    def _take_province(self, segments: Segments) -> tuple[_Province | None, Segments]:
        """The province at the end (or alone at the start), and the segments without it."""
        *others, last = segments
        for start in range(max(0, len(last) - LONGEST), len(last)):
            found = self._provinces.get(key_of(bare(last[start:], PROVINCE_TYPES)))
            if found and not ends_with_type(last[:start]):
                return found, [*others, last[:start]] if start else others
        first = self._provinces.get(key_of(bare(segments[0], PROVINCE_TYPES)))
        return (first, segments[1:]) if first else (None, segments)

    def _in_province(self, segments: Segments, province: _Province) -> Sequence[_Unit]:
        """The units of the province that the segments name best."""
        best: tuple[_Rank, Sequence[_Unit]] = ((0, False, 0), ())
        for district, rest in self._district_readings(segments):
            for kind, words in (*spans(rest), *joined(rest)):
                found = self._ranked(kind, words, province, district)
                best = found if found[0] > best[0] else best
        return best[1]

    def _district_readings(self, segments: Segments) -> Iterator[tuple[str, Segments]]:
        """(key of a district or "", the segments without it): with no district, and with each possible one."""
        yield "", segments
        *others, last = segments
        for start in range(max(0, len(last) - LONGEST), len(last)):
            key = key_of(bare(last[start:], DISTRICT_TYPES))
            if key in self._districts and (others or start):
                yield key, [*others, last[:start]] if start else others

    def _ranked(self, kind: str, words: Words, province: _Province, district: str) -> tuple[_Rank, Sequence[_Unit]]:
        """Units of that name, ranked by: the district fits, the type is written and fits, number of words."""
        units = [unit for unit in self._units(words) if unit.province == province.code]
        if kind in DISTRICT_TYPES:
            units = list(self._whole_district(words, province))
        elif district:
            units = [unit for unit in units if unit.district == district]
        if not units:
            return (0, False, 0), ()
        fitting = [unit for unit in units if unit.type == kind]
        return (2 if district else 1, bool(fitting), len(words)), _preferred(fitting or units, province)

    def _whole_district(self, words: Words, province: _Province) -> Sequence[_Unit]:
        """A district of before 07/2025 says the commune only if it became one, or an island zone of its name."""
        zones = [unit for unit in self._units(words) if unit.type == "dac khu" and unit.province == province.code]
        wards = [unit for unit in self._wards_by_district.get(key_of(words), ()) if unit.province == province.code]
        return zones or (wards if len({unit.code for unit in wards}) == 1 else ())

    @cached_property
    def _wards_by_district(self) -> Mapping[str, Sequence[_Unit]]:
        index: dict[str, list[_Unit]] = {}
        for _, unit in self._named_units():
            index.setdefault(unit.district, []).append(unit)
        return index

    def _by_whole_segment(self, segments: Segments) -> Sequence[_Unit]:
        whole = [[word for segment in segments for word in segment]] if len(segments) > 1 else []
        for segment in (*whole, *segments):
            kind, words = leading_type(segment)
            units = self._units(words) or self._units(segment)
            if units and (kind or not words[-1].isdigit()):
                fitting = [unit for unit in units if unit.type == kind] or units
                districts = {key_of(bare(other, DISTRICT_TYPES)) for other in segments}
                return [unit for unit in fitting if unit.district in districts] or _today_first(fitting)
        return ()

    def _by_district(self, segments: Segments, text: str) -> Sequence[Mapping[str, Any]]:
        """The commune and province, or the province alone, that a district at the end gives away."""
        last = segments[-1]
        for start in range(max(0, len(last) - LONGEST), len(last)):
            named = bare(last[start:], DISTRICT_TYPES)
            typed = len(named) < len(last) - start
            province = self._sole_provinces.get(key_of(named))
            if province and (typed or (len(named) > 1 and not named[0].isdigit())):
                found = self._in_province(segments, province)
                return _as_places(found, text) or [{"province": province.code, "commune": None, "text": text}]
        return ()

    @cached_property
    def _sole_provinces(self) -> Mapping[str, _Province]:
        """Key of a district that only one province had -> that province, by its name of today."""
        homes: dict[str, set[str]] = {}
        for _, district, codes, _ in _old_wards(self._data["old"]):
            homes.setdefault(short_key(district), set()).update(self._data["communes"][code][0] for code in codes)
        sole = {key: codes.pop() for key, codes in homes.items() if len(codes) == 1}
        return {
            key: _Province(code, short_key(self._data["provinces"][code]), today=True) for key, code in sole.items()
        }

    def _units(self, words: Words) -> Sequence[_Unit]:
        """Units of that name; only those whose letters and accents agree, if some do."""
        units = self._communes.get(key_of(words), ())
        typed = " ".join(words)
        return [unit for unit in units if agrees(typed, " ".join(words_of(unit.name)))] or units


def load(path: Path | str) -> Places:
    """The gazetteer of a data file and of the border gates beside it.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not JSON.
    """
    units = Path(path)
    gates = units.with_name("border_gates.json")
    return Places({**_read(units), **_read(gates)})


def _read(path: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _old_wards(old: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """(province, district, codes of today, the ward's names); an island district without wards stands for itself."""
    for province, districts in old.items():
        for district, content in districts.items():
            for ward, packed in content["wards"].items():
                codes, *aliases = [packed] if isinstance(packed, str) else packed
                yield province, district, codes.split(), [ward or district, *aliases]


def _preferred(units: Sequence[_Unit], province: _Province) -> Sequence[_Unit]:
    """Whoever writes a province that is no more means its wards; else a commune of today goes before old wards."""
    of_then = [unit for unit in units if unit.old_province == province.key]
    return _today_first(units) if province.today else of_then or _today_first(units)


def _today_first(units: Sequence[_Unit]) -> Sequence[_Unit]:
    return [unit for unit in units if not unit.old_province] or units


def _as_spelled(units: Sequence[_Unit], text: str) -> Sequence[_Unit]:
    """In a text with accents, "Thanh An" is not "Thạnh An": only the units whose name stands there, if some do."""
    if text.isascii():
        return units
    spelled = " ".join(words_of(text))
    return [unit for unit in units if " ".join(words_of(unit.name)) in spelled] or units


def _as_places(units: Iterable[_Unit], text: str) -> Sequence[Mapping[str, Any]]:
    once = {unit.code: unit.province for unit in _as_spelled(list(units), text)}
    return [{"province": province, "commune": code, "text": text} for code, province in once.items()][:MOST]
