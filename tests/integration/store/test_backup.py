from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backend.store.backup import BackupFailed, backup, restore
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import claim, receive, sms


def test_a_restored_backup_holds_what_was_there_then(units: SqlUnits, database_url: str, tmp_path: Path) -> None:
    if units.engine.dialect.name == "postgresql" and shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on this machine")
    receive(units, sms("1", text="before"))
    backup(database_url, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    receive(units, sms("2", "84900000000", text="after"))
    units.engine.dispose()
    restore(database_url, tmp_path / "copy")
    assert [row.event.text for row in claim(units)] == ["before"]


def test_what_is_no_backup_is_refused(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no backup"):
        restore(database_url, tmp_path / "missing")
    (tmp_path / "junk").write_bytes(b"junk" * 1000)
    with pytest.raises(BackupFailed):
        restore(database_url, tmp_path / "junk")


def test_an_empty_file_and_a_strange_database_wipe_nothing(units: SqlUnits, database_url: str, tmp_path: Path) -> None:
    receive(units, sms("1", text="kept"))
    (tmp_path / "empty").touch()
    with closing(sqlite3.connect(tmp_path / "strange")) as strange:
        strange.execute("CREATE TABLE recipes (name)")
    units.engine.dispose()
    for name in ("empty", "strange"):
        with pytest.raises(BackupFailed):
            restore(database_url, tmp_path / name)
    assert [row.event.text for row in claim(units)] == ["kept"]


def test_a_database_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no database"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
