"""The database: schema and demonstration data."""

from __future__ import annotations

import click


@click.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to bring the schema to.")
def migrate(revision: str) -> None:
    """Bring the database's schema up to date; keeps all data."""
    from backend.bootstrap import Bootstrap
    from backend.store.migrate import current_revision
    from backend.store.migrate import migrate as bring

    engine = Bootstrap().engine
    bring(engine, revision)
    click.echo(f"database at revision {current_revision(engine)}")


@click.command("demo-data")
@click.option("--declarations", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to make.")
def demo_data(declarations: int) -> None:
    """Invented people declare, through the whole path, so that there is something to look at."""
    from backend.commands.demo import make

    click.echo(f"{make(declarations)} declarations stored")
