"""The database: schema and demonstration data."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to bring the schema to.")
def migrate(revision: str) -> None:
    """Bring the database's schema up to date; keeps all data."""
    from alembic.util import CommandError

    from backend.bootstrap import Bootstrap
    from backend.store.migrate import current_revision
    from backend.store.migrate import migrate as bring

    parts = Bootstrap()
    try:
        bring(parts.engine, revision)
    except CommandError as error:  # a revision nobody knows, or a database of a later release
        raise click.ClickException(f"{error}.") from None
    click.echo(f"database at revision {current_revision(parts.engine)}")
    if revision == "head":
        parts.check_keys()


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def backup(target: Path) -> None:
    """Write a consistent copy of the running database to TARGET; it is worthless without the field keys."""
    _files("backup", target)
    click.echo(f"backup written to {target}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(source: Path, yes: bool) -> None:
    """Replace the database by the backup SOURCE; stop the services first."""
    _files("check", source)
    if not yes:
        click.confirm("Replace everything in the configured database?", abort=True, err=True)
    _files("restore", source)
    click.echo(f"restored from {source}")


def _files(what: str, path: Path) -> None:
    from backend.config import load
    from backend.store import backup as files

    try:
        getattr(files, what)(load().database_url, path)
    except files.BackupFailed as error:
        raise click.ClickException(f"{error}.") from None


@click.command("demo-data")
@click.option("--declarations", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to make.")
def demo_data(declarations: int) -> None:
    """Invented people declare, through the whole path, so that there is something to look at."""
    from backend.commands.demo import make

    answered, codes = make(declarations)
    click.echo(f"{answered} declarations stored")
    if codes:
        click.echo(f"venues {', '.join(codes)}; staff an (officer), binh (approver)")
