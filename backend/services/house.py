"""The services of one process, wired once by backend/bootstrap.py and handed to whoever faces the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.domain.venues import Venue
from backend.services.alerts import Alerts
from backend.services.broadcasts import Broadcasts
from backend.services.callbacks import Callbacks
from backend.services.cases import Cases
from backend.services.deliver import Deliver
from backend.services.export import Export
from backend.services.facilities import Facilities
from backend.services.follow_up_desk import FollowUpDesk
from backend.services.look_up import LookUp
from backend.services.packs import Packs
from backend.services.policy import Policy
from backend.services.ports.outside import Clock, Spool
from backend.services.ports.unit import Units
from backend.services.process import Process
from backend.services.public_map import Maps
from backend.services.receipts import Receipts
from backend.services.receive import Receive
from backend.services.reception import Reception
from backend.services.retention import Retention
from backend.services.review import Review
from backend.services.say import Say
from backend.services.sign_in import SignIn
from backend.services.staff import Staff
from backend.services.straight import Straight
from backend.services.sweep import Sweep
from backend.services.ussd import Ussd
from backend.services.venue_forms import VenueForms
from backend.services.venues import Venues
from backend.services.visits import Visits

MakePoster = Callable[[Venue, str, str], bytes]
"""A venue's poster from `.pdf` or `.png` and the name of a paper size."""


@dataclass(frozen=True)
class House:
    """Everything a face needs."""

    policy: Policy
    packs: Packs
    units: Units
    clock: Clock
    spool: Spool
    receive: Receive
    receipts: Receipts
    ussd: Ussd
    reception: Reception
    process: Process
    deliver: Deliver
    straight: Straight
    sweep: Sweep
    export: Export
    say: Say
    venues: Venues
    venue_forms: VenueForms
    poster: MakePoster
    visits: Visits
    cases: Cases
    alerts: Alerts
    broadcasts: Broadcasts
    follow_ups: FollowUpDesk
    staff: Staff
    sign_in: SignIn
    look_up: LookUp
    review: Review
    facilities: Facilities
    maps: Maps
    retention: Retention
    callbacks: Callbacks
