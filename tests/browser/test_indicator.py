"""The page of an indicator as people use it: comparing a ward changes one panel and nothing else."""

import pytest
from playwright.sync_api import expect

from .conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def names(page):
    """The lines of the trend, as plotly holds them once they are drawn."""
    chart = page.locator("#trend .js-plotly-plot")
    chart.locator(".main-svg").first.wait_for()
    return chart.evaluate("chart => chart.data.map(line => line.name)")


def test_comparing_a_ward_changes_that_panel_alone_and_keeps_focus_and_filters(site, page):
    log_in(page, site, "lanhdao")
    page.goto(f"{site}/pilots/nam-tu-liem/indicators/service/dossiers_on_time/?period=2022-05")
    assert "Mễ Trì" not in names(page)
    page.evaluate("document.querySelector('#heat').dataset.kept = 'yes'")
    page.evaluate("document.querySelector('#trend').dataset.old = 'yes'")
    page.focus("#trend select")
    page.select_option("#trend select", label="Mễ Trì")
    expect(page.locator("#trend[data-old]")).to_have_count(0)
    assert "Mễ Trì" in names(page)
    assert page.locator("#heat[data-kept]").count() == 1
    assert page.evaluate("document.activeElement.name") == "ward"
    chosen = page.url
    assert "period=2022-05&ward=" in chosen

    # The head of the page knows of the ward that was chosen beside the panel.
    page.select_option("#filters select[name=period]", label="Tháng 4/2022")
    page.wait_for_url(chosen.replace("2022-05", "2022-04"))
    assert "Mễ Trì" in names(page)
    page.go_back()
    page.wait_for_url(chosen)
    assert "Mễ Trì" in names(page)
