"""The health declaration (Tờ khai y tế): identity asked once, five questions asked every time."""

from __future__ import annotations

from backend.forms.kinds import (
    Address,
    BirthYear,
    FreeText,
    IdNumber,
    Nationality,
    OneOf,
    Option,
    PersonName,
    PlaceList,
    Since,
    Symptoms,
    YesNo,
)  # fmt: skip
from backend.forms.model import Choice, Condition, Field, Form

GENDER = OneOf(
    (
        Option(Choice("1", "male", "choice_male"), ("nam", "nam giới", "đàn ông", "trai", "con trai", "male", "m")),
        Option(Choice("2", "female", "choice_female"), ("nữ", "nữ giới", "đàn bà", "phụ nữ", "gái", "female", "f")),
        Option(Choice("3", "other", "choice_other"), ("khác", "giới tính khác", "other")),
    ),
    name="gender",
)

HEALTH = Form(
    name="health",
    version=1,
    intent="declare_health",
    keywords=("KB", "KBYT", "KHAI BAO"),
    answer_string=True,
    fields=(
        Field("full_name", PersonName(), group="identity"),
        Field("birth_year", BirthYear(), group="identity"),
        Field("gender", GENDER, group="identity"),
        Field("address", Address(), group="identity"),
        Field("nationality", Nationality(), group="identity", required=False, default="VN"),
        Field("id_number", IdNumber(), group="identity", required=False),
        Field("house", FreeText(longest=120), group="identity", required=False),
        Field("travelled", YesNo()),
        Field("travel_places", PlaceList(), asked_if=Condition("travelled", (True,))),
        Field("has_symptoms", YesNo()),
        Field("symptoms", Symptoms(), asked_if=Condition("has_symptoms", (True,))),
        Field("symptoms_since", Since(), asked_if=Condition("has_symptoms", (True,))),
        Field("contact_case", YesNo()),
        Field("contact_area", YesNo()),
        Field("contact_symptomatic", YesNo()),
    ),
)
