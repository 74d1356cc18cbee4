"""What health workers and officers do with follow-ups, and who is told about which commune."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.domain.follow_up import STAFF, FollowUp, FollowUpRefused, FollowUpState
from backend.domain.packs import Pack
from backend.services.follow_up import FollowPackOf, begin, end
from backend.services.phones import known_holder, reached
from backend.services.policy import Policy
from backend.services.ports.follow_up import HealthWorker
from backend.services.ports.outside import Clock
from backend.services.ports.tracing import Notice
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Unknown, checked_phone, checked_reason

OFFICE_MOST = 200  # characters
_ALL_DAYS = 90


@dataclass(frozen=True)
class Course:
    """A follow-up with its questions, newest first; `phone` and `name` only for who may look at the person."""

    follow_up: FollowUp
    questions: Sequence[Notice]
    phone: str = ""
    name: str = ""

    @property
    def answered(self) -> int:
        """On how many days there was an answer."""
        return sum(notice.answer is not None for notice in self.questions)


class FollowUpDesk:
    """Adding, looking at and closing follow-ups; registering health workers."""

    def __init__(
        self, units: Units, clock: Clock, policy: Policy, in_force: Callable[[], Pack], pack_of: FollowPackOf
    ) -> None:
        self._units, self._clock, self._policy = units, clock, policy
        self._in_force, self._pack_of = in_force, pack_of

    def add(self, phone: str, days: int | None, pack: str | None, actor: str) -> FollowUp:
        """Follow up whoever carries a phone (any spelling), under a pack (default: what is asked about now).

        Raises Refused for a phone that is none, an unknown pack, a number of days that cannot be.
        """
        number, now = checked_phone(phone), self._clock.now()
        name = pack or self._in_force().name
        rules = self._pack_of(name, now)
        with self._units() as unit:
            person = known_holder(unit, reached(unit, self._policy, number, now).address_index, now)
            begun = begin(unit, [person], name, rules, STAFF, "", actor, now, days)
            if not begun:
                raise FollowUpRefused("nobody_on_phone")
            unit.commit()
        return begun[0]

    def listed(self, only_open: bool, limit: int, actor: str) -> Sequence[Course]:
        """The newest first, without names and numbers; that somebody looked is audited."""
        with self._units() as unit:
            found = [
                Course(each, unit.follow_ups.asked(each.id, _ALL_DAYS))
                for each in unit.follow_ups.listed(only_open, limit)
            ]
            unit.audit.add(actor, "list_follow_ups", None, f"{len(found)} follow-ups", self._clock.now())
            unit.commit()
        return found

    def look(self, reference: str, actor: str, reason: str) -> Course:
        """One follow-up with the person's phone and name; audited with the reason.  Raises LookupError or Refused."""
        said = checked_reason(reason)
        with self._units() as unit:
            follow_up = known(unit, reference)
            unit.audit.add(actor, "look_at_follow_up", follow_up.person_id, said, self._clock.now())
            conversation = unit.conversations.find(follow_up.address_index)
            person = unit.people.get(follow_up.person_id)
            course = Course(
                follow_up, unit.follow_ups.asked(follow_up.id, _ALL_DAYS), conversation.address if conversation else "",
                str(person.identity.get("full_name") or "") if person else "",
            )  # fmt: skip
            unit.commit()
        return course

    def close(self, reference: str, reason: str, actor: str) -> FollowUp:
        """Nobody is asked any more; raises LookupError, or FollowUpRefused (`already_closed`)."""
        said, now = checked_reason(reason), self._clock.now()
        with self._units() as unit:
            follow_up = known(unit, reference)
            if follow_up.state is not FollowUpState.OPEN:
                raise FollowUpRefused("already_closed")
            closed = end(unit, follow_up, FollowUpState.CLOSED, now)
            unit.audit.add(actor, "close_follow_up", follow_up.person_id, said, now)
            unit.commit()
        return closed

    def course(self, follow_up: FollowUp) -> Course:
        """A follow-up with its questions, without the person."""
        with self._units() as unit:
            return Course(follow_up, unit.follow_ups.asked(follow_up.id, _ALL_DAYS))

    def register(self, commune: str, phone: str, office: str, actor: str) -> HealthWorker:
        """Who is told of a commune (its code) from now on; raises Refused."""
        said = office.strip()
        if not 0 < len(said) <= OFFICE_MOST or not said.isprintable():
            raise FollowUpRefused("office_wrong", f"an office has 1 to {OFFICE_MOST} characters, on one line")
        worker = HealthWorker(commune, checked_phone(phone), said, self._clock.now(), actor)
        with self._units() as unit:
            unit.health_workers.put(worker)
            unit.audit.add(actor, "register_health_worker", None, commune, worker.registered_at)
            unit.commit()
        return worker

    def workers(self) -> Sequence[HealthWorker]:
        """Every health worker, by commune."""
        with self._units() as unit:
            return unit.health_workers.all()

    def unregister(self, commune: str, actor: str) -> None:
        """Nobody is told of a commune any more; raises LookupError."""
        with self._units() as unit:
            if not unit.health_workers.remove(commune):
                raise Unknown("health_worker")
            unit.audit.add(actor, "remove_health_worker", None, commune, self._clock.now())
            unit.commit()


def known(unit: UnitOfWork, reference: str) -> FollowUp:
    """The follow-up of a reference; raises LookupError."""
    found = unit.follow_ups.get("".join(sign for sign in reference if sign.isdigit()))
    if found is None:
        raise Unknown("follow_up")
    return found
