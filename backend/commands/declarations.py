"""What an officer sees of a declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from backend.commands.opened import opened_house
from backend.commands.tracing import explained


@click.command()
@click.argument("reference")
@click.option("--user", required=True, help="The staff user who looks.")
@click.option("--reason", required=True, help="Why; kept in the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the fields of an export, and the status.")
def declaration(reference: str, user: str, reason: str, as_json: bool) -> None:
    """Show the declaration with a REFERENCE, e.g. a traveller's at the border; the look is audited."""
    with explained(), opened_house() as house:
        found = house.look_up.declaration(reference, user, reason)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines(found)))


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """One line a value; those of the person and of the answers under their field's name."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from (f"{inner}: {_shown(one)}" for inner, one in value.items())
        else:
            yield f"{name}: {_shown(value)}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
