"""What a partial language must hold: every text a traveller may get from the first word to the receipt and after it.

Derived from the code, so that a text added there is asked for in every language.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

from backend.domain.packs.checks import LEGAL_BASES
from backend.domain.triage import LEVELS
from backend.forms.entry import ENTRY
from backend.forms.model import Check
from backend.i18n import LAST_RESORT, Entries, read_entries
from backend.i18n_keys import DIALOGUE_QUESTIONS, ROOT, field_keys, read_code

# Where the dialogue of a declaration, its menus and what follows a receipt are said; errands are not among them.
DIALOGUE = (
    "bot/actions/answers.py", "bot/actions/afterwards.py", "bot/actions/anywhere.py", "bot/actions/form.py",
    "bot/actions/help.py", "bot/actions/moves.py", "bot/actions/notices.py", "bot/actions/opening.py",
    "bot/actions/reading.py",
    "backend/forms/one_message.py", "backend/forms/questions.py", "backend/services/receive.py",
    "backend/services/render.py", "backend/services/turn.py", "backend/services/ussd.py", "backend/services/alerts.py",
    "backend/services/follow_up_rounds.py", "backend/services/commands/follow_up.py",
    "backend/summary.py",
)  # fmt: skip
# Where options are named whose keys are put together in the code: file, and what stands before the name.
OFFERED = (("bot/actions/offers.py", "choice_"), ("bot/menus.py", "choice_menu_"))
SAID_WITH = (  # made by the backend for the texts above
    "your_status", "status_undeclared", "status_callback_open", "status_followed",
    "help_follow_up", "status_contact", "status_no_contact",
    "opted_out", "opted_in", "help_exposure", "ask_how_choose", "help_how_choose", "example_how_choose",
    "ask_full_name_other", "gate_air", "gate_land", "gate_rail", "gate_sea", LAST_RESORT,
)  # fmt: skip
REFERENCE = "en"  # complete, and what a partial language falls back to
OF_ERRANDS = ("help_keeper", "help_facility", "choice_menu_facility", "nothing_to_deny", "household")  # of residents


def traveller_keys(root: Path = ROOT) -> frozenset[str]:
    """Message keys of the entry declaration, its receipt, the menus, and the notices somebody may get afterwards."""
    said = read_code(root / source for source in DIALOGUE)
    known = {key for key, medium in read_entries(root / "locales", REFERENCE) if not medium}
    keys = {
        f"receipt_{ENTRY.name}", *offered(root, known), *SAID_WITH,
        *(key for field in ENTRY.fields for key in field_keys(field)),
        *(f"{kind}_{name}" for name in DIALOGUE_QUESTIONS for kind in ("ask", "help", "example")),
        *(key for check in ENTRY.checks for key in check_keys(check)),
        *(f"advice_{level}" for level in LEVELS), *(f"kept_{basis}" for basis in LEGAL_BASES),
        *(key for key in (said.needed | said.mentioned) & known),
    }  # fmt: skip
    return frozenset(keys - set(OF_ERRANDS))


def offered(root: Path, known: Set[str]) -> Iterator[str]:
    """The keys of the options that the dialogue and its menus name."""
    for source, prefix in OFFERED:
        names = read_code([root / source]).mentioned
        yield from (key for name in sorted(names) if (key := prefix + name) in known)


def check_keys(check: Check) -> Iterator[str]:
    """The texts of what a check over several answers may find."""
    yield from (f"wrong_{code}" for code in re.findall(r'Rejected\("(\w+)"', inspect.getsource(type(check).find)))
    if hasattr(check, "code"):
        yield f"wrong_{check.code}"


def lacking(entries: Entries, reference: Entries, keys: frozenset[str]) -> Sequence[str]:
    """What a language lacks of `keys`: plain texts, and the short variants that the reference has for screens."""
    plain = [key for key in sorted(keys) if (key, "") not in entries]
    screens = [f"{key} (ussd)" for key in sorted(keys) if (key, "ussd") in reference and (key, "ussd") not in entries]
    return [*plain, *screens]


def missing(entries: Mapping[str, Entries], keys: frozenset[str]) -> Iterator[str]:
    """One line for each text of a traveller that a language lacks."""
    for code, own in entries.items():
        yield from (f"missing in {code}: {key}" for key in lacking(own, entries[REFERENCE], keys))


def coverage(entries: Mapping[str, Entries], keys: frozenset[str]) -> Iterator[str]:
    """One line a language: how many texts it has, of those of a traveller and in all."""
    everything = {key for own in entries.values() for key, medium in own if not medium}
    for code, own in entries.items():
        held = {key for key, medium in own if not medium}
        yield f"{code}: {len(held & keys)} of {len(keys)} texts of a traveller, {len(held)} of {len(everything)} in all"
