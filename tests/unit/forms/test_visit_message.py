"""Messages about visits: codes, companions, visitors' numbers and times gone by."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms import venue_code
from backend.forms.moments import find_moment, read_moment
from backend.forms.visit_message import VisitMessage, is_code, is_company, is_visit, read_visit

NOW = datetime.fromisoformat("2026-11-22T10:30")  # a Sunday; the kernel has no zones
codes = st.integers(venue_code.FIRST, venue_code.LAST).map(venue_code.make)


def at(text):
    return read_moment(text, NOW)


def _in_november(day, hour, minute):
    return NOW.replace(day=day, hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("8h", (22, 8, 0)), ("8h30", (22, 8, 30)), ("08:30", (22, 8, 30)), ("8 gio 5 phut", (22, 8, 5)),
        ("8g05", (22, 8, 5)), ("hom qua 8h", (21, 8, 0)), ("8h hom qua", (21, 8, 0)), ("hôm qua lúc 8h", (21, 8, 0)),
        ("sang nay", (22, 8, 0)), ("8 gio ruoi", (22, 8, 30)), ("8h sang 20/11", (20, 8, 0)),
        ("chieu qua", (21, 15, 0)), ("toi qua", (21, 19, 0)), ("7h toi hom qua", (21, 19, 0)),
        ("chieu hom kia 3h", (20, 15, 0)), ("hom qua", (21, 12, 0)), ("12/11 8h", (12, 8, 0)),
        ("2 ngay truoc 9h", (20, 9, 0)), ("12h trua hom qua", (21, 12, 0)), ("10h toi hom kia", (20, 22, 0)),
        ("8am", (22, 8, 0)), ("yesterday 8am", (21, 8, 0)), ("8:30 pm yesterday", (21, 20, 30)),
        ("yesterday at 3 pm", (21, 15, 0)), ("12am 20/11", (20, 0, 0)), ("12pm yesterday", (21, 12, 0)),
        ("25h", None), ("8h77", None), ("abc", None), ("", None), ("12", None), ("chieu nay", (22, 10, 30)),
        ("hoi sang", (22, 8, 0)), ("hoi sang qua", (21, 8, 0)), ("mung 1 tet", None), ("ram thang 10", None),
    ],
)  # fmt: skip
def test_moments(text, moment):
    assert at(text) == (_in_november(*moment) if moment else None)


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 27))
def test_every_day_and_minute_comes_back(hour, minute, back):
    wanted = NOW.replace(hour=hour, minute=minute) - timedelta(days=back)
    assert at(f"{wanted:%d/%m/%Y} {wanted:%Hh%M}") == wanted
    assert at(f"{wanted:%H:%M} {wanted:%d/%m/%Y}") == wanted


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text):
    found = read_visit(text, NOW)
    assert found.code is None or len(found.code) == venue_code.LENGTH
    assert find_moment(text, NOW) is None or isinstance(find_moment(text, NOW), datetime)


@given(
    codes, st.sampled_from(["", "-", " ", "."]), st.integers(1, 99), st.sampled_from(["hom qua 8h", "sang nay", "8h30"])
)
def test_everything_at_once(code, between, companions, when):
    text = f"{code[:4]}{between}{code[4:]} +{companions} {when}"
    assert read_visit(text, NOW) == VisitMessage(code, None, companions, None, read_moment(when, NOW))


@given(codes, st.integers(0, 99), st.sampled_from(["", "hom qua 8h", "sang nay", "🙂", " ."]))
def test_a_visit_without_its_keyword(code, companions, when):
    assert is_visit(f"{code} +{companions} {when}", NOW)
    assert is_visit(f"{code} {when}", NOW)


@pytest.mark.parametrize(
    "text", ["10234569 di ve", "10234569 2", "10234569 0912345678", "0912345678", "8h", "", "x 10234569"]
)
def test_what_is_no_visit_without_a_keyword(text):
    assert not is_visit(text, NOW)


@pytest.mark.parametrize(
    ("text", "is_it"), [("+2", True), ("+ 3 nguoi", True), ("+", False), ("2", False), ("+200", False)]
)
def test_company_alone(text, is_it):
    assert is_company(text) is is_it


@given(codes)
def test_a_bare_code(code):
    assert all(is_code(one) for one in (code, f"{code[:4]} {code[4:]}"))
    assert not any(is_code(one) for one in (code[:-1], code + "1"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10234569 0912 345 678", VisitMessage("10234569", phone="84912345678")),
        ("10234569 +84912345678", VisitMessage("10234569", phone="84912345678")),
        ("1023456", VisitMessage(almost="1023456")),
        ("102345699", VisitMessage(almost="102345699")),
        ("10234569 2", VisitMessage("10234569", unread="2")),
        ("10234569 Cho Ben Thanh", VisitMessage("10234569", unread="cho ben thanh")),
        ("", VisitMessage()),
    ],
)
def test_after_a_keyword(text, found):
    assert read_visit(text, NOW) == found


@pytest.mark.parametrize(
    ("text", "code", "companions", "hour"),
    [
        ("toi vua den 10234569 cung 2 nguoi", "10234569", 2, None),
        ("hôm qua 8h tôi có ghé 1023-4569 với hai người bạn", "10234569", 2, 8),
        ("toi di qua 10234569", "10234569", 0, None),
        ("i was at 10234569 yesterday at 8:30 with 2 friends", "10234569", 2, 8),
        ("toi den cho ben thanh", None, 0, None),
    ],
)
def test_sentences(text, code, companions, hour):
    found = read_visit(text, NOW, sentence=True)
    assert (found.code, found.companions, found.at and found.at.hour) == (code, companions, hour)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("hom qua 8h-10h", (21, 8, 0), (21, 10, 0)), ("hom qua tu 8h den 10h", (21, 8, 0), (21, 10, 0)),
        ("8h toi 10h ruoi hom qua", (21, 8, 0), (21, 10, 30)), ("8-10h hom qua", (21, 8, 0), (21, 10, 0)),
        ("8h30-9h15 sang nay", (22, 8, 30), (22, 9, 15)), ("toi qua 7h-9h", (21, 19, 0), (21, 21, 0)),
        ("7h toi hom qua", (21, 19, 0), None), ("tu 2h den 4h chieu hom qua", (21, 14, 0), (21, 16, 0)),
        ("2h-4h chieu qua", (21, 14, 0), (21, 16, 0)), ("9h sang den 2h chieu hom qua", (21, 9, 0), (21, 14, 0)),
        ("hom qua 8h den 1h", (21, 8, 0), (21, 13, 0)), ("toi qua 10h den 1h", (21, 22, 0), (22, 1, 0)),
        ("8 gio den 9 gio kem 15 hom qua", (21, 8, 0), (21, 8, 45)), ("20/11 8h-10h", (20, 8, 0), (20, 10, 0)),
        ("8h-10h 20/11", (20, 8, 0), (20, 10, 0)), ("14:00-15:30 hom qua", (21, 14, 0), (21, 15, 30)),
        ("den luc 8h ve luc 10h hom qua", (21, 8, 0), (21, 10, 0)), ("8h den khoang 10h hom qua", (21, 8, 0),
        (21, 10, 0)),
        ("8h→10h hom qua", (21, 8, 0), (21, 10, 0)), ("from 8am to 10am yesterday", (21, 8, 0), (21, 10, 0)),
    ],
)  # fmt: skip
def test_a_visit_with_both_hours(text, start, end):
    for message, sentence in ((f"10234567 {text}", False), (f"toi o cho 10234567 {text}", True)):
        found = read_visit(message, NOW, sentence)
        assert (found.at, found.until) == (_in_november(*start), _in_november(*end) if end else None)
        assert (found.code, found.unread) == ("10234567", "")


def test_an_end_that_cannot_be_is_said():
    assert read_visit("10234567 hom qua 15h-14h", NOW).unread == "15h 14h"


@pytest.mark.parametrize(
    ("text", "moment"),
    [("8h kem 15 hom qua", (21, 7, 45)), ("9h kém 10", (22, 8, 50)), ("9h 20/11", (20, 9, 0)),
    ("1h dem qua", (22, 1, 0)),
     ("12h dem qua", (22, 0, 0)), ("11h dem qua", (21, 23, 0)), ("sang thu 6", (20, 8, 0))],
)  # fmt: skip
def test_hours_as_people_say_them(text, moment):
    assert at(text) == _in_november(*moment)


def test_two_more_without_a_word_for_people():
    assert read_visit("10234567 them 2", NOW).companions == 2


def test_a_day_that_is_not_understood_is_not_today():
    assert read_visit("10234567 ngay mai 8h", NOW).at == _in_november(23, 8, 0)
    assert read_visit("10234567 hum qua 8h", NOW).at == _in_november(21, 8, 0)
    found = read_visit("10234567 hom bua 8h", NOW)
    assert (found.at, found.unread) == (None, "hom bua 8h")
    assert read_visit("10234567 hom qua 10h-9h", NOW).unread == "10h 9h"
