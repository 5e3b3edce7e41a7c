"""The screens as people use them: keyboard, back button, links, narrow and wide, with and without scripts."""

import pytest
from playwright.sync_api import expect

from pilot.models import Pilot

from .conftest import accessible, fits, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def figures(page):
    """What the ranking chart shows, as plotly holds it once it is drawn."""
    drawn = page.locator("#ranking .js-plotly-plot")
    drawn.locator(".main-svg").first.wait_for()
    return drawn.evaluate("chart => [...chart.data[0].text]")


def choose(page, name, label):
    """Choose in a filter and wait until the part that changes has come: the old chart is gone."""
    page.evaluate("document.querySelector('#ranking').id = 'old'")
    page.select_option(f"select[name={name}]", label=label)
    expect(page.locator("#old")).to_have_count(0)


def test_the_way_through_both_pilots_by_filter_back_button_and_link(site, page, new_context):
    log_in(page, site, "phongnoivu")
    page.get_by_role("link", name="Chính quyền đô thị quận Nam Từ Liêm").click()
    first = figures(page)
    assert page.locator(".tile").count() == 7
    page.evaluate("window.stayed = true")

    choose(page, "period", "Tháng 3/2022")
    march = figures(page)
    assert march != first
    assert page.url == f"{site}/pilots/nam-tu-liem/?period=2022-03"
    assert "Tháng 3/2022" in page.title()
    choose(page, "theme", "Phục vụ người dân")
    service = figures(page)
    assert service != march
    assert page.locator(".tile").count() == 6
    assert page.evaluate("window.stayed"), "a filter must not load a new page"

    link = page.url
    other = new_context(storage_state=page.context.storage_state()).new_page()
    other.goto(link)
    assert figures(other) == service
    assert other.locator("select[name=theme]").input_value() == "service"

    page.go_back()
    page.wait_for_url(lambda url: "theme" not in url)
    expect(page.locator("select[name=theme]")).to_have_value("")
    assert figures(page) == march
    page.go_back()
    page.wait_for_url(lambda url: "period" not in url)
    expect(page.locator("select[name=period]")).to_have_value("2022-06")
    assert figures(page) == first

    page.get_by_text("Chương trình thí điểm").first.click()
    page.get_by_role("link", name="Chỉ số 766").click()
    page.wait_for_url("**/pilots/chi-so-766/")
    assert any(each.startswith("Hòa Sơn: 72,0 ") for each in figures(page))
    choose(page, "theme", "Hài lòng")
    assert page.locator(".tile").count() == 3


def test_a_dot_leads_to_its_ward_and_a_tile_to_its_indicator(site, page):
    log_in(page, site, "lanhdao")
    page.goto(f"{site}/pilots/nam-tu-liem/?period=2022-05")
    page.locator(".map a").first.click()
    page.wait_for_url("**/wards/**")
    assert "period=2022-05" in page.url
    page.wait_for_selector("#themes .main-svg")
    page.go_back()
    page.locator(".tile-link").first.click()
    page.wait_for_url("**/indicators/**")
    page.wait_for_selector("#trend .main-svg")
    page.locator("#trend summary").click()
    expect(page.locator("#trend table")).to_be_visible()


SCREENS = (
    *("", "indicators/", "indicators/service/dossiers_on_time/", "wards/{ward}/"),
    *("themes/service/", "evaluation/", "staff/", "quality/", "milestones/chart/"),
    "origin/service/dossiers_on_time/",
)
OF_766 = ("", "indicators/tien_do/on_time/", "themes/tien_do/", "evaluation/", "staff/", "quality/")


@pytest.mark.parametrize(
    ("person", "language", "slug", "paths"),
    [
        ("nhap.metri", "vi", "nam-tu-liem", SCREENS),
        ("phongnoivu", "en", "nam-tu-liem", SCREENS),
        ("lanhdao", "vi", "nam-tu-liem", SCREENS[:1] + SCREENS[6:]),
        ("quantri", "en", "chi-so-766", OF_766),
    ],
)
def test_every_screen_fits_is_accessible_and_complains_of_nothing(
    site, page, person, language, slug, paths
):
    page.set_viewport_size({"width": 360, "height": 900})
    log_in(page, site, person)
    if language == "en":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    ward = Pilot.objects.get(slug="nam-tu-liem").wards.get(name_vi="Phường Mễ Trì").pk
    for path in paths:
        page.goto(f"{site}/pilots/{slug}/{path.format(ward=ward)}")
        expect(page.locator("main h1").first).to_be_visible()
        if page.locator("[data-chart]").count():
            expect(page.locator(".main-svg").first).to_be_visible()
        fits(page, path)
        if language == "en" or not path:  # a long page takes seconds, and people see much the same
            page.set_viewport_size({"width": 1366, "height": 900})
            accessible(page, path)
            page.set_viewport_size({"width": 360, "height": 900})


def test_without_scripts_filters_work_and_figures_can_be_read(site, new_context, page):
    log_in(page, site, "lanhdao")
    state = page.context.storage_state()
    plain = new_context(storage_state=state, java_script_enabled=False).new_page()
    plain.goto(f"{site}/pilots/nam-tu-liem/")
    plain.select_option("select[name=period]", label="Tháng 3/2022")
    plain.get_by_role("button", name="Xem").click()
    plain.wait_for_url(lambda url: "period=2022-03" in url)
    plain.locator("#ranking summary").click()
    expect(plain.locator("#ranking table")).to_be_visible()


def test_a_lost_line_is_said_and_nothing_is_lost_from_the_screen(site, page, complaints):
    log_in(page, site, "lanhdao")
    page.goto(f"{site}/pilots/nam-tu-liem/")
    before = figures(page)
    page.route("**/*", lambda route: route.abort())
    page.select_option("select[name=period]", label="Tháng 3/2022")
    page.wait_for_selector("#notice:not([hidden])")
    assert "Mất kết nối" in page.locator("#notice").inner_text()
    assert figures(page) == before
    page.unroute("**/*")
    complaints.clear()
    choose(page, "period", "Tháng 4/2022")
    assert figures(page) != before


def test_the_whole_page_can_be_used_by_keyboard(site, page):
    log_in(page, site, "phongnoivu")
    page.goto(f"{site}/pilots/nam-tu-liem/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    while "body" not in reached and len(reached) < 400:
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(e => e.name || e.getAttribute('href') || e.tagName.toLowerCase())(document.activeElement)"
            )
        )
    assert {"period", "theme", "counted", "summary", "body"} <= set(reached)
    assert any("overview.csv" in each for each in reached)
    assert any("/wards/" in each for each in reached)
    page.locator("details.picker summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.picker[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.picker[open]")).to_have_count(0)


def test_entry_pages_are_light_and_carry_no_plotly(site, page):
    asked = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{site}/accounts/login/", wait_until="networkidle")
    assert not any("plotly" in url for url in asked)
    assert len(asked) <= 11
