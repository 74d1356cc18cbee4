"""GSUP, IPA and the components in them: written and read again, and read from what others write."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import Answer, EventKind, Malformed, Request
from channels.gsup import component, ipa, message
from channels.gsup.component import ASK, DIAL, Kind
from channels.gsup.ipa import CCM, EXT_GSUP, OSMO, Frames, frame
from channels.gsup.line import SESSIONS_MOST, GsupLine
from channels.gsup.message import SS_REQUEST, SS_RESULT, Message, State
from channels.registry import build
from channels.text import fits_screen, pack, unpack
from channels.text.gsm7 import BASIC, EXTENSION

IMSI, NUMBER = "452990000000001", "84901234567"
letters = st.sampled_from([*BASIC.replace("\x1b", ""), *EXTENSION])
accents = st.sampled_from([*"ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ 12", "😀"])
screens = st.one_of(st.text(letters, max_size=180), st.text(accents, max_size=80)).filter(fits_screen)
digits = st.text(st.sampled_from("0123456789"), min_size=1, max_size=15)
messages = st.builds(
    Message, st.sampled_from([SS_REQUEST, SS_RESULT]), digits, st.integers(0, 2**32 - 1), st.sampled_from(State),
    st.binary(max_size=255), st.one_of(st.just(""), digits),
)  # fmt: skip


@given(st.text(letters, max_size=300))
def test_septets_come_back(text):
    assert unpack(pack(text)).rstrip("\r") == text.rstrip("\r")


@pytest.mark.parametrize("length", range(17))
def test_a_padding_carriage_return_is_never_a_letter_nor_an_at_sign(length):
    assert unpack(pack("a" * length)) == "a" * length
    assert unpack(pack("a" * length + "@")) == "a" * length + "@"


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("E8329BFD4697D9EC37", "hellohello"),  # the example every GSM library is tested with
        ("9B32", "€"),
        ("1B", ""),  # an escape with nothing behind it
        ("9B30", "a"),  # an escape in front of what the extension table lacks
    ],
)
def test_septets_of_others(octets, text):
    assert unpack(bytes.fromhex(octets)) == text


@given(messages)
def test_messages_come_back(given_message):
    assert message.decode(message.encode(given_message)) == given_message


@given(st.binary(max_size=80))
def test_any_octets_are_a_message_or_refused(raw):
    with contextlib.suppress(Malformed):
        message.decode(raw)
    with contextlib.suppress(Malformed):
        component.read(raw)


@given(st.integers(0, 255), screens)
def test_components_come_back(invoke, text):
    asked, told = component.read(component.ask(invoke, text)), component.read(component.tell(invoke, text))
    assert (asked.kind, asked.invoke, asked.operation) == (Kind.INVOKE, invoke, ASK)
    assert (told.kind, told.invoke, told.operation) == (Kind.RESULT, invoke, DIAL)
    assert asked.text.rstrip("\r") == told.text.rstrip("\r") == text.rstrip("\r")


@given(screens)
def test_a_screen_fits_one_element(text):
    assert len(component.tell(255, text)) < 256


@pytest.mark.parametrize(
    ("scheme", "string", "text"),
    [
        (0x0F, pack("KB 1"), "KB 1"),
        (0x00, pack("KB 1"), "KB 1"),
        (0x40, pack("KB 1"), "KB 1"),
        (0xF0, pack("KB 1"), "KB 1"),
        (0x44, b"KB 1", "KB 1"),
        (0xF4, b"KB 1", "KB 1"),
        (0x48, "sốt".encode("utf-16-be"), "sốt"),
        (0x10, pack("vi\rKB"), "KB"),
        (0x11, pack("vi") + "sốt".encode("utf-16-be"), "sốt"),
    ],
)
def test_alphabets(scheme, string, text):
    said = component._tlv(0x30, component._tlv(4, bytes([scheme])) + component._tlv(4, string))
    raw = component._tlv(0xA1, component._integer(1) + component._integer(DIAL) + said)
    assert component.read(raw).text == text


@pytest.mark.parametrize("scheme", [0x60, 0x4C, 0x90, 0xC0, 0xE0])
def test_alphabets_no_phone_dials_in_are_refused(scheme):
    said = component._tlv(0x30, component._tlv(4, bytes([scheme])) + component._tlv(4, b"\x01"))
    raw = component._tlv(0xA1, component._integer(1) + component._integer(DIAL) + said)
    with pytest.raises(Malformed, match="alphabet_unknown"):
        component.read(raw)


@given(st.lists(st.tuples(st.sampled_from([CCM, OSMO]), st.binary(max_size=300)), max_size=6), st.data())
def test_frames_come_back_however_the_stream_is_cut(frames, data):
    stream = b"".join(frame(*each) for each in frames)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)) | {0, len(stream)})
    reader = Frames()
    found = [each for begin, end in itertools.pairwise(cuts) for each in reader.add(stream[begin:end])]
    assert found == frames


def test_a_stream_that_was_never_ipa_is_given_up():
    with pytest.raises(Malformed, match="frame_too_long"):
        Frames().add(b"HTTP/1.1 400 Bad Request\r\n")


def step(state: State, session: int = 7, said: bytes = b"") -> bytes:
    body = message.encode(Message(SS_REQUEST, IMSI, session, state, said, NUMBER))
    return frame(OSMO, bytes([EXT_GSUP]) + body)


class Ticking:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.time = 1_795_000_000.0

    def __call__(self) -> float:
        self.time += 1
        return self.time


@pytest.fixture
def line():
    return GsupLine("EUSE-khaibao", "hlr", Ticking())


def test_we_say_who_we_are_and_answer_pings(line):
    asked = frame(CCM, bytes.fromhex("04 01 08 01 07 01 02 01 03 01 04 01 05 01 01 01 00"))  # as osmo-hlr asks
    _, answer = line.received(asked)
    assert b"\x00EUSE-khaibao\0" in answer
    assert answer.endswith(frame(CCM, bytes([ipa.ID_ACK])))
    assert line.received(frame(CCM, bytes([ipa.PING]))) == ([], frame(CCM, bytes([ipa.PONG])))
    assert line.received(frame(CCM, bytes([ipa.PONG]))) == ([], b"")


def test_what_is_not_gsup_is_passed_over(line):
    assert line.received(frame(OSMO, b"\x00TRAP 0 x y") + frame(0xDD, b"x")) == ([], b"")


def begun(line: GsupLine, *frames: bytes) -> list[str]:
    requests, _ = line.received(b"".join(frames))
    return [request.headers["begun"] for request in requests]


def test_a_session_keeps_the_time_of_its_beginning(line):
    first, second, third = begun(line, step(State.BEGIN), step(State.CONTINUE), step(State.END))
    assert first == second == third


def test_a_number_used_again_is_another_session(line):
    first, again, went_on = begun(line, step(State.BEGIN), step(State.BEGIN), step(State.CONTINUE))
    assert first != again == went_on


def test_a_session_that_began_on_an_earlier_line_begins_with_what_comes(line):
    first, second = begun(line, step(State.CONTINUE), step(State.CONTINUE))
    assert first == second


def test_sessions_of_phones_that_fell_silent_are_forgotten(line):
    for session in range(SESSIONS_MOST + 5):
        line.received(step(State.BEGIN, session))
    assert len(line._begun) == SESSIONS_MOST


VALUES = {"gsup_host": "hlr", "gsup_port": "4222", "gsup_name": "khaibao", "ussd_code": "*098#"}


def request(state: State, said: bytes) -> Request:
    body = message.encode(Message(SS_REQUEST, IMSI, 7, state, said, NUMBER))
    return Request("GSUP", "", "", {"begun": "1"}, (), (), body, "hlr")


def reply(answer: Answer | None, asked: Request) -> tuple[Message, component.Component]:
    [(protocol, payload)] = Frames().add(build(VALUES)["gsup"].acknowledge(answer, asked).body)
    assert (protocol, payload[0]) == (OSMO, EXT_GSUP)
    found = message.decode(payload[1:])
    return found, component.read(found.component)


def test_a_question_goes_out_under_the_invoke_id_of_the_dial_and_the_last_screen_answers_it():
    dial = request(State.BEGIN, component._tlv(0xA1, component._integer(9) + component._integer(DIAL)
                                               + component._string("*098#")))  # fmt: skip
    sent, said = reply(Answer("1 Khai y te", final=False), dial)
    assert (sent.type, sent.state) == (SS_REQUEST, State.CONTINUE)
    assert said == component.Component(Kind.INVOKE, 9, ASK, "1 Khai y te")
    answered = request(State.CONTINUE, component._tlv(0xA2, component._integer(said.invoke) + component._tlv(
        0x30, component._integer(ASK) + component._string("1"))))  # fmt: skip
    sent, said = reply(Answer("Cam on", final=True), answered)
    assert (sent.type, sent.state) == (SS_RESULT, State.END)
    assert said == component.Component(Kind.RESULT, 9, DIAL, "Cam on")


def test_without_an_answer_a_session_is_ended_and_one_that_is_over_is_left_alone():
    sent, said = reply(None, request(State.BEGIN, b"nonsense"))
    assert (sent.state, said.kind) == (State.END, Kind.ERROR)
    adapter = build(VALUES)["gsup"]
    assert adapter.acknowledge(Answer("x", final=True), request(State.END, b"")).body == b""
    assert adapter.acknowledge(None, Request("GSUP", "", "", {}, (), (), b"\x20", "hlr")).body == b""


def test_an_answer_that_begins_like_an_end_is_text():
    said = component._tlv(0xA2, component._integer(1) + component._tlv(
        0x30, component._integer(ASK) + component._string("END")))  # fmt: skip
    [event] = build(VALUES)["gsup"].parse(request(State.CONTINUE, said))
    assert (event.kind, event.text) == (EventKind.TEXT, "END")
