"""Makes admin_units.json from the data of vietnamadminunits (MIT) and the country names of CLDR (through Babel).

Run from the root: `.venv-app/bin/python nlu_data/lookups/build.py`.  The result is committed.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

TARGET = Path(__file__).with_name("admin_units.json")
EDITION = "2025-07-01"

# What people call a province besides its name; old provinces by their old name, so that wards are looked up there.
PROVINCE_ALIASES = {
    "Thành phố Hà Nội": ["hn", "hnoi", "thu do"],
    "Thành phố Hồ Chí Minh": ["hcm", "tphcm", "hcmc", "tpho chi minh", "sg", "sai gon", "sgn"],
    "Thành phố Hải Phòng": ["hp"],
    "Thành phố Đà Nẵng": ["dnang"],
    "Thành phố Huế": ["thua thien hue", "tt hue"],
    "Tỉnh Bà Rịa - Vũng Tàu": ["brvt", "br vt", "vung tau", "ba ria"],
    "Tỉnh Đắk Lắk": ["dac lac", "dak lac", "dac lak", "darlac"],
    "Tỉnh Đắk Nông": ["dac nong"],
    "Tỉnh Bắc Kạn": ["bac can"],
    "Tỉnh Gia Lai": ["pleiku"],
    "Tỉnh Kon Tum": ["kontum", "con tum"],
}
COUNTRY_ALIASES = {
    "VN": ["vn", "viet nam", "vietnamese", "nguoi viet"], "CN": ["trung quoc", "tq", "china", "chinese"],
    "US": ["my", "hoa ky", "usa", "america", "us"], "KR": ["han quoc", "korea", "south korea", "han", "dai han"],
    "KP": ["trieu tien", "bac trieu tien", "north korea"], "KH": ["campuchia", "cam pu chia", "cambodia", "cao mien"],
    "LA": ["lao", "laos"], "TH": ["thai lan", "thai", "thailand"], "RU": ["nga", "russia"], "JP": ["nhat", "nhat ban"],
    "GB": ["anh", "uk", "england", "vuong quoc anh", "britain"], "FR": ["phap", "france"], "DE": ["duc", "germany"],
    "AU": ["uc", "australia"], "TW": ["dai loan", "taiwan"], "HK": ["hong kong", "hongkong", "hong cong"],
    "SG": ["singapore", "sing", "xin ga po"], "MY": ["malaysia", "ma lai", "ma lai xi a"], "IN": ["an do", "india"],
    "MM": ["myanmar", "mien dien", "burma"], "PH": ["philippines", "phi luat tan"], "IT": ["y", "italy", "italia"],
    "CZ": ["sec", "tiep", "czech"], "AE": ["uae", "dubai"], "CA": ["canada", "ca na da"], "MO": ["macao", "ma cao"],
    "ES": ["tay ban nha"], "NL": ["ha lan"], "CH": ["thuy si"], "SE": ["thuy dien"], "TR": ["tho nhi ky", "turkey"],
}  # fmt: skip

TRAVELLERS = ("zh", "ko", "ja", "km", "lo", "ru", "fr", "th")  # languages in which a country is named and shown
SPOKEN_NAMES = {  # what else a country is called in them
    "KR": ["한국", "남한", "南韩", "南朝鮮", "韓国", "Корея", "Южная Корея", "Corée", "เกาหลี", "ເກົາຫຼີ", "កូរ៉េ"],
    "US": ["アメリカ", "米国", "США", "Америка", "Amérique", "อเมริกา", "ອາເມລິກາ", "អាមេរិក"],
    "GB": ["Англия", "Angleterre", "イングランド", "อังกฤษ", "ອັງກິດ", "អង់គ្លេស"], "RU": ["РФ", "Российская Федерация"],
    "CN": ["中国大陆", "中國大陸"], "TH": ["ประเทศไทย", "ເມືອງໄທ"], "VN": ["越南社会主义共和国", "Viet Nam", "ຫວຽດນາມ"],
    "LA": ["ສປປ ລາວ", "ປະເທດລາວ"], "KH": ["ប្រទេសកម្ពុជា", "ខ្មែរ", "เขมร"], "TW": ["臺灣"],
}  # fmt: skip

NATIONALITIES = {  # what people of a country are called where it is not the country's name; English, French, Russian
    "AU": ["Australian", "australien", "australienne", "австралиец"], "AT": ["Austrian", "autrichien", "autrichienne"],
    "BE": ["Belgian", "belge"], "BR": ["Brazilian", "brésilien", "brésilienne"], "BY": ["Belarusian", "белорус"],
    "CA": ["Canadian", "canadien", "canadienne"], "CH": ["Swiss", "suisse", "suissesse"],
    "CN": ["chinois", "chinoise", "китаец", "китаянка"], "CZ": ["tchèque"], "DK": ["Danish", "danois", "danoise"],
    "DE": ["German", "allemand", "allemande", "немец", "немка"], "ES": ["Spanish", "espagnol", "espagnole"],
    "FI": ["Finnish", "finlandais", "finlandaise"], "FR": ["French", "français", "française", "француз", "француженка"],
    "GB": ["British", "English", "Scottish", "Welsh", "britannique", "anglais", "anglaise", "англичанин", "британец"],
    "GR": ["Greek", "grec", "grecque"], "HU": ["Hungarian", "hongrois", "hongroise"], "IE": ["Irish", "irlandais"],
    "ID": ["Indonesian", "indonésien", "indonésienne"], "IN": ["Indian", "indien", "indienne", "индиец"],
    "IL": ["Israeli", "israélien", "israélienne"], "IT": ["Italian", "italien", "italienne", "итальянец"],
    "JP": ["Japanese", "japonais", "japonaise", "японец", "японка"], "KH": ["Cambodian", "Khmer", "cambodgien"],
    "KR": ["Korean", "South Korean", "coréen", "coréenne", "кореец", "кореянка"], "KZ": ["Kazakh", "казах", "казашка"],
    "LA": ["Laotian", "laotien", "laotienne"], "MM": ["Burmese", "birman", "birmane"],
    "MY": ["Malaysian", "Malay", "malaisien", "malaisienne"], "NL": ["Dutch", "néerlandais", "néerlandaise"],
    "NO": ["Norwegian", "norvégien", "norvégienne"], "NZ": ["New Zealander", "Kiwi"], "PH": ["Filipino", "Filipina"],
    "PL": ["Polish", "polonais", "polonaise", "поляк"], "PT": ["Portuguese", "portugais", "portugaise"],
    "RU": ["Russian", "russe", "русский", "русская", "россиянин", "россиянка"], "SE": ["Swedish", "suédois"],
    "SG": ["Singaporean", "singapourien"], "TH": ["thaïlandais", "thaïlandaise", "таец"], "TR": ["Turkish", "turc"],
    "TW": ["Taiwanese", "taïwanais", "taïwanaise"], "UA": ["Ukrainian", "ukrainien", "украинец", "украинка"],
    "US": ["American", "américain", "américaine", "американец", "американка"], "UZ": ["Uzbek", "узбек"],
    "VN": ["vietnamien", "vietnamienne", "вьетнамец", "вьетнамка"], "ZA": ["South African", "sud-africain"],
}  # fmt: skip


def build() -> dict[str, Any]:
    """The whole file as one object; its shape is described in backend/forms/places.py."""
    data = files("vietnamadminunits").joinpath("data")
    with closing(sqlite3.connect(f"file:{data.joinpath('dataset.db')}?mode=ro", uri=True)) as database:
        units = database.execute(
            "SELECT provinceCode, province, wardCode, ward, provinceKey, wardKey FROM admin_units ORDER BY wardCode"
        ).fetchall()
        old = database.execute(
            "SELECT provinceKey, districtKey, wardKey, province, district, ward, districtAlias, wardAlias"
            " FROM admin_units_legacy ORDER BY provinceCode, districtCode, wardCode"
        ).fetchall()
    converter = json.loads(data.joinpath("converter_2025.json").read_text(encoding="utf-8"))
    return {
        "edition": EDITION,
        "source": "vietnamadminunits 1.0.4 (MIT), Unicode CLDR",
        "provinces": {row[0]: row[1] for row in units},
        "communes": {row[2]: [row[0], row[3]] for row in units},
        "old": _old_units(old, _new_codes(units, converter)),
        "province_aliases": PROVINCE_ALIASES,
        "countries": (countries := dict(_countries())),
        "country_names": {language: dict(_named_in(language, countries)) for language in TRAVELLERS},
        "nationalities": NATIONALITIES,
        "country_codes": _three_letter_codes(countries),
    }


def _new_codes(units: list[Any], converter: dict[str, Any]) -> dict[str, str]:
    """Key of an old ward -> codes of its new communes, space between, the main one first."""
    code = {(row[4], row[5]): row[2] for row in units}
    codes = {
        old: code[province, new]
        for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for new, olds in communes.items()
        for old in olds
    }
    for province, wards in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in wards.items():
            parts.sort(key=lambda part: not part["isDefaultNewWard"])
            codes[old] = " ".join(code[province, part["newWardKey"]] for part in parts)
    return codes


def _old_units(rows: list[Any], codes: dict[str, str]) -> dict[str, Any]:
    """{old province: {old district: {"aliases": [...], "wards": {old ward: codes, or [codes, *aliases]}}}}."""
    tree: dict[str, Any] = {}
    for province_key, district_key, ward_key, province, district, ward, district_alias, ward_alias in rows:
        wards = tree.setdefault(province, {}).setdefault(district, {"aliases": _list(district_alias), "wards": {}})
        new = codes[f"{province_key}_{district_key}_{ward_key or ''}"]
        wards["wards"][ward or ""] = [new, *_list(ward_alias)] if ward_alias else new
    return tree


def _list(text: str | None) -> list[str]:
    return list(json.loads(text)) if text else []


def _countries() -> Iterator[tuple[str, list[str]]]:
    """ISO code -> Vietnamese name, English name, other names."""
    vietnamese, english = Locale("vi").territories, Locale("en").territories
    for code in sorted(set(english) & set(vietnamese)):
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
            others = dict.fromkeys((*COUNTRY_ALIASES.get(code, []), *_own_names(code), *SPOKEN_NAMES.get(code, [])))
            yield code, [vietnamese[code], english[code], *others]


def _own_names(code: str) -> Iterator[str]:
    """What a country calls itself, and its name in traditional Chinese."""
    for language in (*get_official_languages(code, de_facto=True), "zh_Hant"):
        with suppress(UnknownLocaleError):
            name = _shown(Locale.parse(language).territories.get(code, ""))
            if name:
                yield name


def _named_in(language: str, countries: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = Locale(language).territories
    return ((code, _shown(names[code])) for code in countries if code in names)


def _shown(name: str) -> str:
    """Without the spaces of no width between Khmer words, which cost a character of an SMS each."""
    return name.replace("\u200b", "")


def _three_letter_codes(countries: Mapping[str, Any]) -> dict[str, str]:
    """ISO 3166 three-letter code, as passports print it -> two-letter code; Germany's passports say D."""
    replaced = sorted(get_global("territory_aliases").items())
    codes = {long: short[0] for long, short in replaced if len(long) == 3 and long.isalpha() and len(short) == 1}
    return {long: short for long, short in {"D": "DE", **codes}.items() if short in countries}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(build(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size} bytes\n")
