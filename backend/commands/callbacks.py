"""The hotline's list from the terminal."""

from __future__ import annotations

import json

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import explained
from backend.services.records import callback_record


@click.group(cls=Group)
def callback() -> None:
    """Phones the hotline is to ring."""


@callback.command("list")
@click.option("--user", required=True, help="The staff user who looks; audited.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def open_(user: str, limit: int, as_json: bool) -> None:
    """Who waits: people in danger first, then whoever has waited longest."""
    with explained(), opened_house() as house:
        waiting = [callback_record(each) for each in house.callbacks.open(user, limit)]
    for each in waiting:
        line = f"{each['callback']:>6}  {each['reason']:<10}  {each['phone']}  {each['language']}  {each['since']}"
        click.echo(json.dumps(each) if as_json else line)


@callback.command()
@click.argument("number", metavar="CALLBACK", type=int)
@click.option("--user", required=True, help="The staff user who has rung.")
@click.option("--outcome", required=True, help="In a few words, without names; kept in the audit log.")
def close(number: int, user: str, outcome: str) -> None:
    """A CALLBACK has been rung."""
    with explained(), opened_house() as house:
        house.callbacks.close(number, user, outcome)
    click.echo(f"callback {number} closed")
