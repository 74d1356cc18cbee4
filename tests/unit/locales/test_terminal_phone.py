"""The phone in the terminal: what its lines become, over a network that is a list."""

import pytest

from backend.i18n import load
from backend.i18n_keys import ROOT
from backend.simulator.terminal import TerminalPhone, dialled_path, framed

ALWAYS = {"hotline": "1900 9095", "short_code": "8099", "ussd_code": "*098#"}


class Recorded:
    """A network that answers every text and every USSD step with an echo; two steps end a session."""

    number = "84901234567"

    def __init__(self):
        self.sent, self.steps, self.waiting = [], [], []

    def text(self, text):
        self.sent.append(text)
        self.waiting.append({"id": len(self.sent), "text": f"Da nhan {text}", "segments": 1, "time": ""})

    def step(self, session, step, kind, text):
        self.steps.append((step, kind, text))
        return {"text": f"Buoc {step}", "final": step == 2}

    def received(self):
        found, self.waiting = self.waiting, []
        return found


def talk(*lines):
    """Run a phone on these lines; what it sent, and what it showed as one text."""
    network, shown, left = Recorded(), [], list(lines)

    def ask(prompt):
        if not left:
            raise EOFError
        return left.pop(0)

    texts = load(ROOT / "locales", always=ALWAYS, strict=True)
    TerminalPhone(network, texts, "vi", ALWAYS, ask, shown.append, pause=lambda _: None).run()
    return network, "\n".join(shown)


def test_a_line_is_a_text_and_its_answer_is_shown():
    network, shown = talk("KB 00000")
    assert network.sent == ["KB 00000"]
    assert "Da nhan KB 00000" in shown
    assert "8099" in shown


def test_a_code_opens_a_session_that_lines_answer_until_it_ends():
    network, shown = talk("*098*1#", "1", "0", "KB")
    assert network.steps == [(0, "start", "1"), (1, "text", "1"), (2, "text", "0")]
    assert network.sent == ["KB"]
    assert "Phiên kết thúc" in shown


def test_the_end_of_input_hangs_up():
    network, _ = talk("*098#")
    assert network.steps == [(0, "start", ""), (1, "close", "")]


def test_an_empty_line_only_looks():
    network, _ = talk("")
    assert network.sent == []


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*098#", ""),
        ("*098*1*2#", "1*2"),
        ("*098*10234567#", "10234567"),
        ("*0981#", None),
        ("*099#", None),
        ("*098", None),
        ("KB", None),
        ("", None),
    ],
)
def test_what_was_dialled(line, path):
    assert dialled_path(line, "*098#") == path


def test_the_frame_is_as_wide_as_its_longest_line():
    assert framed("ab\nc").splitlines() == ["┌────┐", "│ ab │", "│ c  │", "└────┘"]


def test_a_long_text_is_wrapped_between_words():
    lines = framed("Xin cho biet ho va ten nguoi duoc khai hom nay?").splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 44
    assert "│ Xin cho biet ho va ten nguoi duoc khai" in lines[1]
