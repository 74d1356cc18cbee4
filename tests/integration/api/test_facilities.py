"""Facilities by program: registering, listing, feedback; and the public map."""

from __future__ import annotations

import gzip

import pytest
from sqlalchemy import select

from backend.services.facilities import NewFacility
from backend.services.ports.unit import StoreUnavailable
from backend.services.venues import NewVenue
from backend.store.tables_health import audit
from tests.integration.api.client import Api

PHONE = "0901234567"


def venue(api: Api, kind: str = "school", province: str = "79", commune: str = "26740", name: str = "Kim Đồng") -> str:
    (added,) = api.house.venues.add([NewVenue(name, kind, province, commune, "", None)], "test")
    return added.code


def complained(api: Api, code: str, text: str = "không ai đeo khẩu trang") -> int:
    with api.house.units() as unit:
        number = unit.feedback.add(unit.venues.by_code(code).id, unit.index("84922000001"), text, api.clock.now()).id
        unit.commit()
    return number


@pytest.fixture
def code(api_on_both: Api) -> str:
    code = venue(api_on_both)
    api_on_both.house.facilities.add([NewFacility(code)], "test")
    return code


def test_a_venue_becomes_a_facility_with_an_officer(api_on_both: Api) -> None:
    api, code = api_on_both, venue(api_on_both, province="01", commune="00004")
    made = api.call("POST", "/facilities", "health_worker", json={"code": code, "phone": PHONE})
    assert (made.status_code, made.json) == (201, {"code": code, "name": "Kim Đồng", "checklist": "school-hanoi"})
    shown = api.call("GET", f"/facilities/{code}").json
    assert (shown["colour"], shown["officers"], shown["report"]) == ("grey", 1, None)
    assert PHONE[1:] not in str(shown)
    assert api.call("POST", f"/facilities/{code}/officers", json={"phone": "0907777777"}).status_code == 201
    assert api.call("POST", f"/facilities/{code}/officers/remove", json={"phone": PHONE}).status_code == 200
    again = api.call("POST", f"/facilities/{code}/officers/remove", json={"phone": PHONE})
    assert (again.status_code, again.json["error"]) == (404, "officer_unknown")
    with api.house.units() as unit:
        actions = [row.action for row in unit.access.all(select(audit).order_by(audit.c.id))]
    assert actions[-4:] == ["add_facility", "add_officer", "add_officer", "remove_officer"]


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"code": "10234560"}, 404, "venue_unknown"), ({"checklist": "castle"}, 422, "checklist_unknown"),
        ({"phone": "12"}, 422, "phone_wrong"), ({"colour": "red"}, 400, "body_wrong"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered(api: Api, change: dict[str, str], status: int, error: str) -> None:
    answer = api.call("POST", "/facilities", json={"code": venue(api), **change})
    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_a_table_is_taken_whole_or_not_at_all(api_on_both: Api) -> None:
    api = api_on_both
    first, second = venue(api), venue(api, "clinic", name="Trạm y tế")
    table = f"code,checklist,phones\n{first},,0901234567 0902345678\n{second},clinic,\n"
    sent = {"data": table.encode(), "content_type": "text/csv"}
    assert [each["checklist"] for each in api.call("POST", "/facilities/import", **sent).json["facilities"]] == [
        "school", "clinic"]  # fmt: skip
    assert api.call("GET", f"/facilities/{first}").json["officers"] == 2
    wrong = api.call("POST", "/facilities/import", data=f"code,phones\n{second},12\n".encode(), content_type="text/csv")
    assert (wrong.status_code, wrong.json["error"]) == (422, "table_unfit")
    assert "line 2" in wrong.json["detail"]


def test_facilities_are_listed_by_kind_place_and_colour(api_on_both: Api, code: str) -> None:
    api = api_on_both
    clinic = venue(api, "clinic", "01", "00004", "Trạm y tế")
    api.house.facilities.add([NewFacility(clinic)], "test")
    complained(api, clinic)

    def listed(query: str) -> list[str]:
        return [each["code"] for each in api.call("GET", f"/facilities?{query}").json["facilities"]]

    assert set(listed("")) == {code, clinic}
    assert listed("kind=school") == listed("province=79") == listed("colour=grey") == [code]
    assert listed("commune=00004") == listed("colour=yellow") == [clinic]
    assert listed("colour=red") == []
    assert api.call("GET", "/facilities?colour=blue").json["error"] == "query_wrong"


def test_feedback_is_read_by_who_may_and_closed_once(api_on_both: Api, code: str) -> None:
    api, number = api_on_both, complained(api_on_both, code)
    for role in ("border", "hotline", "facility"):
        assert api.call("GET", f"/facilities/{code}/feedback", role).status_code == 403
    (found,) = api.call("GET", f"/facilities/{code}/feedback", "health_worker").json["feedback"]
    assert (found["number"], found["text"]) == (number, "không ai đeo khẩu trang")
    assert set(found) == {"number", "text", "received_at"}
    closing = f"/feedback/{number}/close"
    assert api.call("POST", closing, "health_worker", json={"reason": "checked"}).json == {"number": number}
    assert api.call("POST", closing, json={"reason": "checked"}).status_code == 409
    assert api.call("POST", "/feedback/999/close", json={"reason": "checked"}).json["error"] == "feedback_unknown"
    assert api.call("GET", f"/facilities/{code}/feedback").json["feedback"] == []


def test_the_map_is_public_and_names_communes_and_provinces(api_on_both: Api, code: str) -> None:
    api = api_on_both
    complained(api, code)
    answer = api.client.get("/map.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["colours"] == {"green": 0, "yellow": 1, "red": 0, "grey": 0}
    (province,) = answer.json["provinces"]
    assert "Hồ Chí Minh" in province["name"]
    assert [(each["code"], each["facilities"]) for each in province["communes"]] == [("26740", 1)]
    (place,) = answer.json["places"]
    assert (place["code"], place["colour"]) == (code, "yellow")
    again = api.client.get("/map.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    packed = api.client.get("/map.json", headers={"Accept-Encoding": "gzip, br"})
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed.data) == answer.data
    assert packed.headers["ETag"] != answer.headers["ETag"]
    assert api.client.post("/map.json").status_code == 405
    assert "/map.json" in api.description["paths"]


def test_a_map_without_a_database_says_try_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StoreUnavailable("busy")

    monkeypatch.setattr(api.house.maps, "newest", away)
    answer = api.client.get("/map.json")
    assert (answer.status_code, answer.json) == (503, {"error": "try_again"})
    assert answer.headers["Retry-After"]
