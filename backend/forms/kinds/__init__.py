"""The kinds of answers: how each is read, checked, shown and stored."""

from backend.forms.kinds.choice import OneOf, Option, YesNo
from backend.forms.kinds.identity import BirthYear, IdNumber, PersonName, Phone
from backend.forms.kinds.place import Address, Nationality, PlaceList
from backend.forms.kinds.symptoms import Symptoms, find_symptoms
from backend.forms.kinds.text import FreeText
from backend.forms.kinds.time import Since

__all__ = [
    "Address", "BirthYear", "FreeText", "IdNumber", "Nationality", "OneOf", "Option", "PersonName", "Phone",
    "PlaceList", "Since", "Symptoms", "YesNo", "find_symptoms",
]  # fmt: skip
