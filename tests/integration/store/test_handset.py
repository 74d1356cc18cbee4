"""What a test phone is shown, from the outbox of a real database."""

import pytest

from backend.i18n import load
from backend.i18n_keys import ROOT
from backend.services.handset import NEWEST, Handset, UnknownNumber
from backend.services.ports.outbox import OutboxState, Outcome
from backend.services.render import Renderer
from tests.integration.store.support import NOW, OTHER_PHONE, PHONE, claim_out, conversation, hand_to_provider, send

ALWAYS = {"hotline": "1900 9095", "short_code": "8099", "ussd_code": "*098#"}


@pytest.fixture
def handset(units):
    texts = load(ROOT / "locales", always=ALWAYS, strict=True)
    return Handset(units, Renderer(texts))


def deliver(units):
    """Hand everything that is due to the channel."""
    for row in claim_out(units):
        hand_to_provider(units, row)
        with units() as unit:
            unit.outbox.record([Outcome(row, OutboxState.SENT)], "s1", NOW)
            unit.commit()


def test_a_phone_shows_what_was_sent_to_it_and_nothing_else(units, handset):
    mine, other = conversation(units), conversation(units, OTHER_PHONE)
    first = send(units, mine, "greeting_short", channel="simulator")
    send(units, other, "cancelled", channel="simulator")
    send(units, mine, "cancelled", channel="kannel")
    send(units, mine, "cancelled", channel="simulator", state=OutboxState.ANSWERED, text="END")
    assert handset.messages(f"+{PHONE}", 0) == []
    deliver(units)
    (message,) = handset.messages(f"+{PHONE}", 0)
    assert (message.id, message.text, message.segments) == (first.id, "Kinh chao ong/ba.", 1)


def test_a_phone_asks_only_for_what_is_new(units, handset):
    mine = conversation(units, accents=True)
    first, second = (send(units, mine, key, channel="simulator") for key in ("greeting_short", "at_first_question"))
    deliver(units)
    deliver(units)
    assert [message.id for message in handset.messages("0901 234 567", 0)] == [first.id, second.id]
    (newer,) = handset.messages("0901 234 567", first.id)
    assert newer.text == "Đây là câu đầu tiên."


def test_an_old_phone_gets_the_newest_messages_only(units, handset):
    mine = conversation(units)
    rows = [send(units, mine, "greeting_short", channel="simulator") for _ in range(NEWEST + 2)]
    for _ in rows:
        deliver(units)
    assert [message.id for message in handset.messages(f"+{PHONE}", 0)] == [row.id for row in rows[2:]]


def test_a_number_no_phone_has(handset):
    with pytest.raises(UnknownNumber):
        handset.messages("abc", 0)
