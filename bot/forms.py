"""The catalogue as Rasa names it: form "health" is the loop "health_form"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from backend.forms.catalogue import FORMS
from backend.forms.languages import Languages
from backend.forms.languages import load as load_languages
from backend.forms.model import Form, Gazetteer
from backend.forms.places import load
from backend.forms.requests import REQUESTS

_SUFFIX = "_form"
_LOOKUPS = Path(__file__).resolve().parent.parent / "nlu_data/lookups"


ALL_FORMS: Mapping[str, Form] = {**FORMS, **REQUESTS}


def loop_of(form: Form) -> str:
    """The name of the Rasa form."""
    return form.name + _SUFFIX


def form_of_loop(loop: Optional[str]) -> Optional[Form]:
    """The form behind a Rasa loop; None for no loop or one the catalogue has not."""
    return ALL_FORMS.get(loop[: -len(_SUFFIX)]) if loop and loop.endswith(_SUFFIX) else None


def form_called(name: str) -> Form:
    """The form of that name; KeyError for an unknown one."""
    return ALL_FORMS[name]


def form_opened_by(intent: str) -> Optional[Form]:
    """The form an intent opens."""
    return next((form for form in ALL_FORMS.values() if form.intent == intent), None)


def all_fields() -> dict[str, Any]:
    """Every field of every form by name."""
    return {field.name: field for form in ALL_FORMS.values() for field in form.fields}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Administrative units and countries, read once per process."""
    return load(_LOOKUPS / "admin_units.json")


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The languages people write in, read once per process."""
    return load_languages(_LOOKUPS / "languages.json")
