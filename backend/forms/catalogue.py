"""All forms of the house.  A new form is one line here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from backend.forms.entry import ENTRY
from backend.forms.health import HEALTH
from backend.forms.model import Field, Form

FORMS: Mapping[str, Form] = {form.name: form for form in (HEALTH, ENTRY)}


class CatalogueError(ValueError):
    """The declarations contradict each other; the message names form and field."""


def field(name: str, forms: Mapping[str, Form] = FORMS) -> Field:
    """The field of that name; KeyError when no form has it."""
    return next((one for form in forms.values() for one in form.fields if one.name == name), None) or _unknown(name)


def forms_version(forms: Mapping[str, Form] = FORMS) -> str:
    """Twelve hex digits that change whenever a declaration changes; equal in every process."""
    declared = "\n".join(repr(forms[name]) for name in sorted(forms))
    return hashlib.sha256(declared.encode()).hexdigest()[:12]


def defaults(forms: Mapping[str, Form] = FORMS) -> Mapping[str, Any]:
    """What is taken for granted of a person whom nobody asked: field -> value."""
    return {one.name: one.default for form in forms.values() for one in form.fields if one.default is not None}


def validate_catalogue(forms: Iterable[Form] = tuple(FORMS.values())) -> None:
    """Raise CatalogueError unless names are unique, conditions look back, and keywords start one form only."""
    seen: dict[str, Field] = {}
    keywords: set[str] = set()
    for form in forms:
        earlier: dict[str, Field] = {}
        for one in form.fields:
            _check(form, one, seen, earlier)
            earlier[one.name] = one
            seen[one.name] = one
        if keywords & set(form.keywords):
            raise CatalogueError(f"{form.name}: a keyword starts another form already")
        if not set(form.essential) <= earlier.keys():
            raise CatalogueError(f"{form.name}: something essential is no field of it")
        keywords |= set(form.keywords)


def _check(form: Form, one: Field, seen: Mapping[str, Field], earlier: Mapping[str, Field]) -> None:
    where = f"{form.name}.{one.name}"
    elsewhere = seen.get(one.name, one)
    if one.name in earlier or (elsewhere.kind, elsewhere.group) != (one.kind, one.group):
        raise CatalogueError(f"{where}: declared twice; a name has the same kind and group in every form")
    if one.group not in ("identity", "question"):
        raise CatalogueError(f"{where}: group must be identity or question, not {one.group!r}")
    if one.asked_if and one.asked_if.field not in earlier:
        raise CatalogueError(f"{where}: asked_if looks at {one.asked_if.field!r}, which does not come earlier")


def _unknown(name: str) -> Field:
    raise KeyError(f"no form has a field {name!r}")
