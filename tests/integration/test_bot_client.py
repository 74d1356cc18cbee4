"""The bot's client against a server that answers, hangs up, stalls or talks nonsense."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from backend.gateways.bot_client import BotClient
from backend.services.ports.bot import BotUnavailable, StateRejected, TurnFailed, TurnResult

RESULT = {"state": None, "replies": [], "commands": [], "queries": [], "understood": {}, "open": None}
HANG_UP = "hang up"


class Server:
    """Answers each request with what `answer` makes of its JSON: (status, content), HANG_UP, or raw bytes."""

    def __init__(self, path: str) -> None:
        self.answer: Callable[[dict], object] = lambda request: (200, {**RESULT, "state": request})
        self.heard: list[dict] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                length = 0
                while line.strip():
                    name, _, value = line.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                    line = stream.readline()
                request = json.loads(stream.read(length) or b"{}")
                self.heard.append(request)
                answer = self.answer(request)
                if answer == HANG_UP:
                    return
                with suppress(OSError):  # the client may have hung up
                    connection.sendall(answer if isinstance(answer, bytes) else _http(*answer))

    def close(self) -> None:
        self._listener.close()


def _http(status: int, content: object) -> bytes:
    body = json.dumps(content).encode()
    return b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    running = Server(str(tmp_path / "bot.sock"))
    yield running
    running.close()


@pytest.fixture
def client(tmp_path, server) -> Iterator[BotClient]:
    made = BotClient(f"unix:{tmp_path / 'bot.sock'}", timeout=30)
    yield made
    made.close()


def ask(client: BotClient, count: int = 5):
    return client.turns([{"n": number} for number in range(count)])


def kinds(answers):
    return [type(answer) for answer in answers]


def test_each_request_gets_its_own_answer_on_one_connection(client, server):
    for _ in range(3):
        assert [answer.state["n"] for answer in ask(client)] == [0, 1, 2, 3, 4]
    assert server.connections == 1


def test_several_processes_share_a_batch_and_the_order_stays(tmp_path, server):
    client = BotClient(f"unix:{tmp_path / 'bot.sock'}", timeout=5, processes=3)
    assert [answer.state["n"] for answer in ask(client, 7)] == list(range(7))
    assert server.connections == 3
    client.close()


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [(422, "bad_snapshot", StateRejected), (500, "no_reply", TurnFailed), (503, "deadline", BotUnavailable)],
)
def test_a_failure_is_that_turns_alone(client, server, status, error, kind):
    server.answer = lambda request: (status, {"error": error}) if request["n"] == 2 else (200, RESULT)
    answers = ask(client)
    assert kinds(answers) == [TurnResult, TurnResult, kind, TurnResult, TurnResult]
    assert getattr(answers[2], "code", error) == error


def test_a_connection_closed_while_idle_is_dialled_again(client, server):
    ask(client)
    server.answer = lambda request: HANG_UP if len(server.heard) == 6 else (200, RESULT)
    assert kinds(ask(client)) == [TurnResult] * 5


def test_a_turn_that_kills_the_bot_takes_no_other_with_it(client, server):
    server.answer = lambda request: HANG_UP if request["n"] == 1 else (200, RESULT)
    assert kinds(ask(client)) == [TurnResult, BotUnavailable, TurnResult, TurnResult, TurnResult]


def test_a_bot_that_is_too_slow_is_not_waited_for_by_those_behind(tmp_path, server):
    client = BotClient(f"unix:{tmp_path / 'bot.sock'}", timeout=0.2)
    go_on = threading.Event()
    server.answer = lambda request: (go_on.wait(20), (200, RESULT))[1] if request["n"] == 2 else (200, RESULT)
    assert kinds(ask(client)) == [TurnResult, TurnResult, *[BotUnavailable] * 3]
    go_on.set()
    client.close()


def test_no_bot_at_all(tmp_path):
    client = BotClient(f"unix:{tmp_path / 'nobody.sock'}")
    assert kinds(ask(client, 2)) == [BotUnavailable] * 2
    assert not client.healthy()


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_a_bot_that_is_away(client, server, answer):
    server.answer = lambda request: answer
    assert kinds(ask(client, 2)) == [BotUnavailable] * 2


def test_an_answer_that_is_no_turn_fails_the_turn(client, server):
    server.answer = lambda request: (200, {"hello": "world"})
    assert [answer.code for answer in ask(client, 1)] == ["answer_unreadable"]


def test_health(client, server):
    assert client.healthy()
    server.answer = lambda request: (500, {})
    assert not client.healthy()


def test_a_wrong_address_is_told_at_once():
    with pytest.raises(ValueError, match="address"):
        BotClient("ftp://somewhere")
