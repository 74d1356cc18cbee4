"""Declaring on the phones of the page, through the running web server, worker and bot.

KHAIBAO_SCREENSHOT=docs/images/phone.png renews the picture of the README.
"""

import os
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(400)
ANSWER_MS = 20_000
REFERENCE = re.compile(r"\b(\d{10})\b")


class Handset:
    """One phone of the page, held in two hands."""

    def __init__(self, page, place, number):
        self.unit = page.locator(".unit").nth(place)
        field = self.unit.get_by_label("Số của máy này")
        field.fill(number)
        field.press("Tab")
        self.received = self.unit.locator(".thread .in")
        self.screen = self.unit.locator(".ussd-text")

    def press(self, keys):
        for key in keys:
            self.unit.locator(f'[data-key="{key}"]').click()

    def soft(self, label):
        self.unit.get_by_role("button", name=label, exact=True).click()

    def text(self, text):
        """Write and send a text from wherever the phone is."""
        self.soft("Soạn tin")
        self.unit.get_by_label("Nội dung tin nhắn").fill(text)
        self.soft("Gửi")

    def answer(self, text, expected):
        """Answer a USSD screen and wait for the next one."""
        self.unit.get_by_label("Câu trả lời").fill(text)
        self.soft("Gửi")
        expect(self.screen).to_contain_text(expected, timeout=ANSWER_MS)


CONTRAST = """selector => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0)
  const behind = node => {
    const colour = getComputedStyle(node).backgroundColor
    return /, 0\\)$/.test(colour) && node.parentElement ? behind(node.parentElement) : colour
  }
  const node = document.querySelector(selector)
  const [low, high] = [light(getComputedStyle(node).color), light(behind(node))].sort((one, other) => one - other)
  return (high + 0.05) / (low + 0.05)
}"""  # WCAG 2.2, 1.4.3
READ = (".brand p", ".numbers b", ".guide h2", ".guide > p", ".example code", ".example span", ".number input",
        ".languages a[aria-current]", ".add", ".remove", "footer")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_by_day_and_by_night(page, scheme):
    page.emulate_media(color_scheme=scheme)
    night = page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(243, 246, 244)"
    assert night is (scheme == "dark")
    found = {selector: page.evaluate(CONTRAST, selector) for selector in READ}
    assert {selector: ratio for selector, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def reference_in(text):
    found = REFERENCE.search(text)
    assert found, text
    return found.group(1)


def test_one_text_is_a_declaration_and_is_answered_by_a_receipt(page):
    phone = Handset(page, 0, "0901 000 001")
    phone.text("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000")
    expect(phone.received).to_have_count(1, timeout=ANSWER_MS)
    receipt = phone.received.first.inner_text()
    assert "Nguyen Van An" in receipt
    assert "2 tin" in receipt  # with what is kept and why, the first time
    phone.text("MA")
    expect(phone.received).to_have_count(2, timeout=ANSWER_MS)
    assert reference_in(phone.received.last.inner_text()) == reference_in(receipt)


def test_a_session_dialled_on_the_keypad_ends_with_a_receipt_that_also_comes_as_a_text(page):
    phone = Handset(page, 1, "0912 000 002")
    phone.press("*098#")
    expect(phone.unit.locator(".dialled")).to_have_text("*098#")
    phone.soft("Gọi hoặc gửi")
    expect(phone.screen).to_contain_text("1 Khai y te", timeout=ANSWER_MS)
    for answer, expected in (
        ("1", "ho va ten"),
        ("Tran Thi Bich", "Sinh nam nao"),
        ("1960", "2 Nu"),
        ("2", "xa, phuong"),
        ("Hoan Kiem, Ha Noi", "tinh khac"),
        ("0", "sot, ho"),
        ("97", "khong bi gi"),
        ("0", "nguoi benh"),
        ("0", "vung dang co dich"),
        ("0", "dang sot"),
        ("0", "Tran Thi Bich"),
        ("1", "Da nhan"),
    ):
        phone.answer(answer, expected)
    shown = reference_in(phone.screen.inner_text())
    phone.soft("Tin nhắn")
    expect(phone.received).to_have_count(1, timeout=ANSWER_MS)
    assert reference_in(phone.received.first.inner_text()) == shown


def test_question_by_question_typed_on_the_keypad(page):
    phone = Handset(page, 0, "0933 000 003")
    phone.soft("Soạn tin")
    draft = phone.unit.get_by_label("Nội dung tin nhắn")
    phone.press("5522")  # k, b: the same key twice is its second letter
    expect(draft).to_have_value("Kb")
    expect(phone.unit.locator(".count")).to_have_text("2/160 · 1 tin")
    phone.soft("Gửi")
    expect(phone.received.last).to_contain_text("ho va ten", timeout=ANSWER_MS)
    phone.text("Lê Văn Út")
    expect(phone.received.last).to_contain_text("Sinh nam nao", timeout=ANSWER_MS)
    phone.text("1850")
    expect(phone.received.last).to_contain_text("lau qua", timeout=ANSWER_MS)
    phone.text("HUY")
    expect(phone.received.last).to_contain_text("Da huy", timeout=ANSWER_MS)


def test_accents_are_counted_as_what_they_cost(page):
    phone = Handset(page, 0, "0933 000 004")
    phone.soft("Soạn tin")
    phone.unit.get_by_label("Nội dung tin nhắn").fill("Tôi bị sốt, " * 7)
    expect(phone.unit.locator(".count")).to_have_text("84/134 · 2 tin")


def test_phones_have_their_own_numbers_and_inboxes(page):
    first, second = Handset(page, 0, "0901 000 005"), Handset(page, 1, "0912 000 006")
    first.text("TG")
    expect(first.received).to_have_count(1, timeout=ANSWER_MS)
    second.soft("Tin nhắn")
    expect(second.received).to_have_count(0)
    expect(second.unit.locator(".thread")).to_contain_text("Chưa có tin nhắn")


def test_a_code_of_somebody_else_is_not_dialled(page):
    phone = Handset(page, 0, "0901 000 007")
    phone.press("*101#")
    phone.soft("Gọi hoặc gửi")
    expect(phone.screen).to_have_text("Mã dịch vụ không đúng.")


def test_the_page_in_english(page, site):
    page.goto(f"{site}/simulator?lang=en")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Declare with a keypad phone")
    expect(page.get_by_role("button", name="Write", exact=True).first).to_be_visible()


def test_the_page_on_a_small_screen(page):
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_two_phones_at_once_as_in_the_picture_of_the_readme(page, tmp_path):
    first, second = Handset(page, 0, "0901 234 567"), Handset(page, 1, "0912 345 678")
    first.text("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000")
    expect(first.received).to_have_count(1, timeout=ANSWER_MS)
    second.press("*098#")
    second.soft("Gọi hoặc gửi")
    expect(second.screen).to_contain_text("1 Khai y te", timeout=ANSWER_MS)
    for answer, expected in (("1", "ho va ten"), ("Tran Thi Bich", "Sinh"), ("1960", "2 Nu")):
        second.answer(answer, expected)
    expect(first.received).to_have_count(1)
    page.screenshot(path=os.environ.get("KHAIBAO_SCREENSHOT") or tmp_path / "phone.png")
