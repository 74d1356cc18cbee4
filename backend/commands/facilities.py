"""Facilities: venues that report a checklist every day, their officers, and feedback on places."""

from __future__ import annotations

import json
from pathlib import Path

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import actor_of, as_lines, explained, terminal
from backend.services.facility_forms import chosen, read, read_table
from backend.services.records import COLOURS, facility_record, feedback_record, state_record
from backend.services.tables import TableUnfit
from backend.services.venue_forms import KINDS


@click.group(cls=Group)
def facility() -> None:
    """Schools, clinics, workplaces: places that report on safety every day."""


@facility.command()
@click.argument("code")
@click.option("--checklist", help="Its checklist pack (default: the one meant for the venue's kind and province).")
@click.option("--phone", "phones", multiple=True, help="Telephone of an officer who reports; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: code, name, checklist.")
def add(code: str, checklist: str | None, phones: tuple[str, ...], as_json: bool) -> None:
    """Make the venue of a CODE a facility, or change its checklist; its officers are told how to report."""
    with explained(), opened_house() as house:
        new = read({"code": code, "checklist": checklist, "phones": " ".join(phones)})
        (added,) = house.facilities.add([new], terminal())
    shown = facility_record(added)
    click.echo(json.dumps(shown, ensure_ascii=False) if as_json else f"{shown['code']} reports by {shown['checklist']}")


@facility.command()
@click.argument("code")
@click.argument("phone")
@click.option("--remove", is_flag=True, help="The telephone reports no more.")
def officer(code: str, phone: str, remove: bool) -> None:
    """Let a telephone report for a facility; it is told how."""
    with explained(), opened_house() as house:
        change = house.facilities.remove_officer if remove else house.facilities.add_officer
        changed = change(code, phone, terminal())
    click.echo(f"{changed.venue.code}: officer {'removed' if remove else 'registered'}")


@facility.command("list")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--province", help="Code of a province, such as 79.")
@click.option("--commune", help="Code of a commune.")
@click.option("--colour", type=click.Choice(COLOURS))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool, **wanted: str | None) -> None:
    """Facilities as they stand today."""
    with opened_house() as house:
        found = chosen(house.facilities.all(), {name: value for name, value in wanted.items() if value})
    for each in found:
        open_ = f" ({each['feedback']} feedback)" if each["feedback"] else ""
        line = f"{each['code']} {each['colour']:6} {each['name']}{open_}"
        click.echo(json.dumps(each, ensure_ascii=False) if as_json else line)


@facility.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(code: str, as_json: bool) -> None:
    """Colour and report of a facility today."""
    with explained(), opened_house() as house:
        shown = state_record(house.facilities.state(code))
    report = shown.pop("report")
    flat = {**shown, **({f"report_{name}": value for name, value in report.items()} if report else {})}
    if as_json:
        click.echo(json.dumps({**shown, "report": report}, ensure_ascii=False))
        return
    click.echo(as_lines(flat))


@facility.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> None:
    """Make every venue of a CSV FILE a facility, all or none.

    Columns: code, checklist, phones (spaces between); the last two may be missing.
    """
    try:
        with explained(), opened_house() as house:
            added = house.facilities.add(read_table(file.read_bytes()), terminal())
    except TableUnfit as error:
        raise click.ClickException("\n".join(["nothing was imported:", *error.problems])) from None
    for each in added:
        click.echo(f"{each.venue.code},{each.checklist}")


@facility.command()
@click.argument("code")
@click.option("--user", help="Who looks (default: the terminal's user).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def feedback(code: str, user: str | None, as_json: bool) -> None:
    """What citizens wrote of the place of a CODE and nobody has closed; the look is audited."""
    with explained(), opened_house() as house:
        found = [feedback_record(each) for each in house.facilities.feedback(code, actor_of(house, user))]
    for each in found:
        click.echo(json.dumps(each, ensure_ascii=False) if as_json else "{number} {received_at} {text}".format(**each))


@facility.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="What was done about it.")
@click.option("--user", help="Who closes it (default: the terminal's user).")
def close(number: int, reason: str, user: str | None) -> None:
    """Feedback NUMBER has been looked into: the place is no longer yellow for it."""
    with explained(), opened_house() as house:
        house.facilities.close_feedback(number, actor_of(house, user), reason)
    click.echo(f"feedback {number} closed")


@facility.command()
@click.argument("name", required=False)
def checklists(name: str | None) -> None:
    """The checklist packs valid today, or the criteria of the one with a NAME."""
    with explained(), opened_house() as house:
        for each in house.facilities.checklists_today(name):
            click.echo(each)
