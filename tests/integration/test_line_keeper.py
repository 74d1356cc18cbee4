"""The connection to a register that breaks, falls silent, says nonsense, or is stopped in mid-answer."""

from __future__ import annotations

import logging
import socket
import threading
from types import SimpleNamespace

import pytest

from backend.jobs import line_keeper
from backend.jobs.line_keeper import LineKeeper
from backend.services.ports.unit import StoreUnavailable
from backend.services.reception import Taken
from channels.contract import Answer, Malformed, Medium, Request, Response, Unavailable
from tests.servers import wait_until


class Lines:
    """An adapter whose provider speaks in lines of text: each is a request; "?" asks for "!"."""

    name, medium, routes = "lines", Medium.USSD, ()

    def __init__(self, address):
        self.address = address

    def connect(self):
        return self

    def received(self, data):
        if b"\0" in data:
            raise Malformed("frame_too_long")
        words = data.decode().split()
        said = [Request("LINE", "", "", {}, (), (), word.encode(), "x") for word in words if word not in ("?", "pong")]
        return said, b"!\n" * words.count("?")

    def ping(self):
        return b"ping\n"

    def acknowledge(self, answer, request=None):
        return Response(body=b"refused\n" if answer is None else f"{answer.text}\n".encode())


class Reception:
    """Answers with the request in capitals; `errors` are raised first."""

    def __init__(self):
        self.errors, self.gate = [], threading.Event()
        self.gate.set()

    def take(self, adapter, request):
        assert self.gate.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        return Taken(Response(body=request.body.upper() + b"\n"), 1)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(line_keeper, "PAUSES", (0.02,))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        yield listening


@pytest.fixture
def reception():
    return Reception()


@pytest.fixture
def keeper(server, reception):
    ussd = SimpleNamespace(sorry=lambda medium: Answer("sorry", final=True))
    made = LineKeeper(Lines(server.getsockname()), SimpleNamespace(reception=reception, ussd=ussd), 4, silence=1.0)
    running = threading.Thread(target=made.run)
    running.start()
    yield made
    made.stop()
    running.join(20)
    assert not running.is_alive()


class Provider:
    """The other end of one connection."""

    def __init__(self, server):
        self.socket = server.accept()[0]
        self.socket.settimeout(20)
        self.stream = self.socket.makefile("rb")

    def says(self, words: bytes):
        self.socket.sendall(words + b"\n")
        return self

    def hears(self, words: bytes):
        """The next line that is no ping; pings are answered."""
        while (line := self.stream.readline()) == b"ping\n":
            self.says(b"pong")
        assert line == words + b"\n"
        return self

    def is_left(self):
        while self.stream.readline():
            pass
        return True

    def close(self):
        self.stream.close()
        self.socket.close()


def test_requests_are_answered_on_the_line_they_came_over(server, keeper):
    Provider(server).says(b"a").hears(b"A").says(b"b").hears(b"B").close()


def test_small_talk_is_answered_at_once_even_while_a_session_takes_long(server, keeper, reception):
    reception.gate.clear()
    provider = Provider(server).says(b"slow").says(b"?").hears(b"!")
    reception.gate.set()
    provider.hears(b"SLOW").close()


def test_a_line_that_breaks_is_made_again(server, keeper):
    Provider(server).says(b"a").hears(b"A").close()
    Provider(server).says(b"b").hears(b"B").close()


def test_a_provider_that_says_nothing_even_when_asked_is_left(server, keeper):
    mute = Provider(server)
    assert mute.is_left()
    mute.close()
    Provider(server).says(b"b").hears(b"B").close()


def test_a_quiet_provider_that_answers_pings_is_kept(server, keeper):
    provider = Provider(server)
    for _ in range(2):
        assert provider.stream.readline() == b"ping\n"
        provider.says(b"pong")
    provider.says(b"a").hears(b"A").close()


def test_a_spoilt_stream_is_left(server, keeper):
    spoilt = Provider(server).says(b"\0\0\0")
    assert spoilt.is_left()
    spoilt.close()
    Provider(server).says(b"a").hears(b"A").close()


@pytest.mark.parametrize(
    "error", [StoreUnavailable("down"), OSError(), Unavailable("directory_unavailable"), KeyError("0901234567")]
)
def test_what_cannot_be_served_now_is_said_kindly(server, keeper, reception, error, caplog):
    reception.errors = [error]
    Provider(server).says(b"a").hears(b"sorry").close()
    assert "0901234567" not in caplog.text


def test_what_cannot_be_read_is_refused(server, keeper, reception, caplog):
    caplog.set_level(logging.WARNING)
    reception.errors = [Malformed("type_unknown")]
    Provider(server).says(b"a").hears(b"refused").close()
    assert "line_request_refused channel=lines code=type_unknown" in caplog.text


def test_an_answer_whose_line_is_gone_is_only_logged(server, keeper, reception, caplog):
    reception.gate.clear()
    provider = Provider(server).says(b"a")
    provider.close()
    again = Provider(server)
    reception.gate.set()
    again.says(b"b").hears(b"B").close()


def test_a_stop_lets_the_last_answer_out(server, keeper, reception):
    reception.gate.clear()
    provider = Provider(server).says(b"last")
    wait_until(lambda: keeper._pool._work_queue.empty() and keeper._pool._threads, seconds=30, what="the request")
    keeper.stop()
    reception.gate.set()
    provider.hears(b"LAST")
    assert provider.is_left()
    provider.close()


def test_a_provider_that_is_not_there_is_tried_again(server, keeper, caplog):
    address = server.getsockname()
    Provider(server).close()
    server.close()
    wait_until(lambda: "line_refused channel=lines" in caplog.text, seconds=30, what="a refusal")
    with socket.create_server(address) as back:
        back.settimeout(20)
        Provider(back).says(b"a").hears(b"A").close()
