"""Posters, read back by machine: the text layer, the size of the sheet and the QR code's content."""

from pathlib import Path

import pypdfium2
import pytest
import segno

from backend.i18n import load
from backend.poster import FORMATS, SHEETS, Poster, pdf, png

CODE = "10234567"
LOCALES = Path(__file__).parents[2] / "locales"


@pytest.fixture(scope="module")
def text():
    return load(LOCALES, always={"hotline": "19009095", "short_code": "1900", "ussd_code": "*098#"}, strict=True).text


@pytest.fixture
def poster():
    return Poster("Chợ Bến Thành", CODE, "1900", "*098#")


def words_of(document: bytes) -> str:
    page = pypdfium2.PdfDocument(document)[0]
    return page.get_textpage().get_text_range()


@pytest.mark.parametrize("size", SHEETS)
def test_a_poster_says_code_and_sentence_in_both_languages(poster, text, size):
    words = words_of(pdf(poster, SHEETS[size], text))
    for said in ("Chợ Bến Thành", "1023 4567", f"nhắn DD {CODE} gửi 1900", f"text DD {CODE} to 1900", f"*098*{CODE}#"):
        assert said in words


@pytest.mark.parametrize("size", SHEETS)
def test_the_sheet_has_its_size_in_millimetres(poster, text, size):
    width, height = pypdfium2.PdfDocument(pdf(poster, SHEETS[size], text))[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (SHEETS[size].width, SHEETS[size].height)


def test_a_very_long_name_stays_on_the_sheet(text):
    poster = Poster("Trung tâm thương mại và chợ đầu mối nông sản " * 3, CODE, "1900", "*098#")
    page = pypdfium2.PdfDocument(pdf(poster, SHEETS["square"], text))[0]
    boxes = [one.get_bounds() for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])]
    assert boxes
    assert all(left >= 0 and right <= page.get_width() for left, _, right, _ in boxes)


def test_the_qr_code_opens_the_sms(poster):
    assert poster.qr == f"SMSTO:1900:DD {CODE}"
    assert segno.make(poster.qr, error="m").version <= 3


def test_a_png_is_the_page_at_300_dpi(poster, text):
    from io import BytesIO

    from PIL import Image

    picture = Image.open(BytesIO(png(poster, SHEETS["square"], text)))
    assert picture.format == "PNG"
    assert abs(picture.width - 150 / 25.4 * 300) < 2


def test_formats_are_named_by_file_ending():
    assert set(FORMATS) == {".pdf", ".png"}
