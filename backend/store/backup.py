"""Backup and restore.  A backup holds the database as it is: sealed; without the keys it is worth nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url


class BackupFailed(Exception):
    """The backup or restore was not done; the sentence says why and holds no password."""


def backup(url: str, target: Path) -> None:
    """Write a consistent copy of the running database to `target`, readable by its owner only.

    SQLite: the online backup interface.  PostgreSQL: pg_dump's custom format.  Raises BackupFailed.
    """
    address = make_url(url)
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if address.get_backend_name() == "sqlite":
            _copy_sqlite(_sqlite_file(address), unfinished)
        else:
            _run_postgresql("pg_dump", address, "--format=custom", f"--file={unfinished}")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def check(url: str, source: Path) -> None:
    """Raise BackupFailed unless `source` is a backup that the database of `url` can be restored from."""
    if not source.is_file():
        raise BackupFailed(f"there is no backup at {source}")
    if make_url(url).get_backend_name() == "sqlite":
        _check_sqlite(source)


def restore(url: str, source: Path) -> None:
    """Replace the contents of the database by a backup; the services must be stopped.  Raises BackupFailed."""
    check(url, source)
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(source, _sqlite_file(address, must_exist=False))
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run_postgresql("pg_restore", address, *options, str(source))


def _sqlite_file(address: URL, must_exist: bool = True) -> Path:
    path = Path(address.database or "")
    if must_exist and not path.is_file():
        raise BackupFailed(f"there is no database at {path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise BackupFailed(f"SQLite: {error}") from None


def _check_sqlite(source: Path) -> None:
    """A database of ours and whole: an empty file is a database too, as far as SQLite knows."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as backup_file:
            verdict = backup_file.execute("PRAGMA integrity_check").fetchone()[0]
            ours = backup_file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(f"{source} is not a backup: {error}") from None
    if verdict != "ok":
        raise BackupFailed(f"{source} is damaged")
    if ours is None:
        raise BackupFailed(f"{source} is not a backup: it is no database of Khai Báo")


def _run_postgresql(program: str, address: URL, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is not installed (package postgresql-client)")
    # The password goes by the environment: a command line can be read by every user of the machine.
    environment = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}
    place = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run([found, f"--dbname={place}", *options], env=environment, capture_output=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{program} ended with status {done.returncode}")
