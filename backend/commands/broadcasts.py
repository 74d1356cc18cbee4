"""Broadcasts from the terminal: one writes a text to many, another lets it go."""

from __future__ import annotations

import json
from typing import Any

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import explained
from backend.domain.broadcasts import Broadcast
from backend.services.broadcasts import NewBroadcast
from backend.services.records import AUDIENCES, broadcast_record, broadcast_status_record, preview_record

NUMBER = click.argument("number", metavar="BROADCAST", type=int)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
USER = click.option("--user", required=True, help="The staff user who decides this.")
REASON = click.option("--reason", required=True, help="Kept with the decision.")


@click.group(cls=Group)
def broadcast() -> None:
    """One text to the phones of an area: one proposes, another approves."""


@broadcast.command()
@click.option("--user", required=True, help="Who proposes; people read the user's office as the sender.")
@click.option("--vi", "vietnamese", required=True, help="The text in Vietnamese.")
@click.option("--en", "english", help="In English; read by whoever has no text of their own.")
@click.option("--text", "others", multiple=True, metavar="LANGUAGE=TEXT", help="In another language; may be repeated.")
@click.option("--area", "areas", multiple=True, help='A province or "commune, province"; may be repeated.')
@click.option("--to", "audience", type=click.Choice(AUDIENCES), default=AUDIENCES[0], show_default=True,
              help="People who have declared or checked in, or keepers of venues.")  # fmt: skip
@click.option("--urgent", is_flag=True, help="At night too, and to people who have stopped advice; audited as such.")
@JSON
def create(
    user: str, vietnamese: str, english: str | None, others: tuple[str, ...], areas: tuple[str, ...], audience: str,
    urgent: bool, as_json: bool,
) -> None:  # fmt: skip
    """Propose a broadcast and print its number; without --area it is for the whole country."""
    texts = {"vi": vietnamese, **({"en": english} if english else {}), **dict(map(_text_of, others))}
    with explained(), opened_house() as house:
        created = house.broadcasts.create(NewBroadcast(texts, areas, audience, urgent), user)
    click.echo(json.dumps(broadcast_record(created), ensure_ascii=False) if as_json else created.id)


@broadcast.command()
@NUMBER
@JSON
def preview(number: int, as_json: bool) -> None:
    """What a BROADCAST says as an SMS, to how many phones, and how many SMS that is."""
    with explained(), opened_house() as house:
        shown = preview_record(house.broadcasts.preview(number))
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for each in shown["shown"]:
        click.echo(f"{each['language']}: {each['phones']} phones, {each['segments']} SMS each, "
                   f"{each['opted_out']} have stopped advice")  # fmt: skip
        click.echo(f"  {each['text']}")
    click.echo(f"{shown['phones']} phones, {shown['segments']} SMS")


@broadcast.command()
@NUMBER
@USER
@REASON
def approve(number: int, user: str, reason: str) -> None:
    """Let somebody else's BROADCAST go."""
    with explained(), opened_house() as house:
        decided = house.broadcasts.approve(number, user, reason)
    _tell(decided)


@broadcast.command()
@NUMBER
@USER
def pause(number: int, user: str) -> None:
    """Hold a BROADCAST up; what has left cannot be called back."""
    with explained(), opened_house() as house:
        decided = house.broadcasts.pause(number, user)
    _tell(decided)


@broadcast.command()
@NUMBER
@USER
def resume(number: int, user: str) -> None:
    """Let a BROADCAST go on; nobody gets it twice."""
    with explained(), opened_house() as house:
        decided = house.broadcasts.resume(number, user)
    _tell(decided)


@broadcast.command()
@NUMBER
@USER
@REASON
def stop(number: int, user: str, reason: str) -> None:
    """End a BROADCAST for good, or refuse one that was proposed."""
    with explained(), opened_house() as house:
        decided = house.broadcasts.stop(number, user, reason)
    _tell(decided)


@broadcast.command()
@NUMBER
@JSON
def status(number: int, as_json: bool) -> None:
    """How far a BROADCAST is: messages queued, sent, delivered, failed, cancelled."""
    with explained(), opened_house() as house:
        shown = broadcast_status_record(house.broadcasts.report(number))
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo("\n".join(f"{name}: {_plain(value)}" for name, value in shown.items()))


@broadcast.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(limit: int, as_json: bool) -> None:
    """The last broadcasts, newest first."""
    with explained(), opened_house() as house:
        found = [broadcast_record(each) for each in house.broadcasts.listed(limit)]
    for each in found:
        line = f"{each['broadcast']:>6}  {each['status']:<9} {each['texts']['vi']}"
        click.echo(json.dumps(each, ensure_ascii=False) if as_json else line)


def _text_of(given: str) -> tuple[str, str]:
    language, sign, text = given.partition("=")
    if not sign:
        raise click.UsageError(f"--text is LANGUAGE=TEXT, not {given!r}.")
    return language.strip(), text


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " | ".join(f"{name}: {each}" for name, each in value.items())
    return " ".join(value) if isinstance(value, list) else str(value)


def _tell(decided: Broadcast) -> None:
    click.echo(f"broadcast {decided.id} {decided.status.value}")
