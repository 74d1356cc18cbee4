"""Keys: making new ones and moving the data to them."""

from __future__ import annotations

import click

from backend.settings import new_key


@click.group()
def keys() -> None:
    """Keys of sealed fields and blind indexes."""


@keys.command()
def new() -> None:
    """Print a new random key for KHAIBAO_FIELD_KEYS or KHAIBAO_INDEX_KEYS."""
    click.echo(new_key())
