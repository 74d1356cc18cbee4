"""Every form of the catalogue, from its first question to its receipt, on every channel.

Nothing here names a form or a question: one that is added to the catalogue is declared here on every channel, each
question answered by its own example, and fails here if a channel cannot carry it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.days import VIET_NAM
from backend.forms.catalogue import FORMS, field
from backend.forms.folding import fold
from backend.forms.kinds import TravelDay
from backend.services.ports.bot import Bot
from channels.contract import Medium
from tests.contract.zalo_server import zalo
from tests.conversations.calls import TOKEN, Call
from tests.conversations.conftest import networks
from tests.conversations.phones import Network
from tests.conversations.test_zalo import OA, SIGNED_WITH, Chat

pytestmark = pytest.mark.timeout(600)

NUMBER, ACCOUNT = "84901234567", "zalo:246845883529197922"
QUESTIONS_MOST = 40


class Face:
    """One person on one channel; `asked` is the field the bot waits for, None when it waits for nothing."""

    def __init__(self, network: Network) -> None:
        self.network, self.asked, self.over = network, None, False
        turns = network.parts.bot.turns

        def listen(requests, timeout=None):
            results = turns(requests, timeout)
            opened = getattr(results[-1], "open", None)
            self.asked = opened and opened["field"]
            return results

        network.parts.bot.turns = listen


class Sms(Face):
    def begin(self, form):
        self.phone = self.network.phone(NUMBER)
        self.say(form.keywords[0])

    def say(self, text):
        self.phone.sends(text)


class Ussd(Face):
    def begin(self, form):
        self.phone = self.network.phone(NUMBER)
        self.phone.dials().types(self.place(form))

    def say(self, text):
        self.phone.types(text)

    def place(self, form):
        """Its digit in the menu."""
        return str(list(self.network.house.policy.menu).index(form.name) + 1)


class Zalo(Face):
    def begin(self, form):
        self.chat = Chat(self.network, self.network.zalo)
        self.say(form.keywords[0])

    def say(self, text):
        self.chat.says(text)


class Voice(Ussd):
    def begin(self, form):
        self.call = Call(self.network, f"+{NUMBER}").picks_up()
        self.say(self.place(form))

    def say(self, text):
        self.call.presses(text)


FACES = {Medium.SMS: Sms, Medium.USSD: Ussd, Medium.ZALO: Zalo, Medium.VOICE: Voice}


@pytest.fixture
def network(bot: Bot, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A service with every channel."""
    monkeypatch.setattr(bot, "turns", bot.turns)  # a face listens in; undone after each test
    with zalo() as server:
        settings = {f"KHAIBAO_{name.upper()}": value for name, value in server.values().items()}
        for network in networks(bot, sqlite_url, tmp_path, KHAIBAO_TWILIO_AUTH_TOKENS=TOKEN, KHAIBAO_ZALO_OA_ID=OA,
                                KHAIBAO_ZALO_OA_SECRET=SIGNED_WITH, **settings):  # fmt: skip
            network.zalo = server
            yield network


def example(network: Network, asked: str) -> str:
    """An answer to a question: the one its own help gives; days must be near today."""
    if asked == "confirm":
        return "1"
    if isinstance(field(asked).kind, TravelDay):
        return f"{network.clock.now().astimezone(VIET_NAM) - timedelta(days=1):%d%m%Y}"
    return fold(network.parts.texts.text(f"example_{asked}", "vi", "sms"))


@pytest.mark.parametrize("medium", Medium, ids=lambda medium: medium.value)
@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_declared(name, medium, network):
    form, face = FORMS[name], FACES[medium](network)
    face.begin(form)
    asked = []
    while face.asked and len(asked) < QUESTIONS_MOST:
        asked.append(face.asked)
        face.say(example(network, face.asked))
    network.work()
    [declaration] = network.declarations()
    assert (declaration.form, declaration.channel) == (name, medium.value)
    assert len(asked) == len(set(asked)), f"asked again: {asked}"
    assert set(declaration.answers) <= {one.name for one in form.fields}


def test_every_channel_has_a_face_here():
    assert set(FACES) == set(Medium)
