"""`python -m backend.i18n_check`: the texts that code needs beside the texts the catalogues hold.

Exit status 1 and a list when a key is missing, nobody uses one, or the languages disagree about its arguments; then
how much each language has.  Which texts code needs is in i18n_keys.py, what a partial language must have in
i18n_scope.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from backend.i18n import Entries, Language, placeholders, read_entries, read_languages
from backend.i18n_keys import ROOT, Found, gather, is_used
from backend.i18n_scope import coverage, missing, traveller_keys

ALWAYS = frozenset({"hotline", "short_code", "ussd_code"})  # arguments that any text may name


def problems(found: Found, languages: Mapping[str, Language], entries: Mapping[str, Entries]) -> Iterator[str]:
    """One line for each thing wrong."""
    complete = [code for code, language in languages.items() if language.complete]
    plain = {code: {key for key, medium in entries[code] if not medium} for code in entries}
    for code in complete:
        yield from (f"missing in {code}: {key}" for key in sorted(found.needed - plain[code]))
    everywhere = set().union(*plain.values())
    yield from (f"stale: {key}" for key in sorted(everywhere) if not is_used(key, found))
    for code in languages:
        yield from disagreements(code, entries)


def disagreements(code: str, entries: Mapping[str, Entries]) -> Iterator[str]:
    """Texts of one language whose arguments are not among those of the same key elsewhere or in its plain text."""
    reference = entries["vi"]
    for (key, medium), text in entries[code].items():
        wanted = placeholders(reference.get((key, ""), text)) - ALWAYS
        given = placeholders(text) - ALWAYS
        if given - wanted or (not medium and wanted - given):
            label = f"{key} ({medium})" if medium else key
            yield f"arguments of {label} differ in {code}: {sorted(given)}, Vietnamese has {sorted(wanted)}"


def main() -> int:
    """Print what is wrong; 0 when nothing is."""
    directory = ROOT / "locales"
    languages = read_languages(directory)
    entries = {code: read_entries(directory, code) for code in languages}
    scope = traveller_keys()
    wrong = [*problems(gather(), languages, entries), *missing(entries, scope)]
    for line in (*wrong, *coverage(entries, scope)):
        print(f"locales: {line}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
