"""Alerts: proposed by one, approved by another, then spread in batches that each commit.

A crash leaves some notices queued and the others proposed: whoever goes on queues the rest, nobody twice.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from backend.domain.alerts import Alert, AlertStatus, check_proposer, decided
from backend.domain.cases import Case
from backend.domain.days import VIET_NAM, day_of
from backend.domain.exposure import HOUSEHOLD, VENUE, Exposure, Span, coarse, strongest
from backend.domain.refusals import Refused
from backend.domain.venues import Venue
from backend.services.cases import CasePack, NoticeRules, PackOf, known_case
from backend.services.follow_up import SERVICE, begin
from backend.services.phones import told_unasked
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.people import Person
from backend.services.ports.tracing import AlertCounts, Notice, NoticeState
from backend.services.ports.unit import StoreUnavailable, UnitOfWork, Units
from backend.services.refusals import Unknown, checked_reason
from backend.services.staff import actor, known_user

CHOICES = ({"send": "1", "key": "choice_notice_understood"}, {"send": "2", "key": "choice_notice_symptoms"})
EXPOSURE = "exposure"
PROPOSED_AT_ONCE = 1000  # people looked up by one statement

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AlertReport:
    """An alert and how far it is; `minutes` from the case's confirmation to the last message queued, if any is."""

    alert: Alert
    counts: AlertCounts
    minutes: float | None


class Alerts:
    """What officers do with alerts, and what a worker goes on with."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy, pack_of: PackOf) -> None:
        self._units, self._clock, self._hints = units, clock, hints
        self._policy, self._pack_of = policy, pack_of

    def propose(self, case_id: int, user_name: str) -> tuple[Alert, int]:
        """Propose to warn everybody a case exposed who was not warned of it; (alert, number of people).

        Raises:
            LookupError: no such case or user.
            Refused: the role may not propose, or nobody is left to warn (`nobody_exposed`).
        """
        now = self._clock.now()
        with self._units() as unit:
            user, case = known_user(unit, user_name), known_case(unit, case_id)
            check_proposer(user)
            alert = unit.alerts.add(Alert(0, case.id, AlertStatus.PROPOSED, user.id, now))
            added = propose_notices(unit, alert, strongest(unit.cases.exposures(case.id)), now)
            if not added:
                raise Refused("nobody_exposed")
            unit.audit.add(actor(user), "propose_alert", case.person_id, f"case {case.id}", now)
            unit.commit()
        return alert, added

    def approve(self, alert_id: int, user_name: str, reason: str) -> Alert:
        """Approve and spread; raises LookupError or Refused."""
        alert = self._decide(alert_id, user_name, True, reason)
        self.spread(alert.id)
        return alert

    def reject(self, alert_id: int, user_name: str, reason: str) -> Alert:
        """Nobody is warned; raises LookupError or Refused."""
        return self._decide(alert_id, user_name, False, reason)

    def report(self, alert_id: int) -> AlertReport:
        """How far an alert is; raises LookupError."""
        with self._units() as unit:
            alert = known_alert(unit, alert_id)
            counts, case = unit.alerts.counts(alert.id), known_case(unit, alert.case_id)
        minutes = None
        if counts.last_at is not None:
            minutes = round((counts.last_at - case.confirmed_at).total_seconds() / 60, 1)
        return AlertReport(alert, counts, minutes)

    def spread(self, alert_id: int) -> int:
        """Queue the notices that an approved alert still owes, a batch a unit of work; how many."""
        total = 0
        while count := self._batch(alert_id):
            total += count
        return total

    def resume(self, limit: int) -> int:
        """Go on with alerts that a crash left half spread; how many notices.

        One that cannot go on is logged and does not hold up the others; raises StoreUnavailable.
        """
        with self._units() as unit:
            unfinished = unit.alerts.unfinished(limit)
        return sum(self._resume_one(alert) for alert in unfinished)

    def _resume_one(self, alert: Alert) -> int:
        try:
            return self.spread(alert.id)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one alert must not stop what else a sweep does
            _log.error("alert_stuck alert=%s error=%s", alert.id, type(error).__name__)
            return 0

    def _decide(self, alert_id: int, user_name: str, approve: bool, reason: str) -> Alert:
        now = self._clock.now()
        with self._units() as unit:
            user = known_user(unit, user_name)
            alert = decided(known_alert(unit, alert_id), user, approve, checked_reason(reason), now)
            if not unit.alerts.decide(alert):
                raise Refused("already_decided")
            if not approve:
                unit.notices.withdraw(alert.id)
            case = known_case(unit, alert.case_id)
            unit.audit.add(actor(user), f"alert_{alert.status.value}", case.person_id, f"alert {alert.id}", now)
            unit.commit()
        return alert

    def _batch(self, alert_id: int) -> int:
        now = self._clock.now()
        with self._units() as unit:
            alert = known_alert(unit, alert_id)
            if alert.status is not AlertStatus.APPROVED:
                return 0
            case = known_case(unit, alert.case_id)
            pack = self._pack_of(case.pack, case.confirmed_at)
            notices = unit.notices.take_proposed(alert_id, self._policy.notice_batch)
            queued = self._queue(unit, alert_id, notices, pack, now) if notices else ()
            self._follow_up(unit, notices, case, pack, now)
            if not notices:
                unit.alerts.finish(alert_id)
            unit.commit()
        self._hints.outbox(queued)
        return len(notices)

    def _queue(
        self, unit: UnitOfWork, alert_id: int, notices: Sequence[Notice], pack: CasePack, now: datetime
    ) -> Sequence[int]:
        """One message a phone: people who share a phone share it; ids of the new outbox rows."""
        told = unit.notices.messages_of(alert_id, [notice.address_index for notice in notices])
        first = {notice.address_index: notice for notice in reversed(notices) if notice.address_index not in told}
        new = self._send(unit, [*reversed(first.values())], pack, now)
        messages = {**told, **new}
        unit.notices.queued([(notice, messages[notice.address_index]) for notice in notices], now)
        people = [notice.person_id for notice in notices]
        unit.audit.add_each(SERVICE, "notify", people, f"alert {alert_id}", now)
        return list(new.values())

    def _follow_up(
        self, unit: UnitOfWork, notices: Sequence[Notice], case: Case, pack: CasePack, now: datetime
    ) -> None:
        """Whoever was exposed is asked every day how they are, from tomorrow on."""
        ids = [notice.person_id for notice in notices if notice.person_id]
        people = list(unit.people.of_ids(ids).values()) if ids else []
        begin(unit, people, case.pack, pack, EXPOSURE, f"case {case.id}", SERVICE, now)

    def _send(self, unit: UnitOfWork, notices: Sequence[Notice], pack: CasePack, now: datetime) -> Mapping[bytes, int]:
        """The outbox rows of these notices by phone; raises LookupError for a phone without a conversation."""
        conversations = unit.conversations.find_each([notice.address_index for notice in notices])
        venues = unit.venues.of_ids({notice.venue_id for notice in notices if notice.venue_id is not None})
        drafts = [
            told_unasked(
                self._policy, conversations[notice.address_index], notice_reply(notice, venues, pack),
                MessageClass.EXPOSURE,
            )
            for notice in notices
        ]  # fmt: skip
        rows = unit.outbox.add_each(drafts, now)
        return {row.address_index: row.id for row in rows}


def propose_notices(unit: UnitOfWork, alert: Alert, exposures: Sequence[Exposure], now: datetime) -> int:
    """A notice for each exposed person, unless they have one for this case or are no longer kept; how many."""
    added = 0
    for some in batched(exposures, PROPOSED_AT_ONCE):
        people = unit.people.of_ids([exposure.person_id for exposure in some])
        known = [exposure for exposure in some if exposure.person_id in people]
        notices = [_notice(alert, exposure, people[exposure.person_id], now) for exposure in known]
        added += sum(notice is not None for notice in unit.notices.add_each(notices))
    return added


def _notice(alert: Alert, exposure: Exposure, person: Person, now: datetime) -> Notice:
    return Notice(
        0, EXPOSURE, NoticeState.PROPOSED, person.address_index, person.id, now, alert_id=alert.id,
        case_id=alert.case_id, venue_id=exposure.venue_id, source=exposure.source, tier=exposure.tier,
        span=exposure.span, visitors=exposure.visitors,
    )  # fmt: skip


def notice_reply(notice: Notice, venues: Mapping[int, Venue], pack: CasePack) -> Reply:
    """What an exposed person reads: place, day and coarse hours, never who."""
    days = pack.exposure.follow_up_days
    place = place_told(notice, venues, pack.notices)
    if place:
        return Reply("notice_exposure", {**place, "days": days}, CHOICES)
    return Reply("notice_household" if notice.source == HOUSEHOLD else "notice_contact", {"days": days}, CHOICES)


def place_told(notice: Notice, venues: Mapping[int, Venue], rules: NoticeRules) -> Mapping[str, Any]:
    """Place, day and coarse hours of an exposure at a venue; {} for one at home or through a person."""
    if notice.source != VENUE or notice.venue_id is None or notice.span is None:
        return {}
    return {
        "venue_name": venues[notice.venue_id].name,
        "date": {"$date": day_of(notice.span.start).isoformat()},
        "hours": hours(notice.span, notice.visitors, rules),
    }


def hours(span: Span, visitors: int, rules: NoticeRules) -> Mapping[str, Any] | str:
    """The coarse window; nothing where so few were there that it would tell who."""
    if visitors < rules.fewest_visitors:
        return ""
    wide = coarse(span, rules.window_hours)
    start, end = wide.start.astimezone(VIET_NAM).hour, wide.end.astimezone(VIET_NAM).hour
    return {"$text": {"key": "hours_between", "args": {"start": start, "end": end or 24}}}


def known_alert(unit: UnitOfWork, alert_id: int) -> Alert:
    """The alert of an id; raises LookupError."""
    alert = unit.alerts.get(alert_id)
    if alert is None:
        raise Unknown("alert")
    return alert
