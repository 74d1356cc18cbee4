"""The kinds of answers: how each is read, checked, shown and stored."""

from backend.forms.kinds.choice import OneOf, Option, YesNo
from backend.forms.kinds.identity import BirthYear, IdNumber, PersonName, Phone
from backend.forms.kinds.place import Address, Nationality, PlaceList
from backend.forms.kinds.symptoms import ALL_SYMPTOMS, ENTRY_SYMPTOMS, HEALTH_SYMPTOMS, Symptoms
from backend.forms.kinds.text import Email, FreeText
from backend.forms.kinds.time import Since
from backend.forms.kinds.told_symptoms import find_symptoms
from backend.forms.kinds.travel import (
    BorderGate,
    Count,
    Country,
    Seat,
    TravelDocument,
    VehicleNumber,
)
from backend.forms.kinds.travel_day import TravelDay

__all__ = [
    "ALL_SYMPTOMS", "ENTRY_SYMPTOMS", "HEALTH_SYMPTOMS", "Address", "BirthYear", "BorderGate", "Count", "Country",
    "Email", "FreeText", "IdNumber", "Nationality", "OneOf", "Option", "PersonName", "Phone", "PlaceList", "Seat",
    "Since", "Symptoms", "TravelDay", "TravelDocument", "VehicleNumber", "YesNo", "find_symptoms",
]  # fmt: skip
