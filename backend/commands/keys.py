"""Keys: making new ones and moving the data to them."""

from __future__ import annotations

import click

from backend.commands.groups import Group
from backend.commands.opened import ready_parts
from backend.settings import new_key


@click.group(cls=Group)
def keys() -> None:
    """Keys of sealed fields and blind indexes."""


@keys.command()
def new() -> None:
    """Print a new random key for KHAIBAO_FIELD_KEYS or KHAIBAO_INDEX_KEYS."""
    click.echo(new_key())


@keys.command()
def rotate() -> None:
    """Seal everything again with the first key of KHAIBAO_FIELD_KEYS; the services keep running."""
    from backend.store import keys as stored
    from backend.store.encryption import SealBroken

    try:
        changed = stored.rotate(ready_parts().units, show)
    except SealBroken as error:
        raise click.ClickException(f"a value cannot be opened ({error.code}): is a field key missing?") from None
    click.echo(f"{changed} rows sealed with the first key")


@keys.command()
def reindex() -> None:
    """Compute all blind indexes with the first key of KHAIBAO_INDEX_KEYS; stop the services first."""
    from backend.store import keys as stored

    try:
        stored.reindex(ready_parts().units, show)
    except stored.IndexKeyChanged:
        raise click.ClickException("KHAIBAO_INDEX_KEYS lacks the key the database was written with.") from None
    click.echo("indexes follow the first key")


def show(what: str, done: int, total: int) -> None:
    """Progress of a long command, on stderr."""
    click.echo(f"{what}: {done} of {total}", err=True)
