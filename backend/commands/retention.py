"""Retention: what is kept for how long, and deleting what is over its time."""

from __future__ import annotations

import json
from getpass import getuser

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house


@click.group(cls=Group)
def retention() -> None:
    """How long data are kept; the worker deletes once a day what is over its time."""


@retention.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def periods(as_json: bool) -> None:
    """List what is kept for how many days."""
    with opened_house() as house:
        for period in house.retention.periods():
            what, days, pack = period.what.value, period.kept_for.days, period.pack
            line = f"{what:<14}{days:>5} days  {pack or ''}".rstrip()
            click.echo(json.dumps({"what": what, "pack": pack, "days": days}) if as_json else line)


@retention.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def run(as_json: bool) -> None:
    """Delete now what is over its time; the run is written to the audit log."""
    with opened_house() as house:
        counts = house.retention.run(f"terminal:{getuser()}")
    lines = [f"{what:<14}{number:>8} deleted" for what, number in counts.items()]
    click.echo(json.dumps(counts) if as_json else "\n".join(lines))
