"""Confirmed cases, the contacts people name, and how long a case infects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.domain.days import midnight
from backend.domain.refusals import Refused

OLDEST = timedelta(days=366)  # visits are long deleted by then


class CaseRefused(Refused):
    """A case whose dates cannot be; `code` names why."""


@dataclass(frozen=True)
class Case:
    """A confirmed case (F0) under the rules of a pack; it infects from `infectious_from` to `infectious_until`."""

    id: int
    person_id: str
    pack: str
    onset_on: date | None
    sample_on: date | None
    infectious_from: datetime
    infectious_until: datetime
    confirmed_at: datetime
    confirmed_by: str


@dataclass(frozen=True)
class Contact:
    """A phone that a person says they were in contact with."""

    id: int
    person_id: str
    phone: str
    phone_index: bytes
    declared_at: datetime


def infectious_from(onset: date | None, sample: date | None, before_onset: int, before_sample: int) -> datetime:
    """The first moment a case infects (aware): whole days before onset, without symptoms before the sample.

    Raises CaseRefused when neither day is known.
    """
    if onset is not None:
        return midnight(onset - timedelta(days=before_onset))
    if sample is not None:
        return midnight(sample - timedelta(days=before_sample))
    raise CaseRefused("no_dates")


def check_days(onset: date | None, sample: date | None, today: date) -> None:
    """Refuse days to come and days too long ago to be traced; raises CaseRefused."""
    days = [day for day in (onset, sample) if day is not None]
    if any(day > today for day in days):
        raise CaseRefused("day_in_future")
    if any(day < today - OLDEST for day in days):
        raise CaseRefused("day_too_old")
