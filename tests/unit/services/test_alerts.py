"""From a confirmed case to notices on the right phones, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.domain.alerts import AlertStatus
from backend.domain.refusals import Refused
from backend.services.ports.tracing import NoticeState
from backend.services.venues import NewVenue
from tests.unit.services.doing import does, facts, told
from tests.unit.services.fakes import PHONE
from tests.unit.services.fakes_store import FakeUnits
from tests.unit.services.test_own_data import MOTHER

OTHERS = [f"8493000000{number}" for number in range(5)]


@pytest.fixture
def venue(house):
    (added,) = house.venues.add([NewVenue("Hoa Sen", "restaurant", "01", "00004", "", None)], "test")
    for name, role in (("an", "officer"), ("binh", "approver")):
        house.staff.add(name, role, "CDC", "test")
    return added


def exposed_case(house, venue, others):
    """A case at a venue with others, an hour later."""
    for phone in (PHONE, *others):
        does(house, "check_in", phone, venue=venue.code)
    house.clock.forward(hours=1)
    case = house.cases.confirm(PHONE, date(2026, 11, 21), None, "covid-19", "test")
    house.cases.expose(case.id, "test")
    return case


def notice_of(house, phone):
    return [message for message in told(house, phone) if message[0].startswith("notice_")]


def test_every_exposed_phone_gets_one_notice_without_any_identity(house, venue):
    case = exposed_case(house, venue, OTHERS)
    does(house, "keep_member", identity=MOTHER)
    house.cases.expose(case.id, "test")
    alert, people = house.alerts.propose(case.id, "an")
    assert people == len(OTHERS) + 1
    assert [notice_of(house, phone) for phone in OTHERS] == [[]] * len(OTHERS)
    house.alerts.approve(alert.id, "binh", "sure")
    house.settle()
    shown = {
        "venue_name": "Hoa Sen",
        "date": {"$date": "2026-11-22"},
        "days": 10,
        "hours": {"$text": {"key": "hours_between", "args": {"start": 6, "end": 9}}},
    }
    assert [notice_of(house, phone) for phone in OTHERS] == [[("notice_exposure", shown)]] * len(OTHERS)
    assert notice_of(house, PHONE) == [("notice_household", {"days": 10})]
    report = house.alerts.report(alert.id)
    assert (report.counts.proposed, report.counts.queued, report.counts.sent) == (6, 6, 6)
    assert (report.alert.status, report.minutes) == (AlertStatus.FINISHED, 0.0)


def test_with_few_visitors_the_hours_are_not_shown(house, venue):
    case = exposed_case(house, venue, OTHERS[:1])
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    ((_, args),) = notice_of(house, OTHERS[0])
    assert args["hours"] == ""


def test_answers_are_counted(house, venue):
    case = exposed_case(house, venue, OTHERS[:2])
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    house.settle()
    first, second = (facts(house, phone)["notice"] for phone in OTHERS[:2])
    assert first["kind"] == "exposure"
    of_another = does(house, "answer_notice", OTHERS[0], notice=second["id"], answer="understood")
    assert of_another == {"failed": "notice_gone"}
    does(house, "answer_notice", OTHERS[0], notice=first["id"], answer="understood")
    does(house, "answer_notice", OTHERS[1], notice=second["id"], answer="symptoms")
    does(house, "answer_notice", OTHERS[1], notice=second["id"], answer="understood")
    house.clock.forward(minutes=11)
    assert does(house, "answer_notice", OTHERS[1], notice=second["id"], answer="no") == {"failed": "answer_unknown"}
    assert facts(house, OTHERS[0])["notice"] is None
    assert does(house, "status", OTHERS[0])["contact"] == {"$key": "status_contact"}
    counts = house.alerts.report(alert.id).counts
    assert (counts.answered, counts.symptoms) == (2, 1)


def test_where_and_when_is_told_again_but_not_who(house, venue):
    case = exposed_case(house, venue, OTHERS)
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    house.settle()
    notice = facts(house, OTHERS[0])["notice"]
    where = does(house, "notice_place", OTHERS[0], notice=notice["id"])["where"]["$text"]
    ((_, sent),) = told(house, OTHERS[0])
    assert (where["key"], where["args"]) == (
        "notice_place",
        {name: sent[name] for name in ("venue_name", "date", "hours")},
    )
    assert does(house, "notice_place", OTHERS[1], notice=notice["id"]) == {"failed": "notice_gone"}


def test_two_people_are_needed(house, venue):
    case = exposed_case(house, venue, OTHERS[:1])
    house.staff.add("chi", "admin", "CDC", "test")
    alert, _ = house.alerts.propose(case.id, "chi")
    for user, code in (("chi", "same_person"), ("an", "role_wrong")):
        with pytest.raises(Refused, match=code):
            house.alerts.approve(alert.id, user, "sure")
    with pytest.raises(LookupError):
        house.alerts.approve(alert.id, "nobody", "sure")
    assert notice_of(house, OTHERS[0]) == []


def test_a_rejected_alert_warns_nobody_and_may_be_proposed_again(house, venue):
    case = exposed_case(house, venue, OTHERS[:1])
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.reject(alert.id, "binh", "wrong dates")
    assert house.alerts.spread(alert.id) == 0
    with pytest.raises(Refused, match="already_decided"):
        house.alerts.approve(alert.id, "binh", "sure")
    again, people = house.alerts.propose(case.id, "an")
    house.alerts.approve(again.id, "binh", "sure")
    assert people == len(notice_of(house, OTHERS[0])) == 1


def test_nobody_is_warned_twice_of_one_case(house, venue):
    case = exposed_case(house, venue, OTHERS[:2])
    alert, _ = house.alerts.propose(case.id, "an")
    with pytest.raises(Refused, match="nobody_exposed"):
        house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    house.cases.expose(case.id, "test")
    with pytest.raises(Refused, match="nobody_exposed"):
        house.alerts.propose(case.id, "an")
    assert len(house.tables.alerts) == 1


class Crash(Exception):
    """The process dies."""


def test_a_crash_in_the_middle_leaves_nobody_out_and_warns_nobody_twice(house, venue, monkeypatch):
    house.policy = house.alerts._policy = replace(house.policy, notice_batch=2)
    case = exposed_case(house, venue, OTHERS)
    alert, _ = house.alerts.propose(case.id, "an")
    commit, commits = FakeUnits.__call__, iter(range(100))

    def dying(units):
        if next(commits) == 3:  # the decision, the first batch, then death
            raise Crash
        return commit(units)

    with monkeypatch.context() as patch:
        patch.setattr(FakeUnits, "__call__", dying)
        with pytest.raises(Crash):
            house.alerts.approve(alert.id, "binh", "sure")
    states = [notice.state for notice in house.tables.notices.values()]
    assert 0 < states.count(NoticeState.QUEUED) < len(states)
    assert house.sweep.run().alerted == states.count(NoticeState.PROPOSED)
    assert house.sweep.run().alerted == 0
    assert [len(notice_of(house, phone)) for phone in OTHERS] == [1] * len(OTHERS)


def test_named_contacts_are_reached_though_they_never_wrote(house, venue):
    does(house, "declare_contact", phone=OTHERS[0])
    case = house.cases.confirm(PHONE, date(2026, 11, 21), None, "covid-19", "test")
    (found,) = house.cases.expose(case.id, "user:an")
    assert (found.source, found.tier) == ("named", "factor")
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    assert notice_of(house, OTHERS[0]) == [("notice_contact", {"days": 10})]


def test_visits_outside_the_infectious_time_do_not_count(house, venue):
    for phone in (PHONE, OTHERS[0]):
        does(house, "check_in", phone, venue=venue.code, at="2026-11-18T23:00")
    house.clock.forward(hours=1)
    case = house.cases.confirm(PHONE, date(2026, 11, 22), None, "covid-19", "test")
    assert [each.span.length for each in house.cases.expose(case.id, "test")] == []
    earlier = house.cases.confirm(PHONE, date(2026, 11, 20), None, "covid-19", "test")
    assert [each.span.length for each in house.cases.expose(earlier.id, "test")] == [timedelta(hours=3)]


def test_every_person_found_is_a_line_of_the_audit_log(house, venue):
    exposed_case(house, venue, OTHERS[:1])
    traced = {line[2] for line in house.tables.audit if line[1] == "trace"}
    assert traced == {person.id for person in house.tables.people.values()}


def test_a_case_nobody_knows(house):
    with pytest.raises(LookupError):
        house.cases.expose(7, "test")
    with pytest.raises(LookupError):
        house.alerts.report(7)


def test_an_alert_that_cannot_go_on_does_not_hold_up_the_others(house, venue):
    case = exposed_case(house, venue, OTHERS[:1])
    alert, _ = house.alerts.propose(case.id, "an")
    notices = house.tables.notices
    notices[1] = replace(notices[1], address_index=b"nobody")
    with pytest.raises(LookupError):
        house.alerts.approve(alert.id, "binh", "sure")
    assert house.sweep.run().alerted == 0
    notices = house.tables.notices
    notices[1] = replace(notices[1], address_index=OTHERS[0].encode())
    assert house.sweep.run().alerted == 1
