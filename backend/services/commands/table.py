"""Which handler serves which command of docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services.commands import (
    declarations,
    facilities,
    follow_up,
    household,
    notices,
    preferences,
    privacy,
    venues,
    visits,
)
from backend.services.commands.base import Handler
from backend.services.commands.callbacks import request_callback


def handlers() -> Mapping[str, Handler]:
    """Command name → handler."""
    served = (
        declarations.submit_declaration,
        declarations.amend_declaration,
        declarations.confirm_declaration,
        declarations.undo_declaration,
        preferences.set_language,
        preferences.set_accents,
        request_callback,
        visits.check_in,
        visits.check_out,
        visits.check_in_visitor,
        visits.not_me,
        visits.undo_visit,
        venues.register_venue,
        venues.confirm_venue,
        venues.venue_count,
        household.keep_member,
        household.remove_member,
        household.declare_contact,
        privacy.status,
        privacy.who_viewed,
        privacy.request_erasure,
        privacy.erase,
        privacy.set_messages,
        notices.answer_notice,
        notices.notice_place,
        facilities.report_facility,
        facilities.send_feedback,
        facilities.close_feedback,
        follow_up.answer_follow_up,
    )
    return {handler.__name__: handler for handler in served}
