"""The whole service layer over in-memory fakes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from backend.domain.checklists import Checklists, load_checklists
from backend.services.alerts import Alerts
from backend.services.cases import Cases
from backend.services.commands import handlers
from backend.services.deliver import Deliver
from backend.services.facilities import Facilities
from backend.services.follow_up_rounds import FollowUpRounds
from backend.services.policy import Policy
from backend.services.process import Process
from backend.services.public_map import Maps
from backend.services.receipts import Receipts
from backend.services.receive import Receive
from backend.services.reception import Reception
from backend.services.remind import Remind
from backend.services.remind_facilities import FacilityReminders
from backend.services.render import Renderer
from backend.services.rules import Rules
from backend.services.staff import Staff
from backend.services.straight import Straight
from backend.services.sweep import Sweep
from backend.services.turn import Turns
from backend.services.ussd import Ussd
from backend.services.venues import Venues, look_up
from backend.services.ways import Ways
from channels.contract import InboundEvent
from tests.unit.services.fakes import FakeBot, FakeCarrier, FakeClock, FakeHints, FakePack, FakeSpool, FakeTexts
from tests.unit.services.fakes_store import FakeUnits

CHECKLISTS = Checklists(load_checklists())


@dataclass
class Small:
    """A house of fakes."""

    policy: Policy

    def __post_init__(self) -> None:
        self.units, self.clock, self.hints, self.spool = FakeUnits(), FakeClock(), FakeHints(), FakeSpool()
        self.bot, self.carrier = FakeBot(self.units, self.clock), FakeCarrier(self.units)
        renderer, rules = Renderer(FakeTexts()), Rules(FakePack, CHECKLISTS)
        self.deliver = Deliver(self.units, self.carrier, self.clock, renderer, self.policy)
        self.straight = Straight(self.deliver, self.clock, self.policy, batches=1)
        lookups = {"venue": look_up}
        self.turns = Turns(
            self.units, self.bot, self.clock, self.hints, rules, self.policy, handlers(), lookups, self.straight
        )
        self.receive = Receive(self.units, self.clock, self.hints, self.spool, self.policy)
        self.process = Process(self.units, self.clock, self.turns, self.policy)
        self.remind = Remind(self.units, self.clock, self.turns, self.policy)
        self.alerts = Alerts(self.units, self.clock, self.hints, self.policy, lambda name, moment: FakePack())
        self.rounds = FollowUpRounds(self.units, self.clock, self.hints, self.policy, lambda name, moment: FakePack())
        self.cases = Cases(self.units, self.clock, self.policy, lambda name, moment: FakePack())
        self.venues = Venues(self.units, self.clock, self.hints, self.policy)
        self.staff = Staff(self.units, self.clock)
        self.facilities = Facilities(self.units, self.clock, self.hints, self.policy, CHECKLISTS)
        self.maps = Maps(self.units, self.clock, lambda code: f"place {code}")
        reminders = FacilityReminders(self.units, self.clock, self.hints, self.policy, CHECKLISTS)
        self.sweep = Sweep(
            self.units,
            self.clock,
            self.hints,
            self.receive,
            self.remind,
            self.alerts,
            self.policy,
            reminders,
            self.rounds,
        )
        self.ussd = Ussd(
            self.units,
            self.clock,
            self.hints,
            self.receive,
            self.turns,
            renderer,
            self.policy,
            pause=lambda seconds: self.clock.forward(seconds=seconds),
        )
        self.receipts = Receipts(self.units, self.clock, Ways(self.policy, self.carrier.medium))
        self.reception = Reception(self.receive, self.receipts, self.ussd)

    @property
    def tables(self):
        """What is committed."""
        return self.units.tables

    def hears(self, *events: InboundEvent) -> None:
        """Take events in and their turns, and send what they say."""
        self.receive.take(events)
        self.settle()

    def settle(self) -> None:
        """Work until nothing is due."""
        while self.process.round("worker", 10) + self.deliver.round("worker", 10):
            pass

    @property
    def sent(self) -> list[str]:
        """The texts that went out."""
        return [message.text for _, message in self.carrier.sent]


@pytest.fixture
def house() -> Small:
    return Small(Policy(sms_channel="kannel", inbound_limit=5))
