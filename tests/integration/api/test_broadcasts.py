"""Broadcasts by program."""

from __future__ import annotations

import pytest

from backend.services.phones import reached
from tests.integration.api.client import Api

NEW = {"vi": "Tiêm nhắc ở trạm y tế.", "en": "Booster doses.", "areas": "Hà Nội\nBa Đình, Hà Nội"}


def known(api: Api) -> None:
    with api.house.units() as unit:
        phone = reached(unit, api.house.policy, "84901234567", api.clock.now())
        unit.people.add(phone.address_index, "self", {}, api.clock.now())
        unit.commit()


def test_a_broadcast_by_two_users(api_on_both: Api) -> None:
    api = api_on_both
    known(api)
    made = api.call("POST", "/broadcasts", "hotline", json={"vi": "Tiêm nhắc.", "urgent": True})
    assert (made.status_code, made.json["status"], made.json["audience"]) == (201, "proposed", "people")
    path = f"/broadcasts/{made.json['broadcast']}"
    preview = api.call("GET", f"{path}/preview", "hotline").json
    assert (preview["phones"], preview["segments"]) == (1, 1)
    assert preview["shown"][0]["text"] == "CDC: Tiem nhac."
    reason = {"json": {"reason": "agreed"}}
    assert api.call("POST", f"{path}/approve", "hotline", **reason).status_code == 403
    assert api.call("POST", f"{path}/approve", "approver", **reason).json["status"] == "approved"
    again = api.call("POST", f"{path}/approve", "admin", **reason)
    assert (again.status_code, again.json["error"]) == (409, "already_decided")
    assert api.call("POST", f"{path}/pause", "hotline").json["status"] == "paused"
    assert api.call("POST", f"{path}/pause", "hotline").json["error"] == "broadcast_state"
    assert api.call("POST", f"{path}/resume", "hotline").json["status"] == "approved"
    api.house.broadcasts.round()
    assert api.call("GET", path).json["queued"] == 1
    assert api.call("POST", f"{path}/stop", "officer", **reason).json["status"] == "stopped"
    assert [each["status"] for each in api.call("GET", "/broadcasts").json["broadcasts"]] == ["stopped"]


def test_areas_are_one_a_line(api: Api) -> None:
    made = api.call("POST", "/broadcasts", json=NEW)
    assert made.json["areas"] == ["01", "00004"]


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"areas": "Atlantis"}, 422, "area_wrong"), ({"vi": "dài " * 200}, 422, "text_too_long"),
        ({"vi": "\u202e"}, 422, "text_wrong"), ({"audience": "all"}, 400, "body_wrong"),
        ({"vi": ""}, 400, "body_wrong"),
        ({"areas": "\n".join(["Hà Nội"] * 101)}, 422, "too_many_areas"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(api: Api, change: dict[str, str], status: int, error: str) -> None:
    refused = api.call("POST", "/broadcasts", json=NEW | change)
    assert (refused.status_code, refused.json["error"]) == (status, error)


def test_who_may_not(api: Api) -> None:
    assert api.call("POST", "/broadcasts", "border", json=NEW).status_code == 403
    assert api.call("GET", "/broadcasts/9").status_code == 404
