"""Headers of long incoming texts."""

from __future__ import annotations

import pytest

from channels.contract import Malformed
from channels.text import concatenation_of


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("050003CC0201", ("204", 2, 1)),
        ("06080412340302", ("4660", 3, 2)),
        ("0B05040B8423F00003CC0202", ("204", 2, 2)),
        ("06050415811581", None),
    ],
)
def test_headers(header, expected):
    assert concatenation_of(bytes.fromhex(header)) == expected


@pytest.mark.parametrize("header", ["050003CC0200", "050003CC0203", "040002CC02", "050003CC00FF"])
def test_headers_that_do_not_add_up(header):
    with pytest.raises(Malformed, match="bad_header"):
        concatenation_of(bytes.fromhex(header))
