"""A declaration in one message."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.forms.health import HEALTH
from backend.forms.model import Context, Rejected
from backend.forms.one_message import OneMessage, read

FIVE = ("travelled", "has_symptoms", "contact_case", "contact_area", "contact_symptomatic")
NO = dict.fromkeys(FIVE, False)
WHOLE = {
    "full_name": "Nguyen Van A", "birth_year": 1958, "gender": "male",
    "address": {"province": "79", "commune": "26740", "text": "Ben Nghe, TP HCM"}, **NO,
}  # fmt: skip
PARTS = ["Nguyen Van A", "1958", "nam", "Ben Nghe, TP HCM", "00000"]


def of(text: str, context: Context) -> OneMessage:
    return read(HEALTH, text, context)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(PARTS), separator=st.sampled_from(["; ", ";", "#", "\n", ", ", ". ", " / "]))
def test_any_order_and_separator_gives_the_same(order: list[str], separator: str, context: Context) -> None:
    said = of("KB " + separator.join(order), context)
    assert said == OneMessage(WHOLE), (said, order)


@pytest.mark.parametrize(
    "text",
    [
        "KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 00000", "KB.Nguyen Van A;1958;nam;Ben Nghe, TP HCM;00000",
        "kb#NGUYEN VAN A#sn 58#NAM#Ben Nghe, TP HCM#0 0 0 0 0", "KB Nguyen Van A,1/5/1958,nam,Ben Nghe, TP HCM,khong",
        "KB Nguyen Van A - 1958 - nam - Ben Nghe, TP HCM - 0 0 0 0 0",
        "KB Nguyen Van A;1958;nam;Ben Nghe, TP HCM;0;0;0;0;0",
        "KB ho ten: Nguyen Van A; nam sinh: 1958; gioi tinh: nam; dia chi: Ben Nghe, TP HCM; 00000",
        "Nguyen Van A;58;1;Ben Nghe, TP HCM;ko", "KHAI BAO\nNguyen Van A\n1958\nnam\nBen Nghe, TP HCM\n0.0.0.0.0",
    ],
)  # fmt: skip
def test_spellings_of_one_declaration(text: str, context: Context) -> None:
    assert of(text, context) == OneMessage(WHOLE)


@pytest.mark.parametrize(
    "text", ["KB 00000", "KB khong", "KB 0 0 0 0 0", "kb.00000", "KB00000", "KB Không.", "KB\n00000"]
)
def test_all_no(text: str, context: Context) -> None:
    assert of(text, context) == OneMessage(NO)


def test_names_with_the_letters_of_separators_stay_whole(context: Context) -> None:
    said = of("KB Nguyễn Thị Bé; 1/5/1958; nữ; P.Bến Nghé, Q.1, TP. HCM; 00000", context)
    assert said.values["address"]["commune"] == "26740"
    assert (said.values["full_name"], said.values["birth_year"], said.unread) == ("Nguyễn Thị Bé", 1958, [])


def test_symptoms_told_answer_their_question(context: Context) -> None:
    said = of("KB.Nguyen Van A;1960;sot,ho;2 ngay nay", context)
    assert said.values["symptoms"] == ["fever", "cough"]
    assert said.values["has_symptoms"] is True
    assert said.values["symptoms_since"] == "2026-11-20"


def test_spaces_alone_separate_where_every_part_is_unmistakable(context: Context) -> None:
    said = of("KB Nguyen Van A nam 1958 Ben Nghe TP HCM 00000", context)
    assert said.values == {**WHOLE, "address": {**WHOLE["address"], "text": "Ben Nghe TP HCM"}}
    said = of("KB toi bi sot 2 ngay nay", context)
    assert said.values == {"has_symptoms": True, "symptoms": ["fever"], "symptoms_since": "2026-11-20"}


def test_fields_run_together_do_not_become_an_address(context: Context) -> None:
    said = of("KB Nguyen Van A 1958, nam, Ba Dinh Ha Noi, 00000", context)
    assert (said.values["full_name"], said.values["birth_year"]) == ("Nguyen Van A", 1958)
    assert said.values["address"]["text"] == "Ba Dinh Ha Noi"


def test_a_yes_makes_room_for_what_it_asks(context: Context) -> None:
    said = of("KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 11000; Ha Noi, Lao; 1 2; 10/11", context)
    assert [one["country"] for one in said.values["travel_places"]] == ["VN", "LA"]
    assert said.values["symptoms"] == ["fever", "cough"]
    assert said.values["symptoms_since"] == "2026-11-10"


def test_nothing_is_taken_for_the_identity_of_a_known_person(context: Context) -> None:
    said = read(HEALTH, "KB 01000; 1 2; 3", context, known_identity=True)
    assert said.values == {**NO, "has_symptoms": True, "symptoms": ["fever", "cough"], "symptoms_since": "2026-11-19"}


def test_what_is_told_and_denied_is_asked_again(context: Context) -> None:
    said = of("KB 00000; sot", context)
    assert said.rejected == {"has_symptoms": Rejected("contradiction")}
    assert not {"has_symptoms", "symptoms"} & said.values.keys()


def test_what_the_message_takes_back_is_not_told(context: Context) -> None:
    assert "symptoms" not in of("KB hom qua co sot, nay het", context).values
    assert of("KB hom qua co sot, nay het, con ho", context).values["symptoms"] == ["cough"]
    assert of("KB Nguyen Van A; 1958; nam; sot, khong ho", context).values["symptoms"] == ["fever"]


def test_a_denied_symptom_answers_no_other_question(context: Context) -> None:
    said = of("KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; ko ho ko sot", context).values
    assert said["has_symptoms"] is False
    assert not {"travelled", "contact_case", "contact_area", "contact_symptomatic"} & said.keys()
    assert of("KB Nguyen Van A 1958 nam Ben Nghe TP HCM khong", context).values["contact_case"] is False


def test_a_sentence_of_symptoms_is_no_name(context: Context) -> None:
    said = of("kb toi bi sot tu hom kia, ho nhe", context).values
    assert said == {"has_symptoms": True, "symptoms": ["fever", "cough"]}
    assert of("KB me toi le thi hai sinh 1950", context).values == {"full_name": "Le Thi Hai", "birth_year": 1950}


def test_a_wrong_field_is_named_and_the_rest_kept(context: Context) -> None:
    said = of("KB Nguyen Van A; 1830; nam; xyz; 00000", context)
    assert {name: one.code for name, one in said.rejected.items()} == {
        "birth_year": "birth_year_old", "address": "address_unknown",
    }  # fmt: skip
    assert said.values == {"full_name": "Nguyen Van A", "gender": "male", **NO}


@pytest.mark.parametrize("text", ["KB toi o nha may hom nay", "KB 0000000", "KB 1", "KB ko co gi het", "KB ;;#,"])
def test_a_sentence_is_left_to_understanding(text: str, context: Context) -> None:
    said = of(text, context)
    assert not said


def test_a_short_answer_string_fills_what_it_has(context: Context) -> None:
    assert of("KB 010", context).values == {"travelled": False, "has_symptoms": True, "contact_case": False}


@given(text=st.text(alphabet="KB0158 ;#,./\nnamsotho-'Ầ\u0301", max_size=600))
def test_any_text_is_read_or_left(text: str, context: Context) -> None:
    said: Any = of(text, context)
    assert said.values.keys() <= {one.name for one in HEALTH.fields}
    assert not said.values.keys() & said.rejected.keys()
