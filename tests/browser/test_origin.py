"""From a number to its origin and back, by keyboard; and the drawer on a phone."""

import pytest
from playwright.sync_api import expect

from wards.models import Ward

from .conftest import accessible, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def test_the_whole_way_from_a_number_to_its_origin_and_back_by_keyboard(site, page):
    log_in(page, site, "phongnoivu")
    page.goto(f"{site}/pilots/nam-tu-liem/?period=2022-05")
    number = page.locator(".tile-value a.origin").first
    number.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    assert focused(page) == "origin-title"
    assert page.url.endswith("/?period=2022-05"), "the page behind stays where it is"
    expect(drawer).to_contain_text("Cách tính")
    # On to one ward's cell, still by keyboard, and to the return it stands in.
    drawer.locator("td.numeric a.origin").first.focus()
    page.keyboard.press("Enter")
    expect(drawer).to_contain_text("Lịch sử số liệu")
    assert focused(page) == "origin-title"
    accessible(page)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert number.evaluate("link => link === document.activeElement")
    number.press("Enter")
    drawer.get_by_role("link", name="Về chỉ tiêu này").press("Enter")
    page.wait_for_url("**/indicators/**period=2022-05")


def test_a_point_over_time_and_a_cell_of_the_heat_map_tell_the_same(site, page):
    log_in(page, site, "lanhdao")
    ward = Ward.objects.get(name_vi="Phường Mễ Trì").pk
    indicator = f"{site}/pilots/nam-tu-liem/indicators/service/dossiers_on_time/"
    page.goto(f"{indicator}?period=2022-05&ward={ward}")
    page.wait_for_selector("#trend .main-svg")
    address = page.locator("#trend .js-plotly-plot").evaluate(
        "chart => chart.data.find(line => line.name === 'Mễ Trì').customdata.at(-2)"
    )
    page.evaluate("address => openOrigin(address)", address)
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    head = drawer.locator(".origin-figure").inner_text()
    page.keyboard.press("Escape")
    page.locator("#trend summary").click()
    row = page.locator("#heat tr", has_text="Mễ Trì")
    row.locator("td a").nth(-2).click()
    expect(drawer).to_be_visible()
    assert drawer.locator(".origin-figure").inner_text() == head
    assert "Lịch sử số liệu" not in drawer.inner_text(), "that is for those inside"


def test_the_drawer_fits_a_phone_and_without_scripts_it_is_a_page(site, page, new_context):
    log_in(page, site, "lanhdao")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/pilots/nam-tu-liem/indicators/?period=2022-05")
    page.locator("#indicators-table a.origin").first.click()
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    assert drawer.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert drawer.is_visible()
    state = page.context.storage_state()
    plain = new_context(storage_state=state, java_script_enabled=False).new_page()
    plain.goto(f"{site}/pilots/nam-tu-liem/indicators/?period=2022-05")
    plain.locator("#indicators-table a.origin").first.click()
    assert "/origin/" in plain.url
    assert plain.get_by_text("Cách tính").is_visible()


def test_a_view_is_saved_from_the_menu_and_opened_from_it(site, page):
    log_in(page, site, "lanhdao")
    page.goto(f"{site}/pilots/nam-tu-liem/")
    page.locator("select[name=theme]").focus()
    page.select_option("select[name=theme]", label="Phục vụ người dân")
    page.wait_for_url("**theme=service**")
    expect(page.locator(".filter-said")).to_contain_text("Phục vụ người dân")
    assert focused(page) == "id_theme", "the select that was changed keeps the focus"
    menu = page.locator(".saved")
    menu.locator("summary").press("Enter")
    expect(menu.locator("form[hx-post]")).to_be_visible()
    menu.locator("input[name=name]").fill("Phục vụ")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("status")).to_contain_text("Phục vụ")
    page.goto(f"{site}/pilots/nam-tu-liem/indicators/")
    page.locator(".saved summary").click()
    page.locator(".saved").get_by_role("link", name="Phục vụ").click()
    page.wait_for_url("**theme=service**")
    page.get_by_role("link", name="Bỏ lựa chọn").click()
    page.wait_for_url(lambda url: "theme" not in url)
