"""Makes languages.json: by what a language is recognised and asked for, and the words with which it is answered.

Run from the root: `.venv-app/bin/python -m nlu_data.lookups.build_languages`.  The result is committed.  What is
written by hand is in languages.toml; what a choice is called comes from locales/, so that what is shown is understood.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.i18n import read_entries, read_languages

ROOT = Path(__file__).resolve().parents[2]
SOURCE, TARGET = Path(__file__).with_name("languages.toml"), Path(__file__).with_name("languages.json")


def build() -> dict[str, Any]:
    """The whole file, one object a language in the order of locales/languages.toml; see backend/forms/languages.py."""
    written = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    spoken = read_languages(ROOT / "locales")
    return {code: _language(code, written[code], bool(spoken[code].voice)) for code in spoken}


def _language(code: str, written: Mapping[str, Any], voice: bool) -> dict[str, Any]:
    return {
        "voice": voice,
        "named": written["named"],
        "telling": written.get("telling", "").split(),
        "sure": written.get("sure", []),
        "month_first": written.get("month_first", False),
        "years_ahead": written.get("years_ahead", 0),
        "intents": written.get("intents", {}),
        "words": _words(code, written["words"]) if "words" in written else {},
    }


def _words(code: str, written: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What each choice is called in locales/, and the other words for it."""
    entries = read_entries(ROOT / "locales", code)
    choices = [key for key, medium in sorted(entries) if key.startswith("choice_") and not medium]
    named = {key: [entries[key, ""]] for key in choices if "_menu_" not in key}
    return {key: list(dict.fromkeys((*named.get(key, ()), *written.get(key, ())))) for key in {**named, **written}}


def as_text() -> str:
    """What the file holds."""
    return json.dumps(build(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(as_text(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes\n")
