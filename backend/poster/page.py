"""The drawing of one poster page; positions are shares of the sheet, so that every size looks the same."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.poster import FONTS, LANGUAGES, Poster, Sheet, Text

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
GREEN = (0.03, 0.43, 0.36)
BLACK, GREY, WHITE = (0, 0, 0), (0.35, 0.35, 0.35), (1, 1, 1)
MARGIN = 0.07  # of the width, on both sides
LINE = 1.3  # line height in font sizes
QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)


def draw(poster: Poster, sheet: Sheet, text: Text) -> bytes:
    """The whole page, from top to bottom."""
    for font in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(font, FONTS / f"{font}.ttf"))
    out = BytesIO()
    page = _Page(Canvas(out, pagesize=(sheet.width * mm, sheet.height * mm)), sheet)
    page.canvas.setTitle(f"{poster.name} {poster.digits}")
    page.band(text("poster_title", "vi", "poster"), text("poster_title", "en", "poster"))
    page.centred(poster.name, BOLD, 0.052, lines=2)
    page.centred(poster.digits, BOLD, 0.155)
    page.qr(poster.qr)
    for language in LANGUAGES:
        page.instruction(poster, language, text)
    page.canvas.save()
    return out.getvalue()


class _Page:
    """A canvas with a cursor that moves down; sizes are shares of the sheet's shorter side."""

    def __init__(self, canvas: Canvas, sheet: Sheet) -> None:
        self.canvas = canvas
        self._width, self._height = sheet.width * mm, sheet.height * mm
        self._unit = min(self._width, self._height)
        self._spare = (self._height - self._unit) / self._unit  # what a long sheet has over a square one
        self._y = self._height

    def band(self, first: str, second: str) -> None:
        """The coloured head of the page."""
        height = (0.13 + self._spare * 0.06) * self._unit
        self.canvas.setFillColorRGB(*GREEN)
        self.canvas.rect(0, self._height - height, self._width, height, stroke=0, fill=1)
        self._y -= height * 0.5
        self._line(first, BOLD, 0.05, WHITE)
        self._line(second, PLAIN, 0.032, WHITE, gap=1.35)
        self._y = self._height - height

    def centred(self, words: str, font: str, size: float, lines: int = 1) -> None:
        """Words in the middle, in up to `lines` lines, smaller when they are too wide."""
        pieces = _wrapped(words, font, size * self._unit, self._room, lines)
        for piece in pieces:
            self._y -= (size * LINE + self._spare * 0.03) * self._unit
            self._line(piece, font, size, BLACK)

    def qr(self, content: str) -> None:
        """The QR code, in the middle, as vectors."""
        matrix = segno.make(content, error="m").matrix
        side = (0.27 + self._spare * 0.75) * self._unit
        module = side / (len(matrix) + 2 * QUIET)
        top, left = self._y - 0.01 * self._unit, (self._width - side) / 2
        self.canvas.setFillColorRGB(*BLACK)
        for row, bits in enumerate(matrix):
            for start, length in _runs(bits):
                x, y = left + (QUIET + start) * module, top - (QUIET + row + 1) * module
                self.canvas.rect(x, y, length * module, module, stroke=0, fill=1)
        self._y = top - side

    def instruction(self, poster: Poster, language: str, text: Text) -> None:
        """What to send, in one language: the sentence in bold, the other ways below it."""
        shown = {"code": poster.code, "dial": poster.dial}
        self.centred(text("poster_send", language, "poster", **shown), BOLD, 0.037)
        self._y -= 0.036 * LINE * self._unit
        self._line(text("poster_other", language, "poster", **shown), PLAIN, 0.026, GREY)

    @property
    def _room(self) -> float:
        return self._width * (1 - 2 * MARGIN)

    def _line(self, words: str, font: str, size: float, colour: tuple[float, float, float], gap: float = 0) -> None:
        points = size * self._unit
        points *= min(1, self._room / pdfmetrics.stringWidth(words, font, points))
        self._y -= gap * points
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(font, points)
        self.canvas.drawCentredString(self._width / 2, self._y, words)


def _wrapped(words: str, font: str, points: float, room: float, lines: int) -> list[str]:
    """The words in lines that fit; what is over the last line stays on it (and is drawn smaller)."""
    pieces = [""]
    for word in words.split():
        longer = f"{pieces[-1]} {word}".strip()
        if pdfmetrics.stringWidth(longer, font, points) > room and pieces[-1] and len(pieces) < lines:
            pieces.append(word)
        else:
            pieces[-1] = longer
    return pieces


def _runs(bits: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """(start, length) of every run of dark modules in a row."""
    start = 0
    while start < len(bits):
        end = start
        while end < len(bits) and bits[end]:
            end += 1
        if end > start:
            yield start, end - start
        start = end + 1
