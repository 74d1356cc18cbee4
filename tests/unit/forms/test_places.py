"""Places as people write them."""

import json
from typing import Any

import pytest

from backend.forms.places import Places, load
from tests.unit.forms.conftest import UNITS


def units() -> Any:
    """The data that the gazetteer is made of."""
    return json.loads(UNITS.read_text(encoding="utf-8"))


def found(places: Places, text: str) -> list[tuple[str, str | None]]:
    return [(one["province"], one["commune"]) for one in places.resolve(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Ben Nghe, TP HCM", "ben nghe quan 1 tphcm", "P.Bến Nghé, Q.1, TP. HCM", "TP HCM, Ben Nghe", "bennghe, sg",
        "so 12 duong Nguyen Hue Ben Nghe TP HCM", "phuong Sai Gon, thanh pho Ho Chi Minh", "Ben Nghe",
        "Be\u0302\u0301n Nghe\u0301, HCM", "P. BEN NGHE - Q1 - HCMC",
    ],
)  # fmt: skip
def test_one_ward_in_many_spellings(text: str, places: Places) -> None:
    assert found(places, text) == [("79", "26740")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dong Da, Ha Noi", "Phường Đống Đa"), ("hoan kiem hn", "Phường Hoàn Kiếm"), ("p5 q3 tphcm", "Phường Bàn Cờ"),
        ("F.05, Q.03, Sai Gon", "Phường Bàn Cờ"), ("Qui Nhon, Binh Dinh", "Phường Quy Nhơn"),
        ("Ea H'leo, Dak Lak", "Xã Ea H'Leo"), ("Phu Quoc, Kien Giang", "Đặc khu Phú Quốc"),
        ("xã Thạnh An, TPHCM", "Xã Thạnh An"), ("tt Thong Nong, Cao Bang", "Xã Thông Nông"),
        ("phuong Hai Duong", "Phường Hải Dương"), ("Côn Đảo, BRVT", "Đặc khu Côn Đảo"),
        ("sapa lao cai", "Phường Sa Pa"),
        ("p. Xuan Huong, Da Lat", "Phường Xuân Hương - Đà Lạt"), ("xa Tan Phu Trung, Cu Chi", "Xã Củ Chi"),
        ("Ben Nghe ward, District 1, HCMC", "Phường Sài Gòn"),
        ("tp Phu Quoc, Kien Giang", "Đặc khu Phú Quốc"), ("huyen Con Dao, Ba Ria Vung Tau", "Đặc khu Côn Đảo"),
        ("Đông Anh, Hà Nội", "Xã Đông Anh"), ("xa Cu Chi, tp HCM", "Xã Củ Chi"), ("tp Phu Quoc", "Đặc khu Phú Quốc"),
        ("so 5 thon Dong, xa Tan Phu, Dong Nai", "Xã Tân Phú"), ("Le Chan, Hai Phong", "Phường Lê Chân"),
    ],
)  # fmt: skip
def test_communes(text: str, name: str, places: Places) -> None:
    assert [places.name(str(commune)) for _, commune in found(places, text)] == [name]


@pytest.mark.parametrize(
    ("text", "province"),
    [("hn", "01"), ("Sài Gòn", "79"), ("tphcm", "79"), ("brvt", "79"), ("Hà Giang", "08"), ("tinh Thai Binh", "33"),
     ("Da Lat, Lam Dong", "68"),
     ("Da Lat", "68"), ("khach san Rex, q1", "79"), ("quan 1", "79"),
     ("Khong Co That, TP HCM", "79"), ("DAC LAC", "66"),
     ("h Cu Chi", "79"), ("huyện Củ Chi, TP HCM", "79"), ("tp Thu Duc", "79"), ("Q. Tan Phu, HCM", "79"),
     ("huyện Đông Anh, Hà Nội", "01"), ("tx Go Cong, Tien Giang", "82")],
)  # fmt: skip
def test_only_the_province(text: str, province: str, places: Places) -> None:
    assert found(places, text) == [(province, None)]


@pytest.mark.parametrize("text", ["", "abc", "Nguyen Van A", "1", "p", ",,,", "123456789", "x" * 5000, "a," * 3000])
def test_no_place(text: str, places: Places) -> None:
    assert found(places, text) == []


def test_ambiguous_names_give_every_place(places: Places) -> None:
    assert found(places, "Thanh An, TPHCM") == [("79", "25807"), ("79", "27676")]
    assert len(found(places, "Tan Lap")) > 2
    assert set(found(places, "Tan Lap, Thai Nguyen")) == {("19", "02038"), ("19", "05500")}


def test_every_unit_of_today_is_found_by_its_full_name(places: Places) -> None:
    for commune, (province, name) in units()["communes"].items():
        text = f"{name}, {places.name(province)}"
        assert found(places, text) == [(province, commune)], text


def test_every_old_ward_leads_to_a_commune_of_today(places: Places) -> None:
    for province, districts in units()["old"].items():
        for district, content in list(districts.items())[:3]:
            for ward, packed in content["wards"].items():
                codes = (packed if isinstance(packed, str) else packed[0]).split()
                text = f"{ward}, {district}, {province}" if ward else f"{district}, {province}"
                assert {commune for _, commune in found(places, text)} >= set(codes), text


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    assert (len(units()["provinces"]), len(units()["communes"])) == (34, 3321)


def test_complete_needs_both(places: Places) -> None:
    assert places.complete("Ben Nghe, TP HCM")
    assert not places.complete("Ben Nghe")
    assert not places.complete("TP HCM")
    assert not places.complete("")


@pytest.mark.parametrize(
    ("text", "code"),
    [("Lào", "LA"), ("trung quoc", "CN"), ("Mỹ", "US"), ("nuoc Anh", "GB"), ("South Korea", "KR"), ("Viet Nam", "VN"),
     ("Ha Noi", None), ("", None)],
)  # fmt: skip
def test_countries(text: str, code: str | None, places: Places) -> None:
    assert places.country(text) == code


def test_names(places: Places) -> None:
    assert places.name("01") == "Thành phố Hà Nội"
    assert (places.name("DE"), places.name("DE", "en")) == ("Đức", "Germany")
    with pytest.raises(KeyError):
        places.name("99999")


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load("nowhere.json")
