"""A facility's day: reports, feedback, closing it, reminders; clock and store stand in for the real ones."""

from __future__ import annotations

import json

import pytest

from backend.services.commands.facilities import NAMED_MOST
from backend.services.facilities import NewFacility
from backend.services.ports.outbox import MessageClass
from backend.services.refusals import Refused, Unknown
from backend.services.remind_facilities import FacilityReminders
from backend.services.venues import NewVenue
from tests.unit.services.doing import does, facts, told
from tests.unit.services.fakes_facilities import Facilities as Stored

OFFICER, SECOND, CITIZEN, OTHER = "84911000001", "84911000002", "84922000001", "84922000002"


def opened(house, kind="school", province="79", officers=(OFFICER,), name="Kim Đồng"):
    """The code of a facility with its officers."""
    (venue,) = house.venues.add([NewVenue(name, kind, province, "26734", "", None)], "user:test")
    house.facilities.add([NewFacility(venue.code, None, officers)], "user:test")
    return venue.code


def reports(house, code, *failed, sender=OFFICER, pack="school"):
    return does(house, "report_facility", sender, venue=code, pack=pack, failed=list(failed))


def colour(house, code):
    return house.facilities.state(code).standing.colour.value


@pytest.fixture
def code(house):
    return opened(house)


def test_an_officer_is_told_how_to_report_and_knows_the_checklist(house, code):
    assert told(house, OFFICER) == [("facility_officer_added", {"venue_name": "Kim Đồng", "code": code, "count": 15})]
    (known,) = facts(house, OFFICER)["facilities"]
    assert (known["code"], known["name"], known["pack"]) == (code, "Kim Đồng", "school")
    assert sum(map(len, known["parts"])) == 15
    assert facts(house, CITIZEN)["facilities"] == []


def test_a_day_of_colours_with_feedback_and_closing(house, code):
    assert colour(house, code) == "grey"
    assert reports(house, code)["colour"] == {"$key": "colour_green"}
    assert colour(house, code) == "green"
    assert does(house, "send_feedback", CITIZEN, venue=code, text="không ai đeo khẩu trang")["venue_name"] == "Kim Đồng"
    assert colour(house, code) == "yellow"
    assert reports(house, code)["note"] == {"$text": {"key": "report_complaints", "args": {"count": 1}}}
    assert colour(house, code) == "yellow"
    does(house, "send_feedback", OTHER, venue=code, text="bẩn")
    assert does(house, "close_feedback", OFFICER, number=1)["note"] == {
        "$text": {"key": "feedback_left", "args": {"count": 1}}
    }
    assert colour(house, code) == "yellow"
    house.facilities.close_feedback(2, "user:lan", "checked on the spot")
    assert colour(house, code) == "green"
    assert reports(house, code, 4)["note"] == {"$key": "report_replaces"}
    assert colour(house, code) == "red"
    does(house, "send_feedback", "84922000003", venue=code, text="vẫn bẩn")
    assert colour(house, code) == "red"
    house.clock.forward(hours=16)  # 08:00 in Viet Nam becomes midnight
    assert colour(house, code) == "yellow"  # no report today, and what was written is still open
    house.facilities.close_feedback(3, "user:lan", "cleaned")
    assert colour(house, code) == "grey"


def test_the_day_of_a_report_is_the_one_in_viet_nam(house, code):
    house.clock.forward(hours=15, minutes=59)  # 23:59
    reports(house, code)
    assert colour(house, code) == "green"
    house.clock.forward(minutes=1)
    assert colour(house, code) == "grey"


def test_the_second_report_of_a_day_counts_and_the_first_stays_on_record(house, code):
    reports(house, code, 1, 2, 3, 6, 7)
    assert reports(house, code, 1)["note"] == {"$key": "report_replaces"}
    assert [each.bits.count("0") for each in house.tables.reports] == [5, 1]
    assert house.facilities.state(code).report.bits == "0" + "1" * 14


def test_the_receipt_names_what_to_mend_mandatory_criteria_first(house, code):
    shown = reports(house, code, 1, 2, 3, 10)["mend"]["$text"]["args"]["failed"]["$list"]
    assert [each["$text"]["args"].get("number") for each in shown] == [10, 1, 2, None]
    assert shown[NAMED_MOST]["$text"] == {"key": "criteria_more", "args": {"count": 1}}
    assert reports(house, code)["mend"] == ""


def test_workplaces_are_told_their_share_of_risk_points(house):
    code = opened(house, "factory")
    score = reports(house, code, 3, 4, pack="workplace")["score"]
    assert score == {"$text": {"key": "checklist_risk", "args": {"score": 30, "most": 100}}}


def test_a_receipt_is_worth_sending_twice(house, code):
    reports(house, code)
    assert [row.message_class for row in house.tables.outbox.values() if row.inbox_id] == [MessageClass.RECEIPT]


def test_only_the_officers_of_a_place_report_for_it(house, code):
    other = opened(house, officers=(SECOND,), name="Lê Lợi")
    assert reports(house, other) == {"failed": "facility_not_yours"}
    assert reports(house, code, sender=CITIZEN) == {"failed": "facility_not_yours"}
    assert reports(house, "10234569") == {"failed": "facility_not_yours"}
    (plain,) = house.venues.add([NewVenue("Phở Thìn", "restaurant", "79", None, "", None)], "user:test")
    assert reports(house, plain.code) == {"failed": "facility_not_yours"}
    assert house.tables.reports == []


def test_an_officer_who_is_taken_off_or_whose_place_is_closed_reports_no_more(house, code):
    house.facilities.remove_officer(code, OFFICER, "user:test")
    assert reports(house, code) == {"failed": "facility_not_yours"}
    with pytest.raises(Unknown):
        house.facilities.remove_officer(code, OFFICER, "user:test")
    house.facilities.add_officer(code, OFFICER, "user:test")
    house.venues.remove(code, "user:test")
    assert reports(house, code) == {"failed": "facility_not_yours"}
    assert facts(house, OFFICER)["facilities"] == []


@pytest.mark.parametrize(("pack", "failed"), [("school-hanoi", [1]), ("school", [16])])
def test_answers_to_another_list_than_the_one_in_force_are_not_taken(house, code, pack, failed):
    assert reports(house, code, *failed, pack=pack) == {"failed": "checklist_changed"}


def test_the_words_of_feedback_reach_the_officers_and_the_sender_does_not(house, code):
    does(house, "send_feedback", CITIZEN, venue=code, text="không ai\x07 đeo khẩu trang")
    name, args = told(house, OFFICER)[-1]
    assert name == "feedback_arrived"
    assert args == {"venue_name": "Kim Đồng", "number": 1, "text": "không ai  đeo khẩu trang"}
    assert CITIZEN not in repr([row for row in house.tables.outbox.values() if row.address == OFFICER])
    assert CITIZEN not in repr(house.tables.audit)


def test_feedback_on_a_place_that_reports_nothing_is_kept_for_staff(house):
    (plain,) = house.venues.add([NewVenue("Phở Thìn", "restaurant", "79", None, "", None)], "user:test")
    does(house, "send_feedback", CITIZEN, venue=plain.code, text="đông quá")
    assert [each.text for each in house.facilities.feedback(plain.code, "user:lan")] == ["đông quá"]
    assert house.tables.audit[-1][:2] == ("user:lan", "read_feedback")


def test_a_flood_from_one_number_or_about_one_place_is_stopped(house, code):
    sent = [does(house, "send_feedback", CITIZEN, venue=code, text="bẩn") for _ in range(3)]
    assert sent[-1] == {"failed": "feedback_too_often"}
    others = [opened(house, name=f"Trường {number}") for number in range(4)]
    house.clock.forward(minutes=11)  # not the limit on messages as such
    anywhere = [does(house, "send_feedback", CITIZEN, venue=other, text="bẩn") for other in others]
    assert [each.get("failed") for each in anywhere] == [None, None, None, "feedback_too_often"]
    for number in range(house.policy.feedback_here - 2):
        does(house, "send_feedback", f"8493{number:07d}", venue=code, text="bẩn")
    assert does(house, "send_feedback", OTHER, venue=code, text="bẩn") == {"failed": "feedback_place_full"}
    assert (
        len(
            [
                name
                for name, args in told(house, OFFICER)
                if args.get("venue_name") == "Kim Đồng" and name == "feedback_arrived"
            ]
        )
        == house.policy.feedback_told
    )
    house.clock.forward(days=1)
    assert "venue_name" in does(house, "send_feedback", CITIZEN, venue=code, text="bẩn")


def test_feedback_is_closed_once_by_who_may(house, code):
    does(house, "send_feedback", CITIZEN, venue=code, text="bẩn")
    assert does(house, "close_feedback", CITIZEN, number=1) == {"failed": "feedback_unknown"}
    assert does(house, "close_feedback", OFFICER, number=99) == {"failed": "feedback_unknown"}
    house.facilities.close_feedback(1, "user:lan", "cleaned")
    with pytest.raises(Refused) as refused:
        house.facilities.close_feedback(1, "user:lan", "cleaned")
    assert refused.value.code == "feedback_closed"
    with pytest.raises(Unknown):
        house.facilities.close_feedback(2, "user:lan", "cleaned")
    with pytest.raises(Refused):
        house.facilities.close_feedback(1, "user:lan", " ")


def test_registering_is_all_or_none(house, code):
    before = dict(house.tables.facilities)
    (plain,) = house.venues.add([NewVenue("Lê Lợi", "school", "01", None, "", None)], "user:test")
    for bad in (NewFacility("12345678"), NewFacility(plain.code, "castle"), NewFacility(plain.code, None, ("12",))):
        with pytest.raises((Refused, Unknown)):
            house.facilities.add([NewFacility(plain.code), bad], "user:test")
    assert house.tables.facilities == before
    (added,) = house.facilities.add([NewFacility(plain.code)], "user:test")
    assert added.checklist == "school-hanoi"
    (changed,) = house.facilities.add([NewFacility(plain.code, "school", (OFFICER,))], "user:test")
    assert (changed.id, changed.checklist) == (added.id, "school")
    (cafe,) = house.venues.add([NewVenue("Hoa Sen", "cafe", "79", None, "", None)], "user:test")
    with pytest.raises(Refused) as refused:
        house.facilities.add([NewFacility(cafe.code)], "user:test")
    assert refused.value.code == "checklist_unknown"
    (waiting,) = house.venues.add([NewVenue("Mới", "school", "79", None, "", OFFICER)], "user:test", vouched=False)
    with pytest.raises(Refused) as refused:
        house.facilities.add([NewFacility(waiting.code)], "user:test")
    assert refused.value.code == "venue_closed"


def reminded(house, phone=OFFICER):
    return [name for name, _ in told(house, phone)].count("facility_reminder")


def test_who_has_not_reported_is_reminded_once_a_day_however_often_workers_start(house, code):
    other = opened(house, officers=(SECOND,), name="Lê Lợi")
    house.clock.forward(days=1)  # Monday 23/11/2026, 08:00
    reports(house, other, sender=SECOND)
    house.sweep.run()
    assert reminded(house) == 0  # the hour is 09:00
    house.clock.forward(hours=1)
    assert [house.sweep.run().facilities for _ in range(3)] == [1, 0, 0]
    assert (reminded(house), reminded(house, SECOND)) == (1, 0)
    for _ in range(24):
        house.clock.forward(hours=1)
        house.sweep.run()
    assert (reminded(house), reminded(house, SECOND)) == (2, 1)
    (row,) = [
        row
        for row in house.tables.outbox.values()
        if row.address == SECOND and row.replies[0].name == "facility_reminder"
    ]
    assert row.message_class is MessageClass.ADVICE


def test_a_facility_that_cannot_be_reminded_does_not_hold_up_the_others(house, code, monkeypatch):
    opened(house, officers=(SECOND,), name="Lê Lợi")
    house.clock.forward(days=1, hours=2)
    tell = FacilityReminders._tell

    def fails(self, unit, facility, now):
        if facility.venue.code == code:
            raise KeyError(facility.venue.name)
        return tell(self, unit, facility, now)

    monkeypatch.setattr(FacilityReminders, "_tell", fails)
    assert house.sweep.run().facilities == 1
    assert (reminded(house), reminded(house, SECOND)) == (0, 1)
    monkeypatch.undo()
    assert house.sweep.run().facilities == 1
    assert (reminded(house), reminded(house, SECOND)) == (1, 1)


def test_nobody_is_reminded_at_night_nor_on_a_day_without_school(house, code):
    house.clock.forward(hours=4)  # Sunday noon
    house.sweep.run()
    house.clock.forward(hours=34)  # Monday 22:00: the worker was down all day
    house.sweep.run()
    assert reminded(house) == 0


def test_the_map_shows_colours_and_counts_and_no_person(house, code):
    opened(house, "clinic", name="Trạm y tế")
    reports(house, code)
    does(house, "send_feedback", CITIZEN, venue=code, text="không ai đeo khẩu trang")
    shown = json.loads(house.maps.newest().body)
    assert shown["colours"] == {"green": 0, "yellow": 1, "red": 0, "grey": 1}
    assert shown["kinds"]["school"]["yellow"] == 1
    (province,) = shown["provinces"]
    assert (province["code"], province["name"], province["facilities"]) == ("79", "place 79", 2)
    assert province["communes"][0]["colours"]["grey"] == 1
    assert {place["code"]: place["colour"] for place in shown["places"]}[code] == "yellow"
    for secret in (OFFICER, CITIZEN, "khẩu trang"):
        assert secret not in house.maps.newest().body.decode()


def test_the_map_follows_a_report_within_seconds_and_else_stays_the_same_object(house, code):
    first = house.maps.newest()
    reports(house, code)
    house.clock.forward(seconds=1)
    assert house.maps.newest() is first
    house.clock.forward(seconds=1)
    second = house.maps.newest()
    assert (second is not first, second.tag == first.tag) == (True, False)
    house.clock.forward(seconds=30)
    assert house.maps.newest() is second
    house.clock.forward(hours=16)
    assert json.loads(house.maps.newest().body)["day"] == "2026-11-23"


def test_a_map_that_takes_long_to_make_is_made_less_often(house, code, monkeypatch):
    def slow(day, facility_id=None):
        house.clock.forward(seconds=1)
        return iter(())

    monkeypatch.setattr(Stored, "standing", lambda self, *args: slow(*args))
    first = house.maps.newest()
    reports(house, code)
    house.clock.forward(seconds=8)
    assert house.maps.newest() is first
    house.clock.forward(seconds=1)
    assert house.maps.newest() is not first


def test_a_renamed_or_removed_venue_leaves_the_map_within_a_minute(house, code):
    house.maps.newest()
    house.venues.remove(code, "user:test")
    house.clock.forward(minutes=1)
    assert json.loads(house.maps.newest().body)["places"] == []
