"""What programs of staff do through the API."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from backend.api.v1 import OPERATIONS
from backend.forms.reference import make
from backend.services.phones import known_holder, reached
from backend.services.rights import HOLDERS, Right
from backend.store.tables_health import audit
from tests.integration.api.client import Api
from tests.integration.store.support import declaration, sms

HOA_SEN = {"name": "Quán Hoa Sen", "kind": "restaurant", "province": "Hà Nội", "commune": "Ba Đình"}
CASE, GUEST, KEEPER = "84901234567", "84922222222", "0911111111"
REFERENCE, WRONG, UNUSED = make(bytes(8)), "1234567890", make(b"\1" * 8)
ONSET = "2026-11-21"


def lines(api: Api) -> list[tuple[str, str, str]]:
    """Actor, action and reason of the audit log."""
    with api.parts.units() as unit:
        return [(row.actor, row.action, row.reason) for row in unit.access.all(select(audit).order_by(audit.c.id))]


def add(api: Api, **changes: object) -> str:
    answer = api.call("POST", "/venues", json={**HOA_SEN, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json["code"])


def test_a_venue_is_registered_shown_and_removed(api: Api) -> None:
    code = add(api, phone=KEEPER)
    shown = api.call("GET", f"/venues/{code[:4]}-{code[4:]}", "facility").json
    assert (shown["code"], shown["province"], shown["status"]) == (code, "01", "active")
    assert KEEPER[1:] not in str(shown)
    assert api.call("DELETE", f"/venues/{code}", "officer").json["status"] == "removed"
    assert api.call("GET", f"/venues/{code}").json["status"] == "removed"
    assert ("user:officer", "remove_venue", code) in lines(api)


def test_a_pending_venue_needs_a_keeper(api: Api) -> None:
    answer = api.call("POST", "/venues", json={**HOA_SEN, "pending": True})
    assert (answer.status_code, answer.json["error"]) == (422, "keeper_missing")
    added = api.call("POST", "/venues", json={**HOA_SEN, "pending": True, "phone": KEEPER})
    assert added.json["status"] == "pending"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"commune": "Nowhere"}, 422, "venue_unfit"),
        ({"province": "Atlantis"}, 422, "venue_unfit"),
        ({"phone": "12"}, 422, "venue_unfit"),
        ({"name": "a\x00b"}, 422, "venue_unfit"),
        ({"name": "\ud800"}, 422, "venue_unfit"),
        ({"name": " "}, 422, "venue_unfit"),
        ({"name": ""}, 400, "body_wrong"),
        ({"name": "x" * 201}, 400, "body_wrong"),
        ({"kind": "castle"}, 400, "body_wrong"),
        ({"name": 5}, 400, "body_wrong"),
        ({"pending": "yes"}, 400, "body_wrong"),
        ({"owner": "x"}, 400, "body_wrong"),
    ],
)
def test_a_wrong_venue_is_refused_with_a_code(api: Api, changes: dict[str, object], status: int, code: str) -> None:
    answer = api.call("POST", "/venues", json={**HOA_SEN, **changes})
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "body_wrong"),
        (b"[" * 10_000, "application/json", 400, "body_wrong"),
        (b"\xff\xfe\xff", "application/json", 400, "body_wrong"),
        (b"[]", "application/json", 400, "body_wrong"),
        (b'{"name": "A", "name": "B"}', "application/json", 400, "body_wrong"),
        (b"null", "application/json", 400, "body_wrong"),
        (b"", "application/json", 400, "body_wrong"),
        (b"{}", "text/plain", 415, "body_type_wrong"),
        (b" " * 16_385, "application/json", 413, "request_entity_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(api: Api, body: bytes, media_type: str, status: int, code: str) -> None:
    answer = api.call("POST", "/venues", data=body, content_type=media_type)
    assert (answer.status_code, answer.json["error"]) == (status, code)


def table(*rows: str) -> bytes:
    return "\r\n".join(["name,kind,province,commune,phone", *rows]).encode("utf-8-sig")


def test_a_table_is_imported_as_a_whole_or_not_at_all(api: Api) -> None:
    good, bad = "Chợ Hôm,market,Hà Nội,Ba Đình,", "Chợ Hôm,castle,Hà Nội,Ba Đình,"
    refused = api.call("POST", "/venues/import", data=table(good, bad), content_type="text/csv")
    assert (refused.status_code, refused.json["error"]) == (422, "table_unfit")
    assert refused.json["detail"].startswith("line 3: kind 'castle'")
    added = api.call("POST", "/venues/import", data=table(good, good), content_type="text/csv")
    assert added.status_code == 201
    assert len({venue["code"] for venue in added.json["venues"]}) == 2
    assert sum(action == "add_venue" for _, action, _ in lines(api)) == 2


@pytest.mark.parametrize("body", [b"", b"name,kind\n", b"\xff", table("a,b,c,d,e,f"), table('"'), table("\x00,,,,")])
def test_what_is_no_table_of_venues_is_refused(api: Api, body: bytes) -> None:
    answer = api.call("POST", "/venues/import", data=body, content_type="text/csv; charset=utf-8")
    assert (answer.status_code, answer.json["error"]) == (422, "table_unfit")


def test_a_table_may_be_larger_than_a_message_but_not_endless(api: Api) -> None:
    wide = table(*["x" * 120] * 800)
    assert api.call("POST", "/venues/import", data=wide, content_type="text/csv").status_code == 422
    assert api.call("POST", "/venues/import", data=wide * 20, content_type="text/csv").status_code == 413


def test_a_table_sent_in_chunks_is_never_cut(api: Api) -> None:
    rows = table(*["Chợ Hôm,market,Hà Nội,Ba Đình,"] * 40_000)
    answer = api.call(
        "POST", "/venues/import", content_type="text/csv", input_stream=BytesIO(rows),
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert (answer.status_code, answer.json["error"]) == (413, "request_entity_too_large")
    assert "add_venue" not in {action for _, action, _ in lines(api)}


@pytest.mark.parametrize(("suffix", "starts"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_venue_has_its_poster(api: Api, suffix: str, starts: bytes) -> None:
    code = add(api)
    answer = api.call("GET", f"/venues/{code}/poster.{suffix}?size=square", "facility")
    assert answer.data.startswith(starts)
    wrong = api.call("GET", f"/venues/{code}/poster.{suffix}?size=huge")
    assert (wrong.status_code, wrong.json["error"]) == (400, "query_wrong")
    assert api.call("GET", f"/venues/10000009/poster.{suffix}").json == {"error": "venue_unknown"}


@pytest.mark.parametrize("path", ["/venues/10000009", "/venues/1", "/venues/%00", "/venues/\u0663", "/venues/1.0"])
def test_a_venue_nobody_knows(api: Api, path: str) -> None:
    for method in ("GET", "DELETE"):
        answer = api.call(method, path)
        assert (answer.status_code, answer.json) == (404, {"error": "venue_unknown"})


def declared(api: Api) -> None:
    with api.parts.units() as unit:
        at = unit.index(CASE)
        person = unit.people.add(at, "self", {"full_name": "Nguyễn Văn An"}, api.clock.now())
        unit.declarations.add(declaration(at, person_id=person.id, reference=REFERENCE))
        unit.commit()


def test_a_border_officer_sees_a_declaration_and_says_why(api_on_both: Api) -> None:
    api = api_on_both
    declared(api)
    shown = api.call("GET", f"/declarations/{REFERENCE[:4]} {REFERENCE[4:]}?reason=at+the+gate", "border").json
    assert (shown["reference"], shown["subject"]["full_name"]) == (REFERENCE, "Nguyễn Văn An")
    assert lines(api)[-1] == ("user:border", "look_up_declaration", "at the gate")


def test_a_look_at_nothing_is_audited_too(api: Api) -> None:
    answer = api.call("GET", f"/declarations/{UNUSED}?reason=typed+wrong", "hotline")
    assert (answer.status_code, answer.json) == (404, {"error": "declaration_unknown"})
    assert lines(api)[-1] == ("user:hotline", "look_up_declaration", "typed wrong")


@pytest.mark.parametrize(
    ("path", "role", "status", "code"),
    [
        (REFERENCE, "border", 400, "query_wrong"),
        (f"{REFERENCE}?reason=", "border", 400, "query_wrong"),
        (f"{REFERENCE}?reason=a&reason=b", "border", 400, "query_wrong"),
        (f"{REFERENCE}?reason=a&phone=b", "border", 400, "query_wrong"),
        (f"{REFERENCE}?reason=%20", "border", 422, "reason_wrong"),
        (f"{REFERENCE}?reason=a%00b", "border", 422, "reason_wrong"),
        (f"{WRONG}?reason=a", "border", 422, "reference_wrong"),
        ("%00?reason=a", "border", 422, "reference_wrong"),
        (f"{REFERENCE}?reason=a", "facility", 403, "role_wrong"),
    ],
)
def test_a_look_without_right_or_reason_shows_nothing(api: Api, path: str, role: str, status: int, code: str) -> None:
    declared(api)
    answer = api.call("GET", f"/declarations/{path}", role)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert "look_up_declaration" not in {action for _, action, _ in lines(api)}


def test_the_alert_loop_by_two_people(api_on_both: Api) -> None:
    api = api_on_both
    code = add(api)
    visited(api, code)
    case = api.call("POST", "/cases", "officer", json={"phone": "0901 234 567", "pack": "covid-19", "onset": ONSET})
    number = case.json["case"]
    assert api.call("GET", f"/cases/{number}/exposures", "officer").json["people"] == 0
    assert api.call("POST", "/alerts", "officer", json={"case": number}).json["error"] == "nobody_exposed"
    worked_out = api.call("POST", f"/cases/{number}/exposures", "officer").json
    assert (worked_out["people"], worked_out["exposures"][0]["venue"]) == (1, code)
    assert api.call("GET", f"/cases/{number}/exposures", "officer").json == worked_out
    alert = api.call("POST", "/alerts", "approver", json={"case": number}).json
    assert alert["people"] == 1
    decided(api, alert["alert"])
    assert CASE not in str(lines(api))
    assert ("user:officer", "trace", f"case {number}") in lines(api)


def visited(api: Api, code: str) -> None:
    """The case and a guest sit in one venue for an hour of the evening before."""
    evening = api.clock.now() - timedelta(hours=14)
    for phone in (CASE, GUEST):
        with api.parts.units() as unit:
            known_holder(unit, reached(unit, api.house.policy, phone, api.clock.now()).address_index, evening)
            unit.commit()
        api.house.visits.check_in(phone, code, evening, 0, "test")


def decided(api: Api, alert: int) -> None:
    """Who proposed may not approve, nor may an officer; another approver may, once."""
    for role, status, code in (("approver", 403, "same_person"), ("officer", 403, "role_wrong")):
        answer = api.call("POST", f"/alerts/{alert}/approve", role, json={"reason": "sure"})
        assert (answer.status_code, answer.json["error"]) == (status, code)
    blank = api.call("POST", f"/alerts/{alert}/approve", json={"reason": " "})
    assert (blank.status_code, blank.json["error"]) == (422, "reason_wrong")
    approved = api.call("POST", f"/alerts/{alert}/approve", json={"reason": "sure"}).json
    assert (approved["status"], approved["queued"]) == ("finished", 1)
    again = api.call("POST", f"/alerts/{alert}/reject", json={"reason": "sure"})
    assert (again.status_code, again.json["error"]) == (409, "already_decided")
    assert api.call("GET", f"/alerts/{alert}", "officer").json == approved


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"phone": "12", "pack": "covid-19", "onset": ONSET}, 422, "phone_wrong"),
        ({"phone": CASE, "pack": "covid-19"}, 422, "no_dates"),
        ({"phone": CASE, "pack": "plague", "onset": ONSET}, 422, "pack_unknown"),
        ({"phone": CASE, "pack": "covid-19", "onset": "2026-11-23"}, 422, "day_in_future"),
        ({"phone": CASE, "pack": "covid-19", "onset": "0001-01-01"}, 422, "day_too_old"),
        ({"phone": CASE, "pack": "covid-19", "onset": "2026-02-30"}, 400, "body_wrong"),
        ({"phone": CASE, "pack": "covid-19", "onset": "20261121"}, 400, "body_wrong"),
        ({"phone": CASE, "pack": "covid-19", "onset": None}, 400, "body_wrong"),
    ],
)
def test_a_wrong_case_is_refused_with_a_code(api: Api, body: dict[str, object], status: int, code: str) -> None:
    answer = api.call("POST", "/cases", json=body)
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert "confirm_case" not in {action for _, action, _ in lines(api)}


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/cases/9/exposures", None, "case_unknown"),
        ("POST", f"/cases/{2**63 - 1}/exposures", None, "case_unknown"),
        ("POST", "/alerts", {"case": 9}, "case_unknown"),
        ("GET", "/alerts/9", None, "alert_unknown"),
        ("POST", "/alerts/9/approve", {"reason": "x"}, "alert_unknown"),
        ("POST", f"/alerts/{2**63 - 1}/reject", {"reason": "x"}, "alert_unknown"),
    ],
)
def test_what_is_not_known_is_404(
    api_on_both: Api, method: str, path: str, body: dict[str, object] | None, code: str
) -> None:
    answer = api_on_both.call(method, path, json=body)
    assert (answer.status_code, answer.json) == (404, {"error": code})


@pytest.mark.parametrize("path", [f"/alerts/{2**63}", "/alerts/0", "/alerts/-1", "/alerts/x", "/nothing", "/"])
def test_an_address_that_is_none(api: Api, path: str) -> None:
    answer = api.raw("GET", path, f"Bearer {api.tokens['admin']}")
    assert (answer.status_code, answer.json) == (404, {"error": "not_found"})


def test_every_operation_wants_a_token_and_a_role(api: Api) -> None:
    """Nothing is read or done before: an empty request would else be refused for its body."""
    asked = 0
    for path, methods in api.description["paths"].items():
        for method, described in methods.items():
            if "x-roles" in described:
                address = re.sub(r"\{\w+\}", "1", path.removeprefix("/api/v1"))
                refused = api.raw(method.upper(), address)
                assert (refused.status_code, refused.json) == (401, {"error": "token_missing"}), path
                for role in set(api.tokens) - set(described["x-roles"]):
                    answer = api.call(method.upper(), address, role)
                    assert (answer.status_code, answer.json) == (403, {"error": "role_wrong"}), path
                asked += 1
    assert asked == len(OPERATIONS)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Basic YTpi", "token_missing"),
        ("Bearer x", "token_wrong"),
        ("Bearer kb_0000000000000000_" + "A" * 43, "token_wrong"),
    ],
)
def test_without_a_right_token_nothing_is_shown(api: Api, authorization: str, code: str) -> None:
    answer = api.raw("GET", "/venues/10000009", authorization)
    assert (answer.status_code, answer.json) == (401, {"error": code})
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_expired_and_a_revoked_token(api: Api) -> None:
    api.house.sign_in.revoke("border", "test")
    assert api.call("GET", "/venues/10000009", "border").json == {"error": "token_wrong"}
    api.clock.forward(days=30)
    assert api.call("GET", "/venues/10000009").json == {"error": "token_expired"}


def test_an_address_that_guesses_has_to_wait(api_on_both: Api) -> None:
    api = api_on_both
    for _ in range(10):
        assert api.raw("GET", "/alerts/1", "Bearer x").status_code == 401
    blocked = api.call("GET", "/alerts/1")
    assert (blocked.status_code, blocked.json) == (429, {"error": "too_many_attempts"})
    elsewhere = api.raw("GET", "/alerts/1", f"Bearer {api.tokens['admin']}", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 404
    api.clock.forward(minutes=10)
    assert api.call("GET", "/alerts/1").status_code == 404


def test_the_address_a_proxy_names_is_believed_only_where_there_is_a_proxy(api_by_proxies: tuple[int, Api]) -> None:
    proxies, api = api_by_proxies

    def asks(token: str, forwarded: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": forwarded}
        return api.client.get("/api/v1/alerts/1", headers=headers).status_code

    guesses = [asks("x", "198.51.100.7, 198.51.100.8") for _ in range(10)]
    assert guesses == [401] * 10
    assert asks(api.tokens["admin"], "198.51.100.8") == 429
    assert asks(api.tokens["admin"], "198.51.100.7") == (404 if proxies else 429)


def test_no_answer_while_the_database_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.services.ports.unit import StoreUnavailable

    def away(*_: object) -> None:
        raise StoreUnavailable("busy")

    monkeypatch.setattr(api.house.sign_in, "user_of", away)
    answer = api.call("GET", "/alerts/1")
    assert (answer.status_code, answer.json) == (503, {"error": "try_again"})


def test_who_may_do_what() -> None:
    assert HOLDERS[Right.DECIDE] < HOLDERS[Right.PROPOSE]
    assert "border" in HOLDERS[Right.LOOK_UP]
    for_all = (Right.LOOK_UP, Right.SEE_VENUES, Right.SEE_FACILITIES)
    assert all("border" not in HOLDERS[right] for right in Right if right not in for_all)


def test_the_hotline_rings_who_asked_and_says_so(api: Api) -> None:
    with api.parts.units() as unit:
        event = sms("call", GUEST)
        to = unit.conversations.get_or_create(event, unit.index(GUEST), "en", api.clock.now())
        unit.callbacks.request(to, "emergency", api.clock.now())
        unit.commit()
    (waiting,) = api.call("GET", "/callbacks", "hotline").json["callbacks"]
    assert (waiting["phone"], waiting["reason"], waiting["language"]) == (GUEST, "emergency", "en")
    path = f"/callbacks/{waiting['callback']}/close"
    assert api.call("POST", path, "border", json={"outcome": "done"}).status_code == 403
    assert api.call("POST", path, "hotline", json={"outcome": "ambulance sent"}).status_code == 200
    assert api.call("POST", path, "hotline", json={"outcome": "again"}).status_code == 404
    assert api.call("GET", "/callbacks", "hotline").json == {"callbacks": []}
    assert ("user:hotline", "close_callback", "ambulance sent") in lines(api)
    assert ("user:hotline", "list_callbacks", "1 phones") in lines(api)


def test_a_follow_up_is_begun_looked_at_and_closed(api: Api) -> None:
    begun = api.call("POST", "/follow-ups", "health_worker", json={"phone": "0901234567", "days": 5})
    assert (begun.status_code, begun.json["state"], begun.json["source"]) == (201, "open", "staff")
    reference = begun.json["reference"]
    shown = api.call("GET", "/follow-ups", "hotline")
    assert [each["reference"] for each in shown.json["follow_ups"]] == [reference]
    assert CASE[2:] not in shown.text
    look = api.call("POST", f"/follow-ups/{reference}/look", "health_worker", json={"reason": "rings up"})
    assert (look.json["phone"], look.json["days"]) == (CASE, [])
    assert ("user:health_worker", "look_at_follow_up", "rings up") in lines(api)
    closed = api.call("POST", f"/follow-ups/{reference}/close", json={"reason": "tested negative"})
    assert closed.json["state"] == "closed"
    again = api.call("POST", f"/follow-ups/{reference}/close", json={"reason": "tested negative"})
    assert (again.status_code, again.json["error"]) == (409, "already_closed")


def test_health_workers_are_registered_by_commune(api: Api) -> None:
    place = {"province": "Hà Nội", "commune": "Ba Đình"}
    added = api.call("POST", "/health-workers", "officer", json={**place, "phone": KEEPER, "office": "Trạm y tế"})
    assert (added.status_code, added.json["phone"]) == (201, "84911111111")
    assert api.call("GET", "/health-workers", "health_worker").json["health_workers"] == [added.json]
    refused = api.call("POST", "/health-workers", "health_worker", json={**place, "phone": KEEPER, "office": "x"})
    assert refused.status_code == 403


@pytest.mark.parametrize(("body", "status"), [
    ({"phone": "12"}, 422), ({"phone": CASE, "pack": "plague"}, 422), ({"phone": CASE, "days": 0}, 400),
    ({"phone": CASE, "days": 61}, 400), ({"days": 3}, 400),
])  # fmt: skip
def test_a_follow_up_that_cannot_be_is_refused(api: Api, body: dict[str, object], status: int) -> None:
    assert api.call("POST", "/follow-ups", json=body).status_code == status
    assert api.call("GET", "/follow-ups").json["follow_ups"] == []


def test_nobody_looks_at_a_follow_up_without_a_reason_or_a_reference(api: Api) -> None:
    reference = api.call("POST", "/follow-ups", json={"phone": CASE}).json["reference"]
    assert api.call("POST", f"/follow-ups/{reference}/look", json={"reason": " "}).status_code == 422
    assert api.call("POST", f"/follow-ups/{UNUSED}/look", json={"reason": "why"}).status_code == 404
    assert api.call("POST", f"/follow-ups/{reference}/look", "facility", json={"reason": "why"}).status_code == 403
