"""Who met a case: overlaps of stays, tiers, and the coarse window a notice may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.days import VIET_NAM
from backend.domain.visits import Visit

CLOSE_CONTACT = "f1"
FACTOR = "factor"  # epidemiological factor: shared a place, not known to have been close (Ministry, 29/12/2021)
TIERS = (FACTOR, CLOSE_CONTACT)  # from weak to strong
HOUSEHOLD, VENUE, NAMED = "household", "venue", "named"
TIER_OF = {HOUSEHOLD: CLOSE_CONTACT, VENUE: FACTOR, NAMED: FACTOR}


@dataclass(frozen=True)
class Span:
    """A time from `start` to `end`, aware."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class Meeting:
    """Two stays at one venue at the same time while the case infects."""

    case_visit: Visit
    visit: Visit
    span: Span


@dataclass(frozen=True)
class Exposure:
    """That a person was exposed to a case: `source` household | venue | named; venue, span and visitors for a venue.

    `visitors` is how many people shared the case's stay there, the case included.
    """

    person_id: str
    tier: str
    source: str
    venue_id: int | None = None
    span: Span | None = None
    visitors: int = 0


def overlap(one: Span, other: Span) -> Span | None:
    """min(leaves) - max(arrivals); touching ends do not overlap."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def meeting(case_visit: Visit, visit: Visit, infectious: Span) -> Meeting | None:
    """Where two stays meet within the infectious time; a person never meets themselves."""
    if visit.venue_id != case_visit.venue_id or visit.person_id == case_visit.person_id:
        return None
    own = overlap(Span(case_visit.entered_at, case_visit.left_at), infectious)
    span = own and overlap(own, Span(visit.entered_at, visit.left_at))
    return Meeting(case_visit, visit, span) if span else None


def venue_exposures(meetings: Sequence[Meeting], least: timedelta) -> Iterator[Exposure]:
    """One exposure for each meeting that lasted `least` or longer."""
    present: dict[int, set[str]] = {}
    for each in meetings:
        present.setdefault(each.case_visit.id, {each.case_visit.person_id}).add(each.visit.person_id)
    for each in meetings:
        if each.span.length >= least:
            visitors = len(present[each.case_visit.id])
            yield Exposure(each.visit.person_id, FACTOR, VENUE, each.visit.venue_id, each.span, visitors)


def strongest(exposures: Iterable[Exposure]) -> Sequence[Exposure]:
    """One a person: the highest tier, then the longest time; by person id."""
    best: dict[str, Exposure] = {}
    for each in exposures:
        if each.person_id not in best or _strength(each) > _strength(best[each.person_id]):
            best[each.person_id] = each
    return [best[person_id] for person_id in sorted(best)]


def coarse(span: Span, hours: int) -> Span:
    """The span widened to whole blocks of `hours` of the day in Viet Nam, so that nobody is told apart by it."""
    start, end = (moment.astimezone(VIET_NAM) for moment in (span.start, span.end))
    block = timedelta(hours=hours)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(midnight + (start - midnight) // block * block, midnight - (midnight - end) // block * block)


def _strength(exposure: Exposure) -> tuple[int, timedelta]:
    return TIERS.index(exposure.tier), exposure.span.length if exposure.span else timedelta()
