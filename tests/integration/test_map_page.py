"""The page of the map over the real services and a real database: places, filters, paging, wrong addresses."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from backend.domain.checklists import Colour
from backend.domain.facilities import Standing
from backend.public import page
from backend.services.facilities import NewFacility
from backend.services.ports.unit import StoreUnavailable
from backend.services.venues import NewVenue
from tests.integration.api.client import Api
from tests.integration.api.conftest import serve

BEN_NGHE, BA_DINH = ("79", "26740"), ("01", "00004")
HOSTILE = '<script>alert("x")</script> & Mầm non'


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    yield from serve(
        str(request.getfixturevalue("postgres_url" if request.param == "postgresql" else "sqlite_url")), tmp_path
    )


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    yield from serve(sqlite_url, tmp_path)


def facility(site: Api, name: str, kind: str = "school", place: tuple[str, str] = BEN_NGHE) -> str:
    (venue,) = site.house.venues.add([NewVenue(name, kind, *place, "", None)], "test")
    site.house.facilities.add([NewFacility(venue.code)], "test")
    return venue.code


def complained(site: Api, code: str) -> None:
    with site.house.units() as unit:
        unit.feedback.add(unit.venues.by_code(code).id, unit.index("84922000001"), "bẩn quá", site.clock.now())
        unit.commit()


def shown(site: Api, query: str = "", status: int = 200) -> str:
    answer = site.client.get(f"/map{query}")
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "text/html"
    return answer.text


def names(text: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<h3 lang="vi">(.*?)</h3>', text)]


def counts(text: str) -> dict[str, int]:
    tiles = re.findall(r'<li><a class="(\w+)".*?<b>([\d.]+)</b>', text)
    return {colour: int(number) for colour, number in tiles}


@pytest.fixture
def three(site: Api) -> list[str]:
    """A school and a clinic of two provinces and a school with a hostile name, of which somebody has complained."""
    codes = [facility(site, "Trường Kim Đồng"), facility(site, "Trạm y tế", "clinic", BA_DINH), facility(site, HOSTILE)]
    complained(site, codes[2])
    return codes


def test_colours_places_and_codes_are_shown_and_what_is_unsafe_comes_first(site: Api, three: list[str]) -> None:
    text = shown(site)
    assert counts(text) == {"red": 0, "yellow": 1, "green": 0, "grey": 2}
    assert names(text) == [HOSTILE, "Trạm y tế", "Trường Kim Đồng"]
    for said in (*three, "Thành phố Hồ Chí Minh", "Xám - Chưa báo cáo hôm nay", "1 phản ánh đang chờ kiểm tra"):
        assert said in text
    assert "bẩn quá" not in text
    assert "<script>alert" not in text
    assert "PA 10234569 không ai đeo khẩu trang" in text


def test_a_place_leads_to_its_communes_and_a_commune_to_its_facilities(site: Api, three: list[str]) -> None:
    assert 'href="/map?province=79"' in shown(site)
    province = shown(site, "?province=79")
    assert "/map?province=79&amp;commune=26740" in province
    assert set(names(province)) == {HOSTILE, "Trường Kim Đồng"}
    commune = shown(site, "?province=01&commune=00004")
    assert (names(commune), counts(commune)["grey"]) == (["Trạm y tế"], 1)
    assert 'aria-current="page">Phường Ba Đình' in commune


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=clinic", ["Trạm y tế"]), ("?colour=yellow", [HOSTILE]), ("?colour=red", []),
        ("?q=kim+dong", ["Trường Kim Đồng"]), ("?q=KIM+Đ%E1%BB%93ng", ["Trường Kim Đồng"]),
        ("?q=ba+dinh", ["Trạm y tế"]), ("?q=tp+hcm", [HOSTILE, "Trường Kim Đồng"]), ("?q=im+dong", []),
        ("?q=ho+chi+minh&kind=school&colour=grey", ["Trường Kim Đồng"]), ("?q=%25_%27%22%3E&kind=clinic", []),
    ],
)  # fmt: skip
def test_what_is_looked_for(site: Api, three: list[str], query: str, found: list[str]) -> None:
    text = shown(site, query)
    assert names(text) == found
    assert ("Không tìm thấy nơi nào" in text) is not found


def test_a_search_stays_in_the_links_and_is_escaped(site: Api, three: list[str]) -> None:
    text = shown(site, "?q=%22%3E%3Cb%3E&kind=school&lang=en")
    assert 'value="&#34;&gt;&lt;b&gt;"' in text
    assert "<b>&kind" not in text
    assert "Nothing found" in text
    assert "/map?kind=school&amp;colour=red&amp;q=%22%3E%3Cb%3E&amp;lang=en" in text


def test_in_english_and_back(small: Api) -> None:
    facility(small, "Trường Kim Đồng")
    text = shown(small, "?province=79&lang=en")
    assert '<html lang="en">' in text
    assert "Grey - Not reported today" in text
    assert 'href="/map?province=79" lang="vi"' in text
    assert '<html lang="vi">' in shown(small, "?lang=xx")


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("?province=99", 404, "không có tỉnh hoặc xã"), ("?province=VN", 404, "không có tỉnh hoặc xã"),
        ("?province=26740", 404, "không có tỉnh hoặc xã"), ("?commune=%3Cb%3E", 404, "không có tỉnh hoặc xã"),
        ("?kind=castle", 400, "không có loại nơi này"), ("?colour=blue", 400, "không có màu này"),
        ("?page=0", 400, "không có trang này"), ("?page=x", 400, "không có trang này"),
        ("?page=2", 404, "không có trang này"), ("?kind=castle&lang=en", 400, "no such kind of place"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_said_kindly(small: Api, query: str, status: int, sentence: str) -> None:
    assert sentence in shown(small, query, status)


def test_nothing_registered_yet(small: Api) -> None:
    assert "chưa có nơi nào đăng ký" in shown(small)
    assert "chưa có nơi nào đăng ký" in shown(small, "?province=79")


def test_long_lists_have_pages(site: Api) -> None:
    for number in range(page.PLACES_A_PAGE + 2):
        facility(site, f"Trường số {number:03}")
    first, second = shown(site), shown(site, "?page=2")
    assert (len(names(first)), names(second)) == (page.PLACES_A_PAGE, ["Trường số 025", "Trường số 026"])
    assert 'rel="next" href="/map?page=2"' in first
    assert 'rel="prev" href="/map"' in second
    assert "Trang 2/2" in second


def test_who_has_the_page_is_not_sent_it_again_until_it_changes(site: Api) -> None:
    code = facility(site, "Trường Kim Đồng")
    first = site.client.get("/map")
    again = site.client.get("/map", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    packed = site.client.get("/map", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed.data) == first.data
    complained(site, code)
    site.clock.forward(seconds=3)
    changed = site.client.get("/map", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, counts(changed.text)["yellow"]) == (200, 1)


def test_the_page_is_made_once_for_all_its_readers(small: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    facility(small, "Trường Kim Đồng")
    first = shown(small, "?q=kim")

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(page, "find", never)
    assert shown(small, "?q=kim") == first


def test_without_a_database_the_page_says_try_again(small: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StoreUnavailable("busy")

    monkeypatch.setattr(small.house.maps, "newest", away)
    answer = small.client.get("/map?lang=en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "try again" in answer.text


def test_the_page_needs_nothing_from_outside(small: Api) -> None:
    answer: TestResponse = small.client.get("/map")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', answer.text)
    assert [each for each in addresses if "//" in each] == []
    for address in {each for each in addresses if each.startswith("/map/static")}:
        with small.client.get(address) as found:
            assert found.status_code == 200
    assert " style=" not in answer.text


def test_a_whole_country_fits_small_pages(small: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commune of the largest province with facilities, long names everywhere."""
    communes = [code for code, (province, _) in small.parts.places._data["communes"].items() if province == "79"]
    name, now = "Trường tiểu học và trung học cơ sở Nguyễn Thị Minh Khai " * 2, datetime(2026, 11, 22, 2, tzinfo=UTC)
    many = [
        Standing(f"{at:08}", name, "school", "79", commune, Colour.GREEN, now, 3)
        for commune in communes for at in range(10)
    ]  # fmt: skip
    with small.house.units() as unit:
        repository = type(unit.facilities)
    monkeypatch.setattr(repository, "standing", lambda *_: iter(many))
    for query in ("", "?province=79", "?province=79&kind=school&colour=yellow&q=truong+tieu+hoc&lang=en"):
        assert len(shown(small, query).encode()) < 60_000, query
