"""Records in clear, into a file or the terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import IO, Any

import click

from backend.commands.opened import opened_house

Record = Mapping[str, Any]
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@click.argument("what", type=click.Choice(["declarations", "visits", "cases", "contacts", "notices"]))
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv", "xlsx"]), required=True)
@click.option("--since", type=click.DateTime(), help="Received at or after this moment (ISO 8601, UTC unless it says).")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def export(what: str, shape: str, since: datetime | None, out: Path | None) -> None:
    """Decrypted records, oldest first; the export is written to the audit log."""
    if shape == "xlsx" and out is None:
        raise click.UsageError("xlsx needs --out FILE.")
    actor, start = f"terminal:{getuser()}", since and since.astimezone(UTC)
    with opened_house() as house, out.open("wb") if out else nullcontext(sys.stdout.buffer) as file:
        declared = house.export.declarations(actor, "export", start)
        records = declared if what == "declarations" else house.export.tracing(what, actor, "export", start)
        WRITERS[shape](records, file)


def write_jsonl(records: Iterable[Record], file: IO[bytes]) -> None:
    """One JSON object a line."""
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def write_csv(records: Iterable[Record], file: IO[bytes]) -> None:
    """UTF-8 with a byte order mark, so that a spreadsheet shows Vietnamese."""
    file.write("\ufeff".encode())
    for number, row in enumerate(flat(records)):
        rows = [list(row)] if number == 0 else []
        for line in [*rows, [_harmless(value) for value in row.values()]]:
            file.write(_csv_line(line).encode())


def write_xlsx(records: Iterable[Record], file: IO[bytes]) -> None:
    """One sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("records")
    for number, row in enumerate(flat(records)):
        if number == 0:
            sheet.append(list(row))
        sheet.append([_harmless(value) for value in row.values()])
    book.save(file)


WRITERS: Mapping[str, Callable[[Iterable[Record], IO[bytes]], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def flat(records: Iterable[Record]) -> Iterable[Record]:
    """Objects within a record as JSON text, for tables."""
    for record in records:
        yield {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
            for name, value in record.items()
        }


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula is shown instead (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def _csv_line(values: list[Any]) -> str:
    from io import StringIO

    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
