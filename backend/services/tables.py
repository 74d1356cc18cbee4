"""CSV tables that staff hands in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

from backend.services.refusals import Refused

REST = "more"  # what stands beyond the named columns


class TableUnfit(Refused):
    """What is wrong with a table; `problems` has one sentence each, with its line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("table_unfit", "\n".join(problems))
        self.problems = problems


def rows(table: bytes, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """Line number and columns of each record; raises TableUnfit for what is no such table.

    Where the comma is the decimal sign, as in Viet Nam, spreadsheets put semicolons between columns.
    """
    try:
        lines = table.decode("utf-8-sig").splitlines(keepends=True)
        between = ";" if lines and ";" in lines[0] else ","
        reader = csv.DictReader(lines, restkey=REST, delimiter=between, strict=True)
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise TableUnfit([f"columns missing: {', '.join(missing)}"])
        for row in reader:
            yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableUnfit([f"not a CSV table in UTF-8: {error}"]) from None
