"""Long incoming texts: any order, duplicates, references reused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import EventKind, InboundEvent, Malformed, Medium
from channels.text import concatenation_of, reassemble


def part(number, total, text, sender="84901234567", reference="7", recipient="8088"):
    return InboundEvent(
        "kannel",
        Medium.SMS,
        EventKind.TEXT,
        provider_id=f"{sender}-{reference}-{number}-{text}",
        sender=sender,
        text=text,
        recipient=recipient,
        concatenation=(reference, total, number),
    )


@given(st.permutations(range(1, 6)), st.data())
def test_any_order_and_duplicates_give_one_text(order, data):
    parts = [part(number, 5, f"đoạn {number} ") for number in order]
    extra = data.draw(st.sampled_from(parts[:-1]))
    again = [*parts[:-1], extra, *parts[-1:]]
    result = reassemble(again)
    assert [event.text for event in result.complete] == ["đoạn 1 đoạn 2 đoạn 3 đoạn 4 đoạn 5"]
    assert result.complete[0].provider_id == part(1, 5, "đoạn 1 ").provider_id
    assert result.complete[0].concatenation is None
    assert result.waiting == []


def test_one_person_never_gets_the_ending_of_another():
    result = reassemble([part(1, 2, "a", sender="84901234567"), part(2, 2, "b", sender="84907654321")])
    assert result.complete == []
    assert len(result.waiting) == 2


@pytest.mark.parametrize("other", [{"reference": "8"}, {"recipient": "8099"}])
def test_another_reference_or_receiver_is_another_text(other):
    assert reassemble([part(1, 2, "a"), part(2, 2, "b", **other)]).complete == []


def test_a_reference_used_again_starts_anew():
    result = reassemble([part(1, 2, "old"), part(1, 2, "new "), part(2, 2, "end")])
    assert [event.text for event in result.complete] == ["new end"]
    assert [event.text for event in result.waiting] == ["old"]
    twice = reassemble([part(1, 2, "a"), part(2, 2, "b"), part(1, 2, "c"), part(2, 2, "d")])
    assert [event.text for event in twice.complete] == ["ab", "cd"]


def test_spaces_at_the_cut_survive():
    assert reassemble([part(2, 2, "B 1 "), part(1, 2, " K ")]).complete[0].text == "K B 1"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("050003CC0201", ("204", 2, 1)),
        ("06080412340302", ("4660", 3, 2)),
        ("0B05040B8423F00003CC0202", ("204", 2, 2)),
        ("06050415811581", None),
    ],
)
def test_headers(header, expected):
    assert concatenation_of(bytes.fromhex(header)) == expected


@pytest.mark.parametrize("header", ["050003CC0200", "050003CC0203", "040002CC02", "050003CC00FF"])
def test_headers_that_do_not_add_up(header):
    with pytest.raises(Malformed, match="bad_header"):
        concatenation_of(bytes.fromhex(header))
