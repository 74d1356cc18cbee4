"""Talking to the service from a terminal."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from backend.commands.opened import ready_parts
from backend.services.house import House
from backend.services.say import NotAnswered, Said, TooMany
from channels.contract import Medium


@click.command()
@click.option("--channel", type=click.Choice(["sms", "ussd", "zalo"]), required=True, help="The face to talk through.")
@click.option("--from", "sender", required=True, help="The person's number, e.g. 84901234567 (Zalo: the user id).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message: text, replies, final.")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
def say(channel: str, sender: str, as_json: bool, texts: Sequence[str]) -> None:
    """Send each TEXT through the whole path of the configured database and print the replies.

    With --channel ussd the first TEXT may be what is dialled (`*098#`, `*098*1#`); else the code is dialled first.
    Uses the running bot, or starts one for the command.
    """
    medium = Medium(channel)
    address = sender if medium is Medium.ZALO else phone_number(sender)
    with ready_house() as (house, code):
        conversation = (
            dialled(house, address, code, texts) if medium is Medium.USSD else written(house, medium, address, texts)
        )
        try:
            for said in conversation:
                click.echo(as_line(said) if as_json else "\n".join(said.replies))
        except NotAnswered:
            raise click.ClickException("the message is stored and waits: the bot did not take the turn.") from None
        except TooMany:
            raise click.ClickException("the number has sent too much: see KHAIBAO_INBOUND_LIMIT.") from None


@click.command()
@click.option("--from", "sender", default="84901234567", show_default=True, help="The phone's number.")
@click.option("--server", help="Address of the web server (default: HOST and PORT of the configuration).")
@click.option("--language", default="vi", show_default=True, help="Of the phone's own words.")
def phone(sender: str, server: str | None, language: str) -> None:
    """A feature phone in the terminal: texts, and USSD codes to dial; the web server must run with KHAIBAO_DEMO=1."""
    from backend.bootstrap import Bootstrap
    from backend.simulator.terminal import Network, NoNetwork, TerminalPhone

    parts = Bootstrap()
    network = Network(server or f"http://{parts.config.host}:{parts.config.port}", phone_number(sender))
    try:
        TerminalPhone(network, parts.texts, language, parts.always, input, click.echo).run()
    except NoNetwork as error:
        raise click.ClickException(f"no answer from {network.base} ({error.code}); is `make run` running?") from None


@contextmanager
def ready_house() -> Iterator[tuple[House, str]]:
    """The house with a bot that answers and a database that is up to date, and the code people dial."""
    from backend.bootstrap import Bootstrap
    from backend.gateways.bot_client import BotClient
    from backend.gateways.bot_process import BotCannotStart, own_bot

    parts = ready_parts()
    if not parts.ready():
        yield parts.house, parts.config.ussd_code
        return
    try:
        with own_bot() as address:
            yield Bootstrap(parts.config, bot=BotClient(address)).house, parts.config.ussd_code
    except BotCannotStart as error:
        raise click.ClickException(f"{error}.") from None


def phone_number(text: str, option: str = "--from") -> str:
    """E.164 digits; a usage error, which names the option, for anything a phone cannot have."""
    from backend.forms.phones import normalise_phone

    number = normalise_phone(text)
    if number is None:
        raise click.UsageError(f"{option} is no telephone number.")
    return number


def written(house: House, medium: Medium, address: str, texts: Sequence[str]) -> Iterator[Said]:
    """Each text and its answers."""
    return (house.say.write(medium, address, text) for text in texts)


def dialled(house: House, address: str, code: str, texts: Sequence[str]) -> Iterator[Said]:
    """A session: the dial, then each text; it ends where the service ends it."""
    from backend.simulator.terminal import dialled_path

    path = dialled_path(texts[0], code)
    inputs = list(texts[1:] if path is not None else texts)
    session = secrets.token_hex(16)
    said = house.say.dial(address, session, 0, path or "")
    yield Said(texts[0] if path is not None else code, said.replies, said.final)
    for step, text in enumerate(inputs, start=1):
        if said.final:
            return
        said = house.say.dial(address, session, step, text)
        yield said


def as_line(said: Said) -> str:
    """One JSON object."""
    final = {} if said.final is None else {"final": said.final}
    return json.dumps({"text": said.text, "replies": list(said.replies), **final}, ensure_ascii=False)
