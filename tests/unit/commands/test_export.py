"""Records as files."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from backend.commands.export import WRITERS

RECORD = {
    "reference": "1234567890",
    "phone": "84901234567",
    "subject": {"full_name": "Nguyễn Văn A"},
    "answers": {"travelled": False},
    "triage": "green",
}


def written(shape, records):
    file = io.BytesIO()
    WRITERS[shape](records, file)
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
    _, row = csv.reader(io.StringIO(written("csv", [{"name": name}]).decode("utf-8-sig")))
    assert row == [f"'{name}"]


@pytest.mark.parametrize("shape", ["jsonl", "csv", "xlsx"])
def test_no_records_is_no_error(shape):
    written(shape, [])
