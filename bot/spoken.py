"""Which language a person writes in: noticed from the text, so that a foreigner's first words are answered in it.

Scripts are certain.  Latin letters are told by their words, and only on a phone nobody is known on, so that a
Vietnamese person's "hello" or English phrase changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.forms.languages import HOME
from bot.forms import form_of_loop, languages


def noticed(text: str, state: Any, facts: Mapping[str, Any]) -> str | None:
    """The language to answer in from now on, None to go on as before.

    Args:
        text: what the person wrote.
        state: the dialogue before it; inside a form only a script tells, and only where no language was settled yet:
            a name of somebody else may be in any.
        facts: see docs/turn.md.
    """
    now = facts.get("language") or HOME
    first = now == HOME and not facts.get("people") and not facts.get("last")
    in_form = isinstance(state, Mapping) and form_of_loop(state.get("l")) is not None
    if in_form and not first:
        return None
    told = languages().written_in(text, now)
    if told is None and first and not in_form:
        told = languages().told_by_words(text)
    return told if told != now else None
