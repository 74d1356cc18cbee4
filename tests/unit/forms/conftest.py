"""What the forms tests share: a fixed day and the real gazetteer, read once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from backend.forms.model import Context
from backend.forms.places import Places, load

settings.register_profile("loaded machine", deadline=None)
settings.load_profile("loaded machine")

UNITS = Path(__file__).parents[3] / "nlu_data" / "lookups" / "admin_units.json"
TODAY = date(2026, 11, 22)  # a Sunday


@pytest.fixture(scope="session")
def places() -> Places:
    """The administrative units as shipped."""
    return load(UNITS)


@pytest.fixture(scope="session")
def context(places: Places) -> Context:
    """A message of today."""
    return Context(today=TODAY, places=places)
