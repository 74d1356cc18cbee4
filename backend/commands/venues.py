"""Venues: added one by one or from a file, removed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backend.commands.opened import opened_house
from backend.domain.venues import KINDS, Venue
from backend.forms.phones import normalise_phone
from backend.forms.venue_code import normalise
from backend.services.commands.venues import ADDRESS_MOST, NAME_MOST
from backend.services.venues import NewVenue

if TYPE_CHECKING:
    from backend.forms.places import Places

COLUMNS = ("name", "kind", "province", "commune", "address", "phone")
REST = "more"  # what stands beyond the named columns
NEEDED = ("name", "kind", "province", "commune")


class Unfit(ValueError):
    """What is wrong with a venue as given."""


@click.group()
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
    from backend.bootstrap import PLACES
    from backend.forms import places

    if pending and not given["phone"]:
        raise click.UsageError("--pending needs --phone: somebody must confirm.")
    try:
        new = new_venue(given, places.load(PLACES))
    except Unfit as error:
        raise click.UsageError(f"{error}.") from None
    with opened_house() as house:
        (added,) = house.venues.add([new], f"terminal:{getuser()}", vouched=not pending)
    click.echo(json.dumps(record(added), ensure_ascii=False) if as_json else added.code)


@venue.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> None:
    """Register every venue of a CSV FILE, all or none; prints code and name of each.

    Columns: name, kind, province, commune, address, phone; the last two may be missing.
    """
    from backend.bootstrap import PLACES
    from backend.forms import places

    news, problems = read(file, places.load(PLACES))
    if problems:
        raise click.ClickException("nothing was imported:\n" + "\n".join(problems))
    with opened_house() as house:
        imported = house.venues.add(news, f"terminal:{getuser()}")
    for added in imported:
        click.echo(f"{added.code},{added.name}")


@venue.command()
@click.argument("code")
def remove(code: str) -> None:
    """Close a venue for good; who is there may still leave, visits stay matchable."""
    try:
        with opened_house() as house:
            removed = house.venues.remove(normalise(code), f"terminal:{getuser()}")
    except LookupError:
        raise click.ClickException("no such venue.") from None
    click.echo(f"{removed.code} removed")


@venue.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(code: str, as_json: bool) -> None:
    """What is known of a venue."""
    with opened_house() as house:
        found = house.venues.find(normalise(code))
    if found is None:
        raise click.ClickException("no such venue.")
    shown = record(found)
    click.echo(json.dumps(shown, ensure_ascii=False) if as_json else "\n".join(f"{k}: {v}" for k, v in shown.items()))


@venue.command()
@click.argument("code")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A .pdf or .png file.")
@click.option("--size", type=click.Choice(["a4", "square"]), default="a4", show_default=True, help="square: 15x15 cm.")
def poster(code: str, out: Path, size: str) -> None:
    """Write the poster of a venue: its code, the sentence to text, a QR code that opens the SMS."""
    from backend.bootstrap import Bootstrap
    from backend.poster import FORMATS, SHEETS, Poster

    make = FORMATS.get(out.suffix.lower())
    if make is None:
        raise click.UsageError(f"--out ends in {' or '.join(FORMATS)}.")
    bootstrap = Bootstrap()
    found = bootstrap.house.venues.find(normalise(code))
    if found is None:
        raise click.ClickException("no such venue.")
    config = bootstrap.config
    made = Poster(found.name, found.code, config.short_code, config.ussd_code)
    out.write_bytes(make(made, SHEETS[size], bootstrap.texts.text))


def read(file: Path, places: Places) -> tuple[list[NewVenue], list[str]]:
    """The venues of a CSV file and what is wrong with it, by line."""
    news, problems = list[NewVenue](), list[str]()
    for number, row in rows(file):
        try:
            news.append(new_venue(row, places))
        except Unfit as error:
            problems.append(f"line {number}: {error}")
    if not news and not problems:
        problems.append("the file holds no venue")
    return news, problems


def rows(file: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """Line number and columns of each record; a click error for a file that is not such a table."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        table = csv.DictReader(opened, restkey=REST)
        try:
            missing = [name for name in NEEDED if name not in (table.fieldnames or ())]
            if missing:
                raise click.ClickException(f"columns missing: {', '.join(missing)}.")
            for row in table:
                yield table.line_num, row
        except (UnicodeDecodeError, csv.Error) as error:
            raise click.ClickException(f"not a CSV file in UTF-8: {error}.") from None


def new_venue(given: Mapping[str, str | None], places: Places) -> NewVenue:
    """A venue as somebody typed it; raises Unfit."""
    if REST in given:
        raise Unfit("more columns than the first line names")
    said = {name: (given.get(name) or "").strip() for name in COLUMNS}
    if not 0 < len(said["name"]) <= NAME_MOST or len(said["address"]) > ADDRESS_MOST:
        raise Unfit(f"a name has 1 to {NAME_MOST} characters, an address at most {ADDRESS_MOST}")
    if said["kind"] not in KINDS:
        raise Unfit(f"kind {said['kind']!r} is none of {', '.join(KINDS)}")
    keeper = normalise_phone(said["phone"]) if said["phone"] else None
    if said["phone"] and keeper is None:
        raise Unfit("the phone is no telephone number")
    province, commune = where(said["province"], said["commune"], places)
    return NewVenue(said["name"], said["kind"], province, commune, said["address"], keeper)


def where(province: str, commune: str, places: Places) -> tuple[str, str]:
    """Codes of today's province and commune; raises Unfit."""
    found = [place for place in places.resolve(f"{commune}, {province}") if place["commune"]]
    if not found:
        raise Unfit(f"no commune {commune!r} in {province!r} is known")
    if len({place["commune"] for place in found}) > 1:
        names = ", ".join(places.name(place["commune"]) for place in found)
        raise Unfit(f"{commune!r} in {province!r} may be one of {names}")
    return found[0]["province"], found[0]["commune"]


def record(shown: Venue) -> dict[str, Any]:
    """A venue without its keeper."""
    return {
        "code": shown.code, "name": shown.name, "kind": shown.kind, "province": shown.province,
        "commune": shown.commune, "address": shown.address, "status": shown.status.value,
    }  # fmt: skip
