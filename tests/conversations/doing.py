"""What several dialogues begin with, and where to look for what they led to."""

from __future__ import annotations

from datetime import timedelta

from backend.domain.days import VIET_NAM, day_of
from backend.services.venues import NewVenue
from tests.conversations.phones import START

MOTHER = "GD THEM Tran Thi Me; 1950; nu; Ben Nghe, TP HCM"


def opened(network, name="Cho Ben Thanh", kind="market", keeper=None):
    """A venue; active at once unless it has a keeper."""
    (venue,) = network.house.venues.add([NewVenue(name, kind, "79", None, "", keeper)], "user:test")
    return venue


def visits(network):
    """Every visit that is stored, oldest first."""
    with network.house.units() as unit:
        return list(unit.visits.since(None))


def mistyped(code):
    """The code with its last digit wrong."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def contacts(network):
    """The telephones of the contacts that were named."""
    with network.house.units() as unit:
        return [contact.phone for contact in unit.contacts.since(None)]


def declares(phone, path="1"):
    """Step by step, up to the summary."""
    phone.dials(path).reads("ho va ten")
    for answer in ("Tran Thi Binh", "1970", "2", "Ben Nghe, TP HCM"):
        phone.types(answer).session_goes_on()
    phone.reads("tinh khac", "1 Co", "0 Khong")
    for _ in range(5):
        phone.types("0").session_goes_on()
    return phone.reads("Tran Thi Binh", "1 Gui")


def warn(network, phone):
    """Warn a phone, whatever it is doing."""
    house, sick = network.house, network.phone()
    venue = opened(network)
    for each in (sick, phone):
        each.sends(f"DD {venue.code}")
    network.clock.forward(minutes=25)  # long enough to count, too short for a reminder
    for name, role in (("an", "officer"), ("binh", "approver")):
        house.staff.add(name, role, "CDC", "test")
    case = house.cases.confirm(sick.number, day_of(network.clock.now()) - timedelta(days=1), None, "covid-19", "test")
    house.cases.expose(case.id, "test")
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    phone.waits().reads("Cho Ben Thanh", "1 Da hieu", "2 Co trieu chung").reads_not(sick.number)
    phone.alert = alert.id
    return phone


def answered(network, warned):
    """How many have answered the alert, and how many of them with symptoms."""
    counts = network.house.alerts.report(warned.alert).counts
    return counts.answered, counts.symptoms


def day(ahead: int = 0) -> str:
    """A day seen from today in Viet Nam, as people write it."""
    return (START.astimezone(VIET_NAM) + timedelta(days=ahead)).strftime("%d/%m/%Y")


def iso(ahead: int = 0) -> str:
    """The same as it is stored."""
    return (START.astimezone(VIET_NAM) + timedelta(days=ahead)).date().isoformat()
