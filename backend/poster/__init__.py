"""A venue's poster: its code in large digits, the sentence to text, and a QR code that opens that very SMS.

The page is drawn once, as PDF; a PNG is that PDF rendered, so both always show the same.
Fonts: DejaVu Sans, reduced to the letters of Vietnamese and English (LICENSE_DEJAVU beside them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

FONTS = Path(__file__).parent
PNG_DPI = 300
POINTS_PER_INCH = 72
LANGUAGES = ("vi", "en")  # as they stand on the poster, from top to bottom

Text = Callable[..., str]
"""`Texts.text`: key, language, medium and arguments to a sentence."""


@dataclass(frozen=True)
class Sheet:
    """A paper size; `width` and `height` in millimetres."""

    width: float
    height: float


SHEETS: Mapping[str, Sheet] = {"a4": Sheet(210, 297), "square": Sheet(150, 150)}


@dataclass(frozen=True)
class Poster:
    """What one poster says.  `code` has eight digits; `short_code` is where the SMS goes."""

    name: str
    code: str
    short_code: str
    ussd_code: str

    @property
    def digits(self) -> str:
        """The code as people read it out: two groups of four."""
        return f"{self.code[:4]} {self.code[4:]}"

    @property
    def qr(self) -> str:
        """What the QR code holds: the form that both Android and older phones open as an SMS."""
        return f"SMSTO:{self.short_code}:DD {self.code}"

    @property
    def dial(self) -> str:
        """The USSD string that checks in at one go."""
        return f"{self.ussd_code.rstrip('#')}*{self.code}#"


def pdf(poster: Poster, sheet: Sheet, text: Text) -> bytes:
    """The poster as a one-page PDF whose text can be read by machines."""
    from backend.poster.page import draw

    return draw(poster, sheet, text)


def png(poster: Poster, sheet: Sheet, text: Text) -> bytes:
    """The same page as a picture at 300 dots per inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf(poster, sheet, text))
    try:
        picture = document[0].render(scale=PNG_DPI / POINTS_PER_INCH).to_pil()
    finally:
        document.close()
    out = BytesIO()
    picture.save(out, "PNG", dpi=(PNG_DPI, PNG_DPI), optimize=True)
    return out.getvalue()


FORMATS: Mapping[str, Callable[[Poster, Sheet, Text], bytes]] = {".pdf": pdf, ".png": png}
