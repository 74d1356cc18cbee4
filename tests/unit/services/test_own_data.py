"""Venues registered by phone, the household, contacts, and what people may know and decide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.venues import VenueStatus
from backend.services.ports.tracing import Look
from tests.unit.services.doing import KEEPER, VISITOR, does, facts, told
from tests.unit.services.fakes import PHONE

MOTHER = {
    "full_name": "Tran Thi B",
    "birth_year": 1930,
    "gender": "female",
    "address": {"province": "79", "commune": "26740"},
}
BA_DINH = {"province": "01", "commune": "00004", "text": "Ba Dinh"}
NEW = {"name": "Quan Hoa Sen", "kind": "restaurant", "address": BA_DINH, "keeper_phone": "0911111111"}


def test_a_venue_is_pending_until_the_keepers_phone_gives_the_code_back(house):
    code = does(house, "register_venue", **NEW)["code"]
    ((name, args),) = told(house, KEEPER)
    assert (name, args["code"]) == ("venue_confirm", code)
    assert facts(house, KEEPER)["venues_kept"] == [{"code": code, "name": "Quan Hoa Sen", "status": "pending"}]
    assert facts(house, KEEPER)["notice"]["venue"] == code
    assert does(house, "check_in", venue=code) == {"failed": "venue_unknown"}
    given = args["confirmation"]
    assert does(house, "confirm_venue", code=code, confirmation=given) == {"failed": "venue_not_yours"}
    house.clock.forward(minutes=11)
    assert does(house, "confirm_venue", KEEPER, code=code, confirmation=given) == {"code": code, "name": NEW["name"]}
    assert does(house, "check_in", venue=code)["venue_name"] == NEW["name"]
    assert facts(house, KEEPER)["notice"] is None


def test_after_five_wrong_codes_the_right_one_is_refused(house):
    code = does(house, "register_venue", **NEW)["code"]
    ((_, args),) = told(house, KEEPER)
    for _ in range(house.policy.confirmation_tries):
        house.clock.forward(minutes=11)
        assert does(house, "confirm_venue", KEEPER, code=code, confirmation="x") == {"failed": "confirmation_wrong"}
    house.clock.forward(minutes=11)
    right = does(house, "confirm_venue", KEEPER, code=code, confirmation=args["confirmation"])
    assert right == {"failed": "confirmation_wrong"}


def test_a_code_is_too_late_after_three_days(house):
    code = does(house, "register_venue", **NEW)["code"]
    ((_, args),) = told(house, KEEPER)
    house.clock.forward(days=3)
    late = does(house, "confirm_venue", KEEPER, code=code, confirmation=args["confirmation"])
    assert late == {"failed": "confirmation_wrong"}


def test_a_venue_without_a_readable_phone_or_one_too_many(house):
    assert does(house, "register_venue", **{**NEW, "keeper_phone": "12"}) == {"failed": "phone_wrong"}
    for _ in range(house.policy.venues_most):
        house.clock.forward(minutes=11)
        does(house, "register_venue", **NEW)
    house.clock.forward(minutes=11)
    assert does(house, "register_venue", **NEW) == {"failed": "too_many_venues"}


def test_an_unknown_kind_is_other_and_a_plain_address_is_kept(house):
    does(house, "register_venue", **{**NEW, "kind": "circus", "address": "12 Hang Bai", "keeper_phone": None})
    (venue,) = house.tables.venues.values()
    assert (venue.kind, venue.address, venue.keeper, venue.status) == (
        "other",
        "12 Hang Bai",
        PHONE,
        VenueStatus.PENDING,
    )


def test_the_household_is_kept_listed_and_removed(house):
    assert does(house, "keep_member", identity=MOTHER) == {"person_name": "Tran Thi B"}
    does(house, "keep_member", identity=MOTHER)
    (member,) = facts(house)["household"]
    assert (member["name"], member["role"]) == ("Tran Thi B", "household")
    assert does(house, "remove_member", VISITOR, person=member["id"]) == {"failed": "member_unknown"}
    assert does(house, "remove_member", person=member["id"]) == {"person_name": "Tran Thi B"}
    house.clock.forward(minutes=11)
    assert facts(house)["household"] == []


def test_a_phone_keeps_so_many_and_no_more(house):
    for number in range(house.policy.members_most):
        house.clock.forward(minutes=11)
        does(house, "keep_member", identity={**MOTHER, "birth_year": 1930 + number})
    house.clock.forward(minutes=11)
    assert does(house, "keep_member", identity={**MOTHER, "birth_year": 1990}) == {"failed": "too_many_members"}


def test_a_contact_is_kept_once_and_told_nothing(house):
    does(house, "declare_contact", phone="0922 222 222")
    does(house, "declare_contact", phone="84922222222")
    does(house, "declare_contact", phone=PHONE)
    assert [contact.phone for contact in house.tables.contacts.values()] == [VISITOR]
    assert told(house, VISITOR) == []
    assert does(house, "declare_contact", phone="12") == {"failed": "phone_wrong"}


def test_status(house):
    said = does(house, "status")
    assert said == {
        "date": "",
        "reference": "",
        "advice": "",
        "follow_up": "",
        "contact": {"$key": "status_no_contact"},
    }
    does(house, "request_callback", reason="asked")
    assert does(house, "status")["follow_up"] == {"$key": "status_callback_open"}


def test_who_looked(house):
    assert does(house, "who_viewed") == {"views": {"$key": "nobody_looked"}}
    house.tables.looks.append(Look("CDC Ha Noi", house.clock.time))
    args = {"office": "CDC Ha Noi", "date": {"$date": "2026-11-22"}}
    assert does(house, "who_viewed") == {"views": {"$list": [{"$text": {"key": "view_line", "args": args}}]}}


def test_erasure_needs_its_code(house):
    does(house, "keep_member", identity=MOTHER)
    code = does(house, "request_erasure")["confirmation"]
    assert does(house, "erase", confirmation="000") == {"failed": "confirmation_wrong"}
    assert does(house, "erase", VISITOR, confirmation=code) == {"failed": "confirmation_wrong"}
    assert house.tables.people
    said = does(house, "erase", confirmation=f"{code[:3]} {code[3:]}")
    assert said == {"kept": {"$list": [{"$key": "erased_keeps_audit"}]}}
    assert (dict(house.tables.people), house.tables.erased) == ({}, [PHONE])


def test_a_code_for_erasure_lasts_half_an_hour(house):
    code = does(house, "request_erasure")["confirmation"]
    house.clock.time += timedelta(minutes=30)
    assert does(house, "erase", confirmation=code) == {"failed": "confirmation_wrong"}


@pytest.mark.parametrize(("on", "opted_out"), [(False, True), (True, False)])
def test_only_advice_can_be_refused(house, on, opted_out):
    does(house, "set_messages", **{"class": "advice", "on": on})
    assert next(iter(house.tables.conversations.values())).opted_out is opted_out
    assert does(house, "set_messages", **{"class": "exposure", "on": False}) == {"failed": "messages_required"}
