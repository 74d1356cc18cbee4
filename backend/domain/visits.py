"""Visits: when one begins, when it ends, which check-ins are one (documented practice, all numbers from the pack)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OTHER = "other"  # the kind of a venue that is none of the named ones


class VisitRefused(ValueError):
    """A visit that cannot be; `code` is visit_in_future, visit_too_old or not_checked_in."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class VisitRules:
    """How long a stay is taken to last: by kind of venue, never beyond `cap`; check-ins within `duplicate` are one."""

    duplicate: timedelta
    cap: timedelta
    dwell: Mapping[str, timedelta]

    def end(self, kind: str, entered_at: datetime) -> datetime:
        """When a stay ends that nobody ends."""
        return entered_at + min(self.dwell.get(kind, self.dwell[OTHER]), self.cap)


@dataclass(frozen=True)
class Visit:
    """Somebody's stay: ids and times only.  `left_at` is the planned end until a real one is known."""

    id: int
    venue_id: int
    person_id: str
    entered_at: datetime
    left_at: datetime
    companions: int = 0

    def holds(self, moment: datetime) -> bool:
        """Whether the person is there."""
        return self.entered_at <= moment < self.left_at


@dataclass(frozen=True)
class Arrival:
    """What a check-in does: the visit it makes or goes on with (`repeated`), and the one it ends."""

    visit: Visit
    repeated: bool
    ended: Visit | None = None


def check_moment(at: datetime, now: datetime, retention: timedelta) -> None:
    """Refuse times to come and times whose visits are no longer kept; raises VisitRefused."""
    if at > now:
        raise VisitRefused("visit_in_future")
    if at < now - retention:
        raise VisitRefused("visit_too_old")


def arrive(known: Sequence[Visit], new: Visit, kind: str, rules: VisitRules, until: datetime | None = None) -> Arrival:
    """What a check-in means among the person's visits.

    Arguments: `known`, the person's visits within `rules.cap` around it, oldest first; `new`, the visit it would be
    (its `left_at` is worked out here); `kind`, of its venue; `until`, when the person said that they left.
    """
    at = new.entered_at
    before = [visit for visit in known if visit.entered_at <= at]
    after = [visit for visit in known if visit.entered_at > at]
    twin = next((visit for visit in (*before[-1:], *after[:1]) if _one_visit(visit, new, rules)), None)
    last = before[-1] if before and before[-1].holds(at) and before[-1] is not twin else None
    ended = replace(last, left_at=at) if last else None
    if twin is not None:
        one = _joined(twin, new, kind, after, rules)
        return Arrival(_told_end(one, until, after, rules), repeated=True, ended=ended)
    visit = replace(new, left_at=_until_next(after, rules.end(kind, at)))
    return Arrival(_told_end(visit, until, after, rules), repeated=False, ended=ended)


def leave(known: Sequence[Visit], venue_id: int | None, now: datetime) -> Visit:
    """The visit that is going on (at a venue, if one is named), ended now; raises VisitRefused when there is none."""
    for visit in reversed(known):
        if visit.holds(now) and venue_id in (None, visit.venue_id):
            return replace(visit, left_at=now)
    raise VisitRefused("not_checked_in")


def reopened(known: Sequence[Visit], visit: Visit, kind: str, rules: VisitRules) -> Visit:
    """The visit as it was before somebody said that they left; `known` are the person's visits, oldest first."""
    after = [one for one in known if one.entered_at > visit.entered_at]
    return replace(visit, left_at=_until_next(after, rules.end(kind, visit.entered_at)))


def without(known: Sequence[Visit], gone: Visit, kinds: Mapping[int, str], rules: VisitRules) -> Visit | None:
    """The visit that `gone` had cut short, with the end it has when `gone` never was; None if there is none.

    Arguments: `known`, the person's other visits around it, oldest first; `kinds`, venue id -> kind.
    """
    cut = next((visit for visit in reversed(known) if visit.left_at == gone.entered_at), None)
    if cut is None:
        return None
    after = [visit for visit in known if visit.entered_at > cut.entered_at]
    return replace(cut, left_at=_until_next(after, rules.end(kinds[cut.venue_id], cut.entered_at)))


def _one_visit(visit: Visit, new: Visit, rules: VisitRules) -> bool:
    return visit.venue_id == new.venue_id and abs(new.entered_at - visit.entered_at) < rules.duplicate


def _joined(twin: Visit, new: Visit, kind: str, after: Sequence[Visit], rules: VisitRules) -> Visit:
    """One visit out of two check-ins; who had left already is there again, companions are as many as told last."""
    entered = min(twin.entered_at, new.entered_at)
    again = twin.left_at <= new.entered_at
    end = min(rules.end(kind, new.entered_at) if again else twin.left_at, entered + rules.cap)
    later = [visit for visit in after if visit.id != twin.id]
    left = _until_next(later, end)
    return replace(twin, entered_at=entered, left_at=left, companions=new.companions or twin.companions)


def _told_end(visit: Visit, until: datetime | None, after: Sequence[Visit], rules: VisitRules) -> Visit:
    """The visit with the end that was told, within the cap and before the next check-in elsewhere."""
    if until is None:
        return visit
    others = [one for one in after if one.id != visit.id]
    return replace(visit, left_at=_until_next(others, min(until, visit.entered_at + rules.cap)))


def _until_next(after: Sequence[Visit], end: datetime) -> datetime:
    """The next check-in ends a stay."""
    return min([end, *(visit.entered_at for visit in after)])
