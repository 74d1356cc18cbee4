"""Checks that every part of a pack file shares: its keys, and numbers in their range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LONGEST_DAYS = 3_650


def keys(content: Any, expected: Sequence[str], where: str) -> Iterator[str]:
    """What is missing and what is unknown in a mapping; `where` is "" for the file or ends in a dot."""
    if not isinstance(content, Mapping):
        yield f"{where.rstrip('.') or 'file'}: must be a mapping"
        return
    yield from (f"{where}{name}: missing" for name in expected if name not in content)
    yield from (f"{where}{name}: unknown" for name in content if name not in expected)


def each_number(numbers: Mapping[Any, Any], where: str, least: int, most: int) -> Iterator[str]:
    """Values that are no whole numbers from `least` to `most`."""
    for name, number in numbers.items():
        if type(number) is not int or not least <= number <= most:
            yield f"{where + '.' if where else ''}{name}: must be a whole number from {least} to {most}"
