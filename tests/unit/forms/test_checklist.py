"""Reading a facility's report: digits, numbers of what fails, the code before them, a day that is not today."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.checklist import CHECKLIST, Reported, read_failed, read_report, read_whole, split_code
from backend.forms.model import Accepted, Context, Rejected

TODAY = date(2026, 11, 24)
CODE, OTHER = "10234569", "20234567"
OWN = {CODE: 15}
ALL = "1" * 15
BITS = "111011111011111"
PARTS = (("a", "b", "c", "d"), ("e", "f", "g"), ("h", "i"))


def context(parts=PARTS):
    return Context(TODAY, None, checklist=parts)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("0", []), ("dat ca", []), ("Đạt cả.", []), ("tất cả đều đạt", []), ("khong co", []), ("all met", []),
        ("4", [4]), ("4 11", [4, 11]), ("4, 11", [4, 11]), ("11;4", [4, 11]), ("4 va 11", [4, 11]),
        ("không đạt 4 và 11", [4, 11]), ("muc 4", [4]), ("thieu 2", [2]), ("10 11", [10, 11]), ("4*11", [4, 11]),
    ],
)  # fmt: skip
def test_the_numbers_of_what_is_not_met(text, failed):
    assert read_failed(text, range(1, 16)) == failed


@pytest.mark.parametrize("text", ["", "khong dat", "16", "4 4", "4 0", "dat 4", "abc", "-", "4a", "111", "٤"])
def test_what_names_nothing(text):
    assert read_failed(text, range(1, 16)) is None


@pytest.mark.parametrize("text", [BITS, "11101 11110 11111", "111-011-111-011-111", "1.1.1.0.1.1.1.1.1.0.1.1.1.1.1"])
def test_a_digit_for_every_criterion(text):
    assert read_whole(text, 15) == Accepted([4, 10])


@pytest.mark.parametrize(("text", "given"), [("1110", 4), (BITS + "1", 16), ("11 0 111", 6)])
def test_a_wrong_number_of_digits_says_how_many_are_needed(text, given):
    assert read_whole(text, 15) == Rejected("checklist_bits", {"count": 15, "given": given})


def test_anything_else_says_what_is_expected():
    assert read_whole("tot", 15) == Rejected("checklist", {"count": 15})


@given(st.text(alphabet="01", min_size=15, max_size=15))
def test_every_string_of_digits_reads_back(bits):
    expected = [number for number, bit in enumerate(bits, 1) if bit == "0"]
    assert read_whole(bits, 15) == Accepted(expected)
    assert read_report(f"{CODE} {bits}", OWN, TODAY) == Reported(CODE, bits)
    assert read_report(bits, OWN, TODAY) == Reported(None, bits)


@given(st.text(max_size=40))
def test_no_text_crashes_the_reader(text):
    read_whole(text, 15)
    read_report(text, OWN, TODAY)
    split_code(text)


@pytest.mark.parametrize(
    ("text", "code", "answers"),
    [
        (f"{CODE} {BITS}", CODE, BITS), (f"{CODE}{BITS}", CODE, BITS), (f"1023-4569 {BITS}", CODE, BITS),
        (f"10 23 45 69 {BITS}", CODE, BITS), (f"{CODE} 3 9", CODE, "3 9"), (f"{CODE} 0", CODE, "0"),
        (f"{CODE}: đạt cả", CODE, "dat ca"), (CODE, CODE, ""), ("3 9", None, "3 9"), ("", None, ""),
        ("11101 11110 11111", None, "11101 11110 11111"), ("1111 1111", None, "1111 1111"),
        (f"{OTHER} {BITS}", OTHER, BITS), ("10234560 0", "10234560", "0"), ("1023456 0", "1023456", "0"),
        ("111111111", None, "111111111"),
    ],
)  # fmt: skip
def test_what_follows_the_keyword(text, code, answers):
    assert read_report(text, OWN, TODAY) == Reported(code, answers)


def test_eight_digits_of_an_eight_criteria_list_are_answers():
    assert read_report("11110111", {CODE: 8}, TODAY) == Reported(None, "11110111")


@pytest.mark.parametrize(
    ("day", "other"),
    [
        ("hom qua", True), ("hôm kia", True), ("ngay mai", True), ("mai", True), ("23/11", True),
        ("ngày 23/11/2026", True),
        ("hom nay", False), ("hôm nay", False), ("24/11", False), ("today", False), ("yesterday", True),
    ],
)  # fmt: skip
def test_a_report_of_another_day_is_told_apart(day, other):
    assert read_report(f"{CODE} {BITS} {day}", OWN, TODAY) == Reported(CODE, BITS, other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{CODE} không ai đeo khẩu trang", (CODE, "không ai đeo khẩu trang")),
        (CODE, (CODE, "")),
        ("1023-4569: bẩn", (CODE, "bẩn")),
        ("12 người tụ tập", (None, "12 người tụ tập")),
        ("", (None, "")),
    ],
)
def test_a_code_and_the_words_after_it(text, found):
    assert split_code(text) == found


def test_a_part_offers_its_criteria_under_their_own_numbers():
    kind = CHECKLIST.fields[1].kind
    assert [one["send"] for one in kind.offered(context())] == ["5", "6", "7"]
    assert kind.parse("0", context()) == Accepted([])
    assert kind.parse("6", context()) == Accepted([6])
    assert kind.parse("4", context()) == Rejected("failed_items", {"first": 5, "last": 7})
    assert CHECKLIST.fields[9].kind.offered(context()) == []


def test_the_form_asks_as_many_parts_as_there_are():
    assert CHECKLIST.asked(PARTS) == ["checklist_1", "checklist_2", "checklist_3"]
    answers = CHECKLIST.answers([2, 5, 9], PARTS)
    assert answers == {"checklist_1": [2], "checklist_2": [5], "checklist_3": [9]}
    assert CHECKLIST.arguments(answers) == {"failed": [2, 5, 9]}
