"""Venues: added one by one or from a file, removed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import as_lines, explained, terminal
from backend.services.records import venue_record
from backend.services.venue_forms import KINDS, TableUnfit, Unfit


@click.group(cls=Group)
def venue() -> None:
    """Places people check in at."""


@venue.command()
@click.option("--name", required=True, help="As people know it.")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="It decides how long a stay is taken to last.")
@click.option("--province", required=True, help="Name of today's province or city.")
@click.option("--commune", required=True, help="Name of the commune or ward.")
@click.option("--address", default="", help="House and street.")
@click.option("--phone", help="The keeper's telephone; the code is sent there.")
@click.option("--pending", is_flag=True, help="Closed until the keeper confirms by the code that is sent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: code, name, kind, status.")
def add(pending: bool, as_json: bool, **given: str | None) -> None:
    """Register a venue and print its code."""
    if pending and not given["phone"]:
        raise click.UsageError("--pending needs --phone: somebody must confirm.")
    try:
        with opened_house() as house:
            (added,) = house.venues.add([house.venue_forms.read(given)], terminal(), vouched=not pending)
    except Unfit as error:
        raise click.UsageError(f"{error}.") from None
    click.echo(json.dumps(venue_record(added), ensure_ascii=False) if as_json else added.code)


@venue.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> None:
    """Register every venue of a CSV FILE, all or none; prints code and name of each.

    Columns: name, kind, province, commune, address, phone; the last two may be missing.
    """
    try:
        with opened_house() as house:
            imported = house.venues.add(house.venue_forms.read_table(file.read_bytes()), terminal())
    except TableUnfit as error:
        raise click.ClickException("\n".join(["nothing was imported:", *error.problems])) from None
    for added in imported:
        click.echo(f"{added.code},{added.name}")


@venue.command()
@click.argument("code")
def remove(code: str) -> None:
    """Close a venue for good; who is there may still leave, visits stay matchable."""
    with explained(), opened_house() as house:
        removed = house.venues.remove(code, terminal())
    click.echo(f"{removed.code} removed")


@venue.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(code: str, as_json: bool) -> None:
    """What is known of a venue."""
    with explained(), opened_house() as house:
        shown = venue_record(house.venues.known(code))
    click.echo(json.dumps(shown, ensure_ascii=False) if as_json else as_lines(shown))


@venue.command()
@click.argument("code")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A .pdf or .png file.")
@click.option("--size", type=click.Choice(["a4", "square"]), default="a4", show_default=True, help="square: 15x15 cm.")
def poster(code: str, out: Path, size: str) -> None:
    """Write the poster of a venue: its code, the sentence to text, a QR code that opens the SMS."""
    from backend.poster import FORMATS

    if out.suffix.lower() not in FORMATS:
        raise click.UsageError(f"--out ends in {' or '.join(FORMATS)}.")
    with explained(), opened_house() as house:
        made = house.poster(house.venues.known(code), out.suffix.lower(), size)
    out.write_bytes(made)
