"""The whole way over SMPP: a third-party SMSC, Kannel bound to it, our web, worker and bot; and all an SMSC gets wrong.

Run by test_kannel.py in a network namespace with only loopback.
"""

from __future__ import annotations

import itertools
import sqlite3
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from channels.text import segments
from tests.e2e.house import House
from tests.e2e.kannel.gateway import Gateway
from tests.e2e.kannel.inside_house import ONE_MESSAGE, REFERENCE, SETTINGS
from tests.e2e.kannel.smsc import NO_LINK, NO_RESPONSE, TAKEN, Smsc
from tests.servers import wait_until

NORMAL = {"dlr": 1, "delay": 0, "tps": 0, "ids": "hex", "early": 0, "refuse": 0, "mute": 0, "twice": 0, "broken": 0}
LATIN1, UCS2 = 3, 8
_numbers = itertools.count(84901230001)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = House(tmp_path_factory.mktemp("house"), {**SETTINGS, "KHAIBAO_SWEEP_INTERVAL": "1"})
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    running = Smsc(tmp_path_factory.mktemp("smsc"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(house, operator, tmp_path_factory):
    running = Gateway(tmp_path_factory.mktemp("kannel"), house.url, "smpp.conf")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def smsc(gateway, operator):
    """The SMSC, bound to and behaving."""
    operator.set(**NORMAL)
    operator.wait_for_link()
    yield operator
    operator.set(**NORMAL)


@pytest.fixture
def number():
    return str(next(_numbers))


def ask(house: House, statement: str) -> list[tuple]:
    """Rows of the house's database; only open columns are asked for."""
    with closing(sqlite3.connect(f"file:{house.home / 'house.db'}?mode=ro", uri=True)) as database:
        return database.execute(statement).fetchall()


def newest(house: House) -> int:
    return ask(house, "SELECT coalesce(max(id), 0) FROM outbox")[0][0]


def states(house: House, after: int) -> list[str]:
    """States of outgoing messages that were made after a row, oldest first."""
    return [state for (state,) in ask(house, f"SELECT state FROM outbox WHERE id > {after} ORDER BY id")]


def delivered(house: House, after: int, count: int = 1) -> bool:
    return states(house, after) == ["delivered"] * count


def test_a_text_is_answered_and_the_receipt_reaches_the_outbox(smsc, house, number):
    before = newest(house)
    assert smsc.text(number, ONE_MESSAGE) == TAKEN
    reply = smsc.wait_for(number)
    assert REFERENCE.search(reply), reply
    wait_until(lambda: delivered(house, before), seconds=30, what="a receipt")
    assert len(smsc.inbox(number)) == 1


def test_ucs2_both_ways(smsc, house, number):
    assert smsc.text(number, "TIN CO DAU") == TAKEN
    smsc.wait_for(number)
    assert smsc.octets(number, "KB Trần Thị Bình; 1958; nữ; Bến Nghé, TP HCM; 00000".encode("utf-16-be"), UCS2) == TAKEN
    assert "Đã nhận khai báo của Trần Thị Bình" in smsc.wait_for(number, 2)
    assert {each["dc"] for each in smsc.segments(number)[1:]} == {UCS2}
    [declaration] = [each for each in house.declarations() if each["phone"] == number]
    assert declaration["subject"]["full_name"] == "Trần Thị Bình"


def test_a_long_text_of_ours_goes_in_as_many_parts_as_we_count(smsc, house, number):
    before = newest(house)
    smsc.text(number, ONE_MESSAGE)
    reply = smsc.wait_for(number)
    assert segments(reply).number == len(smsc.segments(number)) > 1
    wait_until(lambda: delivered(house, before), seconds=30, what="a receipt")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2, 2)])
def test_a_long_text_to_us_in_parts(smsc, house, number, order):
    text = ONE_MESSAGE.replace("Nguyen Thi Hoa", "Cong Tang Ton Nu Thi Kieu My Duyen")
    pieces = [text[:30], text[30:60], text[60:]]
    for part in order:
        assert smsc.octets(number, pieces[part - 1].encode(), LATIN1, bytes((5, 0, 3, 9, 3, part))) == TAKEN
    assert "Cong Tang Ton Nu Thi Kieu My Duyen" in smsc.wait_for(number)
    assert len(smsc.inbox(number)) == 1


def test_parts_of_two_senders_under_one_reference_are_kept_apart(smsc, number):
    other = str(next(_numbers))
    texts = {number: ("KB Nguyen Thi Hoa; 1958; nu; ", "Ben Nghe, TP HCM; 00000"),
             other: ("KB Le Van Nam; 1960; nam; ", "Hai Chau, Da Nang; 00000")}  # fmt: skip
    for part in (1, 2):
        for sender, pieces in texts.items():
            smsc.octets(sender, pieces[part - 1].encode(), LATIN1, bytes((5, 0, 3, 77, 2, part)))
    assert "Nguyen Thi Hoa" in smsc.wait_for(number)
    assert "Le Van Nam" in smsc.wait_for(other)


def test_a_dropped_link_is_made_again_and_nothing_is_lost(smsc, house):
    """Texts come in while the link breaks again and again; the SMSC repeats what was not acknowledged."""
    senders = [str(next(_numbers)) for _ in range(30)]

    def insist(sender: str) -> None:
        while smsc.text(sender, "KB") in (NO_LINK, NO_RESPONSE):
            smsc.wait_for_link()

    with ThreadPoolExecutor(10) as pool:
        sending = [pool.submit(insist, sender) for sender in senders]
        for _ in range(3):
            smsc.drop()
            smsc.wait_for_link()
        for each in sending:
            each.result()
    for sender in senders:
        assert "ho va ten" in smsc.wait_for(sender)


def test_a_polite_unbind_is_no_farewell(smsc, number):
    smsc.unbind()
    wait_until(lambda: not smsc.state["links"], seconds=30, what="the unbind")
    smsc.wait_for_link()
    assert smsc.text(number, "KB") == TAKEN
    smsc.wait_for(number)


def test_a_refused_bind_is_tried_until_it_is_taken(smsc, number):
    smsc.set(refuse=1)
    smsc.drop()
    wait_until(lambda: smsc.state["refused"] >= 2, seconds=60, what="two refused binds")
    smsc.set(refuse=0)
    smsc.wait_for_link(60)
    assert smsc.text(number, "KB") == TAKEN
    smsc.wait_for(number)


def test_a_half_open_link_is_noticed_and_what_was_in_its_window_goes_again(smsc, house, number):
    before, binds = newest(house), smsc.state["binds"]
    smsc.set(mute=1)
    smsc.text(number, ONE_MESSAGE)
    wait_until(lambda: states(house, before) == ["sent"], seconds=30, what="the reply in Kannel's hands")
    wait_until(lambda: smsc.state["binds"] > binds, seconds=60, what="another bind")
    smsc.set(mute=0)
    smsc.wait_for(number, seconds=90)
    wait_until(lambda: delivered(house, before), seconds=30, what="a receipt")


def test_throttling_slows_and_loses_nothing(smsc, house):
    smsc.set(tps=3)
    before, senders = newest(house), [str(next(_numbers)) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(lambda sender: smsc.text(sender, "KB"), senders)) == {TAKEN}
    for sender in senders:
        smsc.wait_for(sender, seconds=120)
    assert smsc.state["throttled"] > 0
    wait_until(lambda: delivered(house, before, len(senders)), seconds=30, what="all receipts")
    assert [len(smsc.inbox(sender)) for sender in senders] == [1] * len(senders)


def test_sequence_numbers_that_begin_anew_confuse_nobody(smsc, house):
    """0x7FFFFFFF is the last one, 1 follows (SMPP 3.4, 3.2): texts around it and their answers stay apart."""
    smsc.count_from(0x7FFFFFFD)
    senders = [str(next(_numbers)) for _ in range(6)]
    assert [smsc.text(sender, "KB") for sender in senders] == [TAKEN] * 6
    for sender in senders:
        assert "ho va ten" in smsc.wait_for(sender)
        assert len(smsc.inbox(sender)) == 1


def test_a_late_response_is_waited_for(smsc, house, number):
    before = newest(house)
    smsc.set(delay=2500)
    smsc.text(number, "KB")
    smsc.wait_for(number)
    wait_until(lambda: delivered(house, before), seconds=30, what="a receipt")
    assert len(smsc.inbox(number)) == 1


@pytest.mark.parametrize(
    "how",
    [{"ids": "decimal"}, {"ids": "constant"}, {"twice": 1}, {"broken": 1}, {"broken": 2}, {"early": 1}],
    ids=lambda how: "-".join(f"{name}-{value}" for name, value in how.items()),
)
def test_strange_ids_and_receipts_confuse_nobody(smsc, house, how):
    """A message whose receipt cannot be matched stays `sent`: it was taken, and is never sent again for that."""
    before, senders = newest(house), [str(next(_numbers)) for _ in range(3)]
    smsc.set(**how)
    for sender in senders:
        assert smsc.text(sender, "KB") == TAKEN
        smsc.wait_for(sender)
    seen = "sent" if how in ({"broken": 2}, {"early": 1}) else "delivered"
    wait_until(lambda: set(states(house, before)) == {seen} and len(states(house, before)) == 3, seconds=30,
               what=f"three times {seen}")  # fmt: skip
    assert [len(smsc.inbox(sender)) for sender in senders] == [1, 1, 1]


def test_an_element_nobody_knows_in_a_text(smsc, number):
    assert smsc.text(number, "KB", tlv=1) == TAKEN
    smsc.wait_for(number)


def test_texts_glued_together_and_cut_apart_on_the_line(smsc, number):
    other = str(next(_numbers))
    smsc.glued(number, "KB", "Tran Van Binh")
    smsc.cut(other, "KB")
    wait_until(lambda: len(smsc.inbox(number)) == 2, seconds=60, what="two answers")
    assert "ho va ten" in smsc.inbox(number)[0]
    smsc.wait_for(other)


def test_a_kannel_killed_in_mid_work_loses_nothing(smsc, house, gateway):
    """What bearerbox has taken is on its disk; what it has not is ours to repeat."""
    before, senders = newest(house), [str(next(_numbers)) for _ in range(10)]
    smsc.set(tps=2)
    for sender in senders:
        assert smsc.text(sender, "KB") == TAKEN
    wait_until(lambda: len(states(house, before)) == len(senders), seconds=60, what="all replies")
    wait_until(lambda: set(states(house, before)) <= {"sent", "delivered"}, seconds=60, what="Kannel to have them")
    gateway.kill_bearerbox()
    gateway.stop_smsbox()
    smsc.set(tps=0)
    gateway.start()
    for sender in senders:
        smsc.wait_for(sender, seconds=90)


def test_the_house_answers_when_all_is_over(smsc, house, number):
    with urllib.request.urlopen(f"{house.url}/readyz", timeout=10) as answer:
        assert answer.status == 200
    smsc.text(number, "KB")
    smsc.wait_for(number)
