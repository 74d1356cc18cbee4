"""The slots beside the forms' own fields: questions of the dialogue itself, and what it keeps in mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUESTED = "requested_slot"

# Asked while a form is open, like fields: continue or start again; for whom; what they are to the sender;
# how to answer; which answer to correct; is the summary right.
RESUME, SUBJECT, ROLE, HOW, CORRECT, CONFIRM = "resume", "subject", "role", "how", "correct", "confirm"
BEFORE_FIELDS = (RESUME, SUBJECT, ROLE, HOW)
AFTER_FIELDS = (CORRECT, CONFIRM)
DIALOGUE_QUESTIONS = BEFORE_FIELDS + AFTER_FIELDS

ASKED = "asked"  # list of slots asked so far in this form, in order
MISSES = "misses"  # answers in a row that did not fit
AMENDING = "amending"  # reference of the declaration being corrected
CHANGED = "changed"  # list of fields being corrected in it
RESUMING = "resuming"  # the form waits for "continue or start again"
CORRECTING = "correcting"  # the form waits for "which answer": the page of the list that is shown, from 1
PUT_ASIDE = "put_aside"  # the form ends without a declaration: the text that says why
REPLACING = "replacing"  # {field: what it said} of an answer being corrected, until there is a new one
PLACES = "places"  # the places an ambiguous address may mean, while the person chooses
EXPECTING = "expecting"  # outside a form: what is waiting for a digit, a menu or the consent
UNDONE = "undone"  # the newest declaration was just undone: HUY does not go on to those before it
FACILITY = "facility"  # {"code", "pack"} of the facility whose checklist is being filled in
KEPT_IN_MIND = (
    ASKED, MISSES, AMENDING, CHANGED, RESUMING, CORRECTING, PUT_ASIDE, REPLACING, PLACES, EXPECTING, UNDONE, FACILITY,
)  # fmt: skip
SIDE = "side"  # a side question, beside an open form or without one; gone unless the next message answers it
NOTICED = "noticed"  # id of the notice that waited when a question was asked: a newer one is answered first
TOLD = "told"  # the arrival or departure told last, which HUY takes back: {"left", "venue", "at", "told"}
ACROSS_FORMS = (SIDE, NOTICED, TOLD)

NEW_PERSON = "new"  # value of SUBJECT
SELF, SHARED, HOUSEHOLD, OTHER = "self", "shared", "household", "other"  # values of ROLE
SAME, ONE_BY_ONE, SOMEBODY_ELSE, GIVEN = "same", "one_by_one", "somebody_else", "given"  # values of HOW
MENU, MENU_MORE, MENU_OWN, LANGUAGES = "menu", "menu_more", "menu_own", "languages"  # values of EXPECTING
CONSENT, NOTICE, FOLLOW_UP = "consent", "notice", "follow_up"  # the same


def asked_in(slots: Mapping[str, Any]) -> list[str]:
    """The slots asked so far, a new list."""
    return list(slots.get(ASKED) or ())
