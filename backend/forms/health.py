"""The health declaration (Tờ khai y tế): identity asked once, five questions asked every time."""

from __future__ import annotations

from backend.forms.kinds import (
    ALL_SYMPTOMS,
    HEALTH_SYMPTOMS,
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
from backend.forms.kinds.choice import NO_WORDS, YES_WORDS, Contact
from backend.forms.model import Choice, Condition, Field, Form
from backend.forms.symptom_question import AnySymptoms

GENDER = OneOf(
    (
        Option(
            Choice("1", "male", "choice_male"),
            ("nam", "nam giới", "đàn ông", "trai", "con trai", "bé trai", "male", "m"),
        ),
        Option(
            Choice("2", "female", "choice_female"),
            ("nữ", "nữ giới", "đàn bà", "phụ nữ", "gái", "con gái", "bé gái", "female", "f"),
        ),
        Option(Choice("3", "other", "choice_other"), ("khác", "giới tính khác", "other")),
    ),
    name="gender",
)

_AT_HOME = ("ở nhà", "chỉ ở nhà", "ở nhà suốt", "ở nhà thôi", "toàn ở nhà", "ở nhà không đi đâu")
TRAVELLED = YesNo((
    Option(Choice("1", True, "choice_yes"), YES_WORDS),
    Option(Choice("0", False, "choice_no"), (*NO_WORDS, *_AT_HOME)),
))  # fmt: skip

HEALTH = Form(
    name="health",
    version=1,
    intent="declare_health",
    keywords=("KB", "KBYT", "KHAI BAO"),
    answer_string=True,
    fields=(
        Field("full_name", PersonName(), group="identity", called=("họ tên", "họ và tên", "tên", "name")),
        Field("birth_year", BirthYear(), group="identity", called=("năm sinh", "tuổi", "birth year")),
        Field("gender", GENDER, group="identity", called=("giới tính", "nam nữ", "nam/nữ", "gender")),
        Field("address", Address(), group="identity", called=("nơi ở", "địa chỉ", "chỗ ở", "address")),
        Field(
            "nationality",
            Nationality(),
            group="identity",
            required=False,
            default="VN",
            called=("quốc tịch", "nationality"),
        ),
        Field("id_number", IdNumber(), group="identity", required=False, called=("số căn cước", "căn cước", "cccd")),
        Field("house", FreeText(longest=120), group="identity", required=False, called=("số nhà", "thôn")),
        Field("travelled", TRAVELLED, called=("đi xa", "travel")),
        Field("travel_places", PlaceList(), asked_if=Condition("travelled", (True,)), called=("nơi đi",)),
        Field("has_symptoms", AnySymptoms(), called=("triệu chứng", "symptoms")),
        Field(
            "symptoms",
            Symptoms(ALL_SYMPTOMS, offered=HEALTH_SYMPTOMS),
            asked_if=Condition("has_symptoms", (True,)),
            called=("bị gì",),
        ),
        Field("symptoms_since", Since(), asked_if=Condition("has_symptoms", (True,)), called=("từ ngày", "ngày bị")),
        Field("contact_case", Contact(), called=("gặp người bệnh",)),
        Field("contact_area", Contact(), called=("gặp vùng dịch",)),
        Field("contact_symptomatic", Contact(), called=("gặp người ốm",)),
    ),
)
