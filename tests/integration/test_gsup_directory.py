"""Asking a register's control interface whose number a card is."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from channels.contract import Unavailable
from channels.gsup.directory import Directory
from channels.gsup.ipa import OSMO, frame

IMSI = "452990000000001"
VARIABLE = f"subscriber.by-imsi-{IMSI}.msisdn"


@contextmanager
def register(*answers: bytes):
    """One that answers the first question with these frames and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"".join(frame(OSMO, b"\0" + answer) for answer in answers))

        thread = threading.Thread(target=serve)
        thread.start()
        yield Directory(*server.getsockname())
        thread.join()


@pytest.mark.parametrize(
    ("answers", "number"),
    [
        ((f"GET_REPLY 1 {VARIABLE} 84901234567".encode(),), "84901234567"),
        ((b"TRAP 0 something else", f"GET_REPLY 1 {VARIABLE} 84901234567".encode()), "84901234567"),
        ((f"GET_REPLY 1 {VARIABLE}".encode(),), ""),
        ((b"ERROR 1 No such subscriber.",), ""),
    ],
)
def test_numbers(answers, number):
    with register(*answers) as directory:
        assert directory.number(IMSI) == number


def test_a_register_that_hangs_up_or_is_not_there_is_unavailable():
    with register() as directory, pytest.raises(Unavailable):
        directory.number(IMSI)
    with pytest.raises(Unavailable):
        directory.number(IMSI)


def test_a_register_that_sends_numbers_itself_is_not_asked():
    assert Directory("127.0.0.1", 0).number(IMSI) == ""
