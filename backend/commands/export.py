"""Records in clear, into a file or the terminal."""

from __future__ import annotations

import csv
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from backend.commands.opened import opened_house
from backend.commands.tracing import terminal
from backend.services.export import FIELDS

Record = Mapping[str, Any]
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Moment(click.ParamType[datetime]):
    """A moment in ISO 8601: a day, or with hours, and an offset or Z."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Aware, UTC; a usage error for anything else."""
        try:
            said = datetime.fromisoformat(value)
            return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no moment like 2026-11-24, 2026-11-24T08:00 or 2026-11-24T08:00:00+07:00.")


MOMENT = Moment()


@click.command()
@click.argument("what", type=click.Choice(list(FIELDS)))
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv", "xlsx"]), required=True)
@click.option("--since", type=MOMENT, help="Received at or after this moment (ISO 8601, UTC unless it says).")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def export(what: str, shape: str, since: datetime | None, out: Path | None) -> None:
    """Decrypted records, oldest first; the export is written to the audit log."""
    if shape == "xlsx" and out is None:
        raise click.UsageError("xlsx needs --out FILE.")
    with opened_house() as house, private(out) if out else nullcontext(sys.stdout.buffer) as file:
        WRITERS[shape](house.export.records(what, terminal(), "export", since), FIELDS[what], file)


def private(path: Path) -> IO[bytes]:
    """A file that only its owner may read, from its first byte on: it will hold people's answers in clear."""

    def owned(name: str, flags: int) -> int:
        descriptor = os.open(name, flags, 0o600)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # and no /dev/stdout
            os.fchmod(descriptor, 0o600)  # one that was there already
        return descriptor

    return open(path, "wb", opener=owned)


def write_jsonl(records: Iterable[Record], fields: Sequence[str], file: IO[bytes]) -> None:
    """One JSON object a line."""
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def write_csv(records: Iterable[Record], fields: Sequence[str], file: IO[bytes]) -> None:
    """UTF-8 with a byte order mark, so that a spreadsheet shows Vietnamese; the names of the fields first."""
    file.write(f"\ufeff{_csv_line(fields)}".encode())
    for row in flat(records):
        file.write(_csv_line([_harmless(row[name]) for name in fields]).encode())


def write_xlsx(records: Iterable[Record], fields: Sequence[str], file: IO[bytes]) -> None:
    """One sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("records")
    sheet.append(list(fields))
    for row in flat(records):
        sheet.append([_harmless(row[name]) for name in fields])
    book.save(file)


WRITERS: Mapping[str, Callable[[Iterable[Record], Sequence[str], IO[bytes]], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def flat(records: Iterable[Record]) -> Iterable[Record]:
    """Objects and lists within a record as JSON text, for tables."""
    for record in records:
        yield {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            for name, value in record.items()
        }


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula is shown instead (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _csv_line(values: Sequence[Any]) -> str:
    from io import StringIO

    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
