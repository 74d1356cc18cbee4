"""Records as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import click
import openpyxl
import pytest

from backend.commands.export import MOMENT, WRITERS

RECORD = {
    "reference": "1234567890",
    "phone": "84901234567",
    "subject": {"full_name": "Nguyễn Văn A"},
    "answers": {"travelled": False},
    "triage": "green",
}


def written(shape, records, fields=tuple(RECORD)):
    file = io.BytesIO()
    WRITERS[shape](records, fields, file)
    return file.getvalue()


def test_jsonl_keeps_objects_and_accents():
    (line,) = written("jsonl", [RECORD]).decode().splitlines()
    assert json.loads(line) == RECORD
    assert "Nguyễn" in line


def test_csv_opens_in_a_spreadsheet():
    content = written("csv", [RECORD, RECORD])
    assert content.startswith(b"\xef\xbb\xbf")
    head, first, _ = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == list(RECORD)
    assert json.loads(first[2]) == RECORD["subject"]


def test_xlsx_has_a_row_for_each_record():
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", [RECORD, RECORD]))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == tuple(RECORD)
    assert len(rows) == 3


@pytest.mark.parametrize("name", ["=1+1", "+84", "-1", "@x"])
def test_nothing_a_person_wrote_is_run_by_a_spreadsheet(name):
    _, row = csv.reader(io.StringIO(written("csv", [{"name": name}], ["name"]).decode("utf-8-sig")))
    assert row == [f"'{name}"]


def test_no_records_are_a_table_without_rows():
    assert written("jsonl", []) == b""
    (head,) = csv.reader(io.StringIO(written("csv", []).decode("utf-8-sig")))
    assert head == list(RECORD)
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", []))).active
    assert list(sheet.iter_rows(values_only=True)) == [tuple(RECORD)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-24", (2026, 11, 24, 0)), ("2026-11-24T08:00", (2026, 11, 24, 8)),
        ("2026-11-24 08:00:00", (2026, 11, 24, 8)), ("2026-11-24T08:00:00Z", (2026, 11, 24, 8)),
        ("2026-11-24T08:00:00.5+07:00", (2026, 11, 24, 1, 0, 0, 500_000)),
    ],
)  # fmt: skip
def test_a_moment_is_utc_unless_it_says(said, meant):
    assert MOMENT.convert(said, None, None) == datetime(*meant, tzinfo=UTC)


@pytest.mark.parametrize("said", ["yesterday", "2026-13-01", "0001-01-01T00:00+07:00", ""])
def test_what_is_no_moment_is_a_usage_error(said):
    with pytest.raises(click.BadParameter, match="is no moment like"):
        MOMENT.convert(said, None, None)
