"""What the public sees of a facility, and the roll-up from communes to provinces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.checklists import Colour
from backend.domain.facilities import Standing, roll_up, shown

GREEN, YELLOW, RED, GREY = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.GREY


@pytest.mark.parametrize(
    ("reported", "feedback", "colour"),
    [
        (None, 0, GREY), (GREEN, 0, GREEN), (YELLOW, 0, YELLOW), (RED, 0, RED),
        (None, 1, YELLOW), (GREEN, 1, YELLOW), (YELLOW, 2, YELLOW), (RED, 1, RED),
    ],
)  # fmt: skip
def test_the_colour_shown(reported, feedback, colour):
    assert shown(reported, feedback) is colour


def standing(kind="school", province="79", commune="26734", reported=GREEN, feedback=0):
    return Standing("10234569", "Kim Đồng", kind, province, commune, reported, None, feedback)


def test_communes_roll_up_to_provinces_and_kinds():
    rolled = roll_up(
        [
            standing(),
            standing(reported=None),
            standing(commune="26740", reported=RED),
            standing("clinic", commune="26740", feedback=1),
            standing(province="01", commune="00004"),
            standing(province=None, commune=None),
        ]
    )
    assert rolled["facilities"] == 6
    assert rolled["colours"] == {"green": 3, "yellow": 1, "red": 1, "grey": 1}
    assert rolled["kinds"]["clinic"] == {"green": 0, "yellow": 1, "red": 0, "grey": 0}
    assert list(rolled["provinces"]) == ["01", "79"]
    here = rolled["provinces"]["79"]
    assert here["colours"] == {"green": 1, "yellow": 1, "red": 1, "grey": 1}
    assert here["kinds"]["school"] == {"green": 1, "yellow": 0, "red": 1, "grey": 1}
    assert here["communes"]["26740"]["colours"] == {"green": 0, "yellow": 1, "red": 1, "grey": 0}


STANDINGS = st.builds(
    standing,
    st.sampled_from(["school", "clinic"]),
    st.sampled_from(["01", "79"]),
    st.sampled_from(["00004", "26734"]),
    st.sampled_from([None, GREEN, YELLOW, RED]),
    st.integers(0, 2),
)


@given(st.lists(STANDINGS))
def test_every_facility_is_counted_once_at_every_level(found):
    rolled = roll_up(found)
    provinces = rolled["provinces"].values()
    communes = [commune for each in provinces for commune in each["communes"].values()]
    for counts in ([rolled], list(provinces), communes):
        assert sum(each["facilities"] for each in counts) == len(found)
        for colour in Colour:
            expected = sum(each.colour is colour for each in found)
            assert sum(each["colours"][colour] for each in counts) == expected
            assert sum(kind[colour] for each in counts for kind in each["kinds"].values()) == expected
