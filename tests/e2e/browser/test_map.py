"""The public map in a real browser: what a demonstration shows, without scripts, by keyboard, narrow, live.

KHAIBAO_MAP_SCREENSHOT=docs/images/map.png renews the picture of the README.
"""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import ROOT
from tests.e2e.browser.test_phones import ANSWER_MS, Handset
from tests.servers import wait_until

pytestmark = pytest.mark.timeout(400)
WIDTHS = (360, 768, 1280)
LIVE_MS = 30_000  # how often the page asks again


@pytest.fixture(scope="module")
def shown(site, environment):
    """The address of a map that has something on it."""
    command = [sys.executable, "-m", "backend.cli", "demo-data", "--declarations", "1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return f"{site}/map"


def place(page, name):
    return page.locator(".places li").filter(has_text=name)


def test_from_the_country_to_a_place_by_links(page, shown):
    page.goto(shown)
    expect(page.locator(".counts .red b")).to_have_text("1")
    expect(place(page, "Phòng khám Ngọc Hà")).to_contain_text("Đỏ - Không an toàn")
    expect(place(page, "Trường mầm non Hoa Mai")).to_contain_text("1 phản ánh")
    page.get_by_role("link", name="Thành phố Hồ Chí Minh").click()
    page.get_by_role("link", name="Phường Sài Gòn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Sài Gòn")
    expect(page.locator(".places li")).to_have_count(2)


def test_searching_without_accents_and_without_a_script(browser, shown):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(shown)
    page.get_by_label("Tìm tên nơi").fill("kim dong")
    page.get_by_label("Loại").select_option("Trường học")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator(".places li")).to_have_count(1)
    expect(place(page, "Trường tiểu học Kim Đồng")).to_contain_text("Xanh - An toàn")
    page.get_by_role("link", name="English").click()
    expect(place(page, "Trường tiểu học Kim Đồng")).to_contain_text("Green - Safe")
    context.close()


def test_by_keyboard_the_first_stop_leads_past_the_head(page, shown):
    page.goto(shown)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tới nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".counts a").first).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("query", ["", "?province=79", "?province=01&commune=00004&lang=en", "?q=xyz"])
def test_no_screen_scrolls_sideways(page, shown, width, query):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(shown + query)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_signs_stand_out(page, shown, scheme):
    """WCAG AA: 4.5 for words, 3 for signs."""
    page.emulate_media(color_scheme=scheme)
    page.goto(shown)
    for selector, least in ((".fine", 4.5), (".is", 4.5), (".lead", 4.5), ("th a", 4.5), ("button", 4.5), (".i", 3)):
        for element in page.locator(f"main {selector}").all():
            if element.is_visible():
                assert contrast(*element.evaluate(COLOURS)) >= least, (scheme, selector)


COLOURS = """element => {
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
}"""


def contrast(one, other):
    """By the formula of WCAG 2.1, of two colours as CSS computes them."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_complaint_by_text_turns_a_place_yellow_on_an_open_page(page, site, shown):
    page.clock.install()
    page.goto(shown)
    green = place(page, "Trường THCS Ba Đình")
    expect(green).to_contain_text("Xanh - An toàn")
    tab = page.context.new_page()
    tab.goto(f"{site}/simulator")
    phone = Handset(tab, 0, "0901 000 011")
    phone.text(f"PA {green.locator('b').inner_text()} khong ai deo khau trang")
    expect(phone.received).to_have_count(1, timeout=ANSWER_MS)

    def is_yellow():
        page.clock.run_for(LIVE_MS)
        return "Vàng - Có rủi ro" in green.inner_text()

    wait_until(is_yellow, seconds=ANSWER_MS / 1000, what="the open page to follow")
    expect(page.get_by_role("status")).to_contain_text("cập nhật")


def test_the_picture_of_the_readme(page, shown, tmp_path):
    page.set_viewport_size({"width": 1100, "height": 760})
    page.goto(shown)
    expect(page.locator(".places li")).to_have_count(6)
    page.screenshot(path=os.environ.get("KHAIBAO_MAP_SCREENSHOT") or tmp_path / "map.png")
