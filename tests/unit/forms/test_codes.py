"""Check digits, venue codes and reference codes."""

import pytest
import stdnum.damm
from hypothesis import given
from hypothesis import strategies as st

from backend.forms import reference, venue_code
from backend.forms.damm import check_digit, checks

DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=20)
VENUES = st.integers(venue_code.FIRST, venue_code.LAST).map(venue_code.make)
REFERENCES = st.binary(min_size=reference.RANDOM_BYTES, max_size=16).map(reference.make)


@given(DIGITS)
def test_check_digits_equal_those_of_an_independent_implementation(digits: str) -> None:
    assert check_digit(digits) == stdnum.damm.calc_check_digit(digits)
    assert checks(digits) == stdnum.damm.is_valid(digits)


@given(code=VENUES | REFERENCES, at=st.integers(0, 7), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_never_valid(code: str, at: int, digit: str) -> None:
    wrong = code[:at] + digit + code[at + 1 :]
    assert checks(wrong) == (wrong == code)


@given(code=VENUES | REFERENCES, at=st.integers(0, 6))
def test_two_swapped_neighbours_are_never_valid(code: str, at: int) -> None:
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert checks(swapped) == (swapped == code)


@given(VENUES, st.integers(0, 7), st.sampled_from("0123456789"))
def test_the_code_meant_is_among_the_near_ones(code: str, at: int, digit: str) -> None:
    slip = code[:at] + digit + code[at + 1 :]
    assert slip == code or code in venue_code.near(slip)
    assert all(venue_code.valid(one) for one in venue_code.near(slip))


@given(VENUES)
def test_venue_codes_are_read_with_separators(code: str) -> None:
    assert venue_code.valid(code)
    assert venue_code.normalise(f" {code[:4]}-{code[4:6]} {code[6:]}") == code


@given(REFERENCES)
def test_references_are_valid_as_shown(code: str) -> None:
    assert reference.valid(code)
    assert reference.normalise(reference.grouped(code)) == code


@pytest.mark.parametrize("text", ["", "1234567", "01234567", "١٢٣٤٥٦٧٨", "1234567x", "123456789012"])
def test_what_is_no_code(text: str) -> None:
    assert not venue_code.valid(text)
    assert not reference.valid(text)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="venue number"):
        venue_code.make(venue_code.LAST + 1)
    with pytest.raises(ValueError, match="random bytes"):
        reference.make(b"1234567")
    assert venue_code.near("123") == []
