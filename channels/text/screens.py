"""USSD: what one screen holds, and turning pages."""

from __future__ import annotations

from functools import partial

from channels.text.gsm7 import is_gsm7, packed_octets
from channels.text.splitting import longest_piece, ucs2_units

SCREEN_OCTETS = 160
"""One USSD string (3GPP TS 24.090): 182 septets or 80 UCS-2 units."""


def fits_screen(text: str) -> bool:
    """Whether a text fits one USSD screen, padding included."""
    octets = packed_octets(text) if is_gsm7(text) else 2 * ucs2_units(text)
    return octets <= SCREEN_OCTETS


def screens(text: str, more: str, back: str) -> list[str]:
    """The pages of a text, each fitting a screen together with its labels.

    `more` and `back` are whole label lines in the person's language ("98 Xem tiep", "99 Tro lai").
    A text that fits is one page without labels; else every page but the last ends with `more`,
    every page but the first with `back`.
    """
    rest = text.strip()
    if fits_screen(rest):
        return [rest]
    pages: list[str] = []
    while True:
        labels = [back] if pages else []
        if pages and fits_screen(_page(rest, labels)):
            return [*pages, _page(rest, labels)]
        labels = [more, *labels]
        piece = longest_piece(rest, partial(_fits_with, labels))
        pages.append(_page(piece, labels))
        rest = rest[len(piece) :].lstrip()


def _fits_with(labels: list[str], text: str) -> bool:
    return fits_screen(_page(text, labels))


def _page(text: str, labels: list[str]) -> str:
    return "\n".join([text.rstrip(), *labels])
