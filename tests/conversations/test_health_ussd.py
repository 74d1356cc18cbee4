"""The health declaration on USSD screens; the phone checks that each fits."""

from __future__ import annotations

import pytest

from backend.services.ports.bot import BotUnavailable
from tests.conversations.doing import declares

pytestmark = pytest.mark.timeout(600)


def test_first_time_from_the_menu(phone):
    phone.dials().reads("1 Khai y te").session_goes_on()
    phone.types("1").reads("ho va ten")


def test_a_declaration_ends_the_session_and_the_receipt_also_comes_by_sms(phone):
    declares(phone)
    phone.types("1").reads("Da nhan khai bao cua Tran Thi Binh").session_ends()
    (stored,) = phone.declarations
    assert (stored.reference, stored.channel) == (phone.reference, "ussd")
    phone.waits().reads(stored.reference, "luu loi khai")


def test_same_as_last_time_in_three_keys(known):
    known.dials().types("1").reads("1 Nhu lan truoc")
    known.types("1").reads("Da nhan").session_ends()
    assert len(known.declarations) == 2


def test_a_dialled_path_goes_straight_in(known):
    known.dials("1").reads("1 Nhu lan truoc").session_goes_on()


def test_redialling_goes_on_or_starts_again(phone):
    phone.dials("1").types("Tran Thi Binh").reads("Sinh nam")
    phone.hangs_up()
    phone.dials().reads("1 Khai tiep", "2 Khai lai")
    phone.types("1").reads("Sinh nam")
    phone.hangs_up()
    phone.dials().types("2").reads("ho va ten")


def test_hanging_up_sends_nothing(phone):
    phone.dials("1")
    phone.hangs_up()
    phone.waits().reads_nothing()


def test_a_step_that_arrives_twice_gets_the_same_screen(phone):
    phone.dials("1").types("Tran Thi Binh").reads("Sinh nam")
    shown = phone.heard
    phone.repeats("Tran Thi Binh")
    assert phone.heard == shown
    phone.types("1970").reads("nam hay nu")


def test_a_submitted_step_that_arrives_twice_declares_once(phone):
    declares(phone)
    phone.types("1").reads("Da nhan")
    shown = phone.heard
    phone.repeats("1")
    assert phone.heard == shown
    assert len(phone.declarations) == 1


def test_an_older_session_of_the_same_phone_is_over(phone):
    phone.dials("1", session="first").types("Tran Thi Binh")
    other = phone.network.phone(phone.number)
    other.dials(session="second").session_goes_on()
    phone.types("1970").reads("phien moi").session_ends()


def test_help_back_and_cancel_have_keys(phone):
    phone.dials("1").types("Tran Thi Binh").reads("Sinh nam")
    phone.types("97").reads("Sinh nam")
    phone.types("1970").reads("nam hay nu")
    phone.types("99").reads("Sinh nam")
    phone.types("96").reads("huy").session_ends()
    assert phone.declarations == []


def test_a_name_with_a_star_in_it(phone):
    phone.dials("1").types("Tran*Thi").session_goes_on()
    phone.repeats("Tran*Thi").session_goes_on()


@pytest.mark.parametrize("answer", ["", "END", "😷", "9" * 200, "a" * 900])
def test_strange_input_keeps_the_session(phone, answer):
    phone.dials("1").types("Tran Thi Binh").types(answer).reads("Sinh nam").session_goes_on()


def test_a_session_and_texts_are_one_conversation(phone):
    phone.dials("1").types("Tran Thi Binh").reads("Sinh nam")
    phone.hangs_up()
    phone.sends("1970").reads("nam hay nu")


def test_earlier_texts_are_taken_before_the_session(known):
    known.submits("EN")
    known.dials().reads("1 Health" if "1 Health" in known.heard[0] else "Health")


def test_a_bot_that_is_away_is_said_politely(network, monkeypatch):
    def away(requests, _):
        return [BotUnavailable()] * len(requests)

    phone = network.phone()
    monkeypatch.setattr(network.parts.bot, "turns", away)
    phone.dials().reads("19009095").session_ends()


def test_at_the_deadline_the_rest_comes_by_sms(known, monkeypatch):
    network = known.network
    turns = network.parts.bot.turns

    def slow(requests, timeout=None):
        network.clock.forward(seconds=timeout or 0)
        return [BotUnavailable()] * len(requests)

    monkeypatch.setattr(network.parts.bot, "turns", slow)
    known.dials("1").reads("nhan tin").session_ends()
    monkeypatch.setattr(network.parts.bot, "turns", turns)
    known.waits(minutes=1).reads("Khai cho Nguyen Van An")


def test_a_long_text_is_paged(known, monkeypatch):
    monkeypatch.setattr("backend.services.render.fits_screen", lambda text: False)
    monkeypatch.setattr("backend.services.render.screens", _small_screens)
    known.dials("1").reads("98").session_goes_on()
    first = known.heard[0]
    known.types("98").reads("99")
    assert known.heard[0] != first
    known.types("99")
    assert known.heard[0] == first


def _small_screens(text, more, back):
    """As channels.text.screens would with half the room."""
    half = len(text) // 2
    return [f"{text[:half]}\n{more}", f"{text[half:]}\n{back}"]
