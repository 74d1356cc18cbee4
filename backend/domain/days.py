"""Days and hours as people in Viet Nam count them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

VIET_NAM = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh has had no other offset since 1975


def day_of(moment: datetime) -> date:
    """The day of an aware moment."""
    return moment.astimezone(VIET_NAM).date()


def midnight(day: date) -> datetime:
    """The first moment of a day, aware."""
    return datetime.combine(day, time(), VIET_NAM)


def local(text: str) -> datetime:
    """The aware moment of an ISO time as people there write it; ValueError for anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)
