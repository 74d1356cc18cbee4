"""Packs: which diseases there are, whether a file is sound, which disease is asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import actor_of, explained


@click.group(cls=Group)
def pack() -> None:
    """Disease packs."""


@pack.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check the FILE of a disease or of a checklist.

    Every problem at once, one a line, with file, field and reason; status 1 if there is one.
    """
    from backend.bootstrap import LOCALES
    from backend.domain.checklists.files import ChecklistError, is_checklist, read_checklist
    from backend.domain.packs import PackError, read_pack
    from backend.i18n import known_keys

    try:
        read = read_checklist(file) if is_checklist(file) else read_pack(file, known_keys(LOCALES))
    except (PackError, ChecklistError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None
    until = f"to {read.valid_to}" if read.valid_to else "on"
    click.echo(f"{file.name}: sound; {read.name} from {read.valid_from} {until}")


@pack.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def list_packs(as_json: bool) -> None:
    """Every pack: disease, days on which it holds, whether it is asked about now (*), where its rules come from."""
    with explained(), opened_house() as house:
        records = [_record(each) for each in house.packs.listed()]
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    for each in records:
        mark = "*" if each["active"] else " " if each["valid"] else "-"
        click.echo(f"{mark} {each['name']:<12} {each['valid_from']} {each['valid_to'] or '':<10} {each['sources'][0]}")


@pack.command()
@click.argument("name")
@click.option("--user", help="Who chooses (default: the terminal's user).")
def use(name: str, user: str | None) -> None:
    """Ask about the disease NAME from now on; in effect everywhere within seconds, no restart."""
    with explained(), opened_house() as house:
        chosen = house.packs.use(name, actor_of(house, user))
    click.echo(f"{chosen.name}: rules of {chosen.valid_from}")


def _record(listed: Any) -> dict[str, Any]:
    found = listed.pack
    return {
        "name": found.name, "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to and found.valid_to.isoformat(), "active": listed.active, "valid": listed.valid,
        "legal_basis": found.legal_basis, "sources": list(found.sources),
    }  # fmt: skip
