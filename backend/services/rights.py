"""Which role may do what; the sets that a rule of its own decides are that rule's."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from backend.domain.alerts import MAY_PROPOSE
from backend.domain.broadcasts import MAY_BROADCAST
from backend.domain.callbacks import MAY_RING
from backend.domain.staff import MAY_DECIDE, ROLES
from backend.services.look_up import MAY_LOOK_UP


class Right(StrEnum):
    """Something a member of staff may do."""

    SEE_VENUES = "see_venues"  # a venue and its poster, no visits
    KEEP_VENUES = "keep_venues"  # register and remove
    LOOK_UP = "look_up"  # a declaration by its reference
    TRACE = "trace"  # confirm a case, see who was exposed
    PROPOSE = "propose"  # an alert
    SEE_FACILITIES = "see_facilities"  # how they stand, no officers' numbers, no feedback
    KEEP_FACILITIES = "keep_facilities"  # register them and their officers
    HANDLE_FEEDBACK = "handle_feedback"  # read what citizens wrote of a place, and close it
    DECIDE = "decide"  # on somebody else's alert or broadcast
    BROADCAST = "broadcast"  # write one text to many, hold it up, see how far it is
    RING = "ring"  # people up who asked for it
    FOLLOW_UP = "follow_up"  # people who are asked every day
    KEEP_WORKERS = "keep_workers"  # register the health workers of communes


HOLDERS: Mapping[Right, frozenset[str]] = {
    Right.SEE_VENUES: frozenset(ROLES),
    Right.KEEP_VENUES: frozenset({"officer", "approver", "health_worker", "admin"}),
    Right.LOOK_UP: MAY_LOOK_UP,
    Right.TRACE: MAY_PROPOSE,
    Right.PROPOSE: MAY_PROPOSE,
    Right.DECIDE: MAY_DECIDE,
    Right.FOLLOW_UP: frozenset({"officer", "approver", "health_worker", "hotline", "admin"}),
    Right.KEEP_WORKERS: frozenset({"officer", "approver", "admin"}),
    Right.RING: MAY_RING,
    Right.BROADCAST: MAY_BROADCAST,
    Right.SEE_FACILITIES: frozenset(ROLES),
    Right.KEEP_FACILITIES: frozenset({"officer", "approver", "health_worker", "admin"}),
    Right.HANDLE_FEEDBACK: frozenset({"officer", "approver", "health_worker", "admin"}),
}
