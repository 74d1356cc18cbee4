"""Skip logic, answer strings, schemas, and what adding a question touches."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.catalogue import FORMS, CatalogueError, field, forms_version, validate_catalogue
from backend.forms.health import HEALTH
from backend.forms.kinds import BirthYear, FreeText, YesNo
from backend.forms.model import Accepted, Condition, Context, Field, Form, Rejected
from backend.forms.one_message import read
from backend.forms.questions import (
    all_no,
    answer_schema,
    apply_answer_string,
    consistent,
    identity_fields,
    missing,
    question_fields,
    with_defaults,
)

FIVE = ["travelled", "has_symptoms", "contact_case", "contact_area", "contact_symptomatic"]
NO = dict.fromkeys(FIVE, False)
VACCINATED = Field("vaccinated", YesNo())
LONGER = replace(HEALTH, version=2, fields=(*HEALTH.fields, VACCINATED))


def names(fields: Any) -> list[str]:
    return [one.name for one in fields]


def test_the_health_form_as_declared() -> None:
    assert names(identity_fields(HEALTH))[:4] == ["full_name", "birth_year", "gender", "address"]
    assert names(missing(HEALTH, {})) == ["full_name", "birth_year", "gender", "address", *FIVE]
    assert names(missing(HEALTH, {}, known_identity=True)) == FIVE


def test_a_yes_opens_its_questions_in_place() -> None:
    answers = {**NO, "has_symptoms": True}
    assert names(missing(HEALTH, answers, known_identity=True)) == ["symptoms", "symptoms_since"]
    assert missing(HEALTH, {**answers, "symptoms": ["fever"], "symptoms_since": "2026-11-20"}, None, True) == ()


def test_the_pack_chooses_and_orders() -> None:
    selected = ["contact_case", "travelled"]
    assert names(missing(HEALTH, {}, selected, True)) == selected
    assert apply_answer_string(HEALTH, "10", selected) == Accepted({"contact_case": True, "travelled": False})
    assert all_no(HEALTH, selected) == {"contact_case": False, "travelled": False}
    assert names(question_fields(HEALTH, ["gone", "travelled"])) == ["travelled"]


def test_a_correction_takes_dependent_answers_away() -> None:
    answers = {**NO, "travelled": False, "travel_places": [], "unknown": 1}
    assert consistent(HEALTH, answers) == NO
    kept = {**NO, "travelled": True, "travel_places": []}
    assert consistent(HEALTH, kept) == kept


def test_defaults_fill_what_is_never_asked() -> None:
    assert with_defaults(HEALTH, {})["nationality"] == "VN"
    assert with_defaults(HEALTH, {"nationality": "LA"})["nationality"] == "LA"


@given(st.lists(st.booleans(), min_size=1, max_size=5), st.sampled_from(["", " ", ",", ".", "/"]))
def test_answer_strings_answer_in_order(bits: list[bool], between: str) -> None:
    digits = between.join("1" if bit else "0" for bit in bits)
    assert apply_answer_string(HEALTH, digits) == Accepted(dict(zip(FIVE, bits, strict=False)))


@pytest.mark.parametrize(
    ("digits", "code"), [("000000", "answer_string_long"), ("00200", "answer_string"), ("", "answer_string")]
)
def test_answer_strings_refused(digits: str, code: str) -> None:
    assert apply_answer_string(HEALTH, digits) == Rejected(code, {"count": 5})


def test_a_form_without_answer_strings_takes_none() -> None:
    assert isinstance(apply_answer_string(replace(HEALTH, answer_string=False), "00000"), Rejected)


def test_an_added_question_needs_only_its_declaration(context: Context) -> None:
    validate_catalogue([LONGER])
    old = apply_answer_string(LONGER, "00000")
    assert old == Accepted(NO)
    assert names(missing(LONGER, NO, known_identity=True)) == ["vaccinated"]
    assert apply_answer_string(LONGER, "000001") == Accepted({**NO, "vaccinated": True})
    assert read(LONGER, "KB 000001", context).values == {**NO, "vaccinated": True}
    assert read(LONGER, "KB 00000", context).values == NO
    assert answer_schema(LONGER)["properties"]["vaccinated"] == {"type": "boolean"}
    assert forms_version({"health": LONGER}) != forms_version()


def test_the_catalogue_version_is_stable() -> None:
    assert forms_version() == forms_version(dict(FORMS))
    assert len(forms_version()) == 12


def test_the_schema_knows_what_is_required() -> None:
    schema = answer_schema(HEALTH)
    assert set(schema["required"]) == {"full_name", "birth_year", "gender", "address", *FIVE}
    assert set(schema["properties"]) == set(names(HEALTH.fields))
    conditions = {rule["then"]["required"][0] for rule in schema["allOf"]}
    assert conditions == {"travel_places", "symptoms", "symptoms_since"}


def test_fields_are_found_by_name() -> None:
    assert field("symptoms") in HEALTH.fields
    with pytest.raises(KeyError):
        field("shoe_size")


@pytest.mark.parametrize(
    "fields",
    [
        (Field("a", YesNo()), Field("a", YesNo())),
        (Field("b", YesNo(), asked_if=Condition("a", (True,))), Field("a", YesNo())),
        (Field("a", FreeText(), group="other"),),
    ],
)
def test_contradictory_forms_are_refused(fields: tuple[Field, ...]) -> None:
    with pytest.raises(CatalogueError):
        validate_catalogue([Form("f", 1, "i", ("F",), fields)])


def test_two_forms_ask_under_one_name_only_for_the_same() -> None:
    shared = Field("a", YesNo())
    validate_catalogue([Form("f", 1, "i", ("F",), (shared,)), Form("g", 1, "j", ("G",), (shared,))])
    for other in (replace(shared, group="identity"), Field("a", BirthYear())):
        with pytest.raises(CatalogueError):
            validate_catalogue([Form("f", 1, "i", ("F",), (shared,)), Form("g", 1, "j", ("G",), (other,))])
    with pytest.raises(CatalogueError):
        validate_catalogue([Form("f", 1, "i", ("F",), (shared,), essential=("b",))])
    with pytest.raises(CatalogueError):
        validate_catalogue([Form("f", 1, "i", ("F",), (shared,)), Form("g", 1, "j", ("F",), ())])


def test_the_shipped_catalogue_is_sound() -> None:
    validate_catalogue()
