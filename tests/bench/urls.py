"""The site with one page more: twelve figures, drawn as every page draws them."""

from django.http import HttpResponse
from django.urls import include, path

from reports import charts, panels, scoring, words
from reports.views.page import Page, screen


@screen
def twelve(request, pilot):
    page = Page(request, pilot)
    made = [panel(page, indicator) for indicator in page.frames.indicators.index[:12]]
    return page.render("twelve.html", panels=made)


def panel(page, indicator):
    """Wards by one indicator: a figure, its table and its files."""
    cells = scoring.compared(page.frames, page.cells, indicator)
    kind = page.frames.indicators.at[indicator, "kind"]
    names = words.named(page.frames.wards, "bare")
    text = [words.figure(value, kind) for value in cells["value"]]
    rows = panels.parts.rows(cells, cells["value"], names, page.ward_links, (), False, text)
    return {"id": f"chart-{indicator}", "title": indicator, "figure": charts.rows.dots(rows)}


urlpatterns = [
    path("pilots/<slug:pilot>/twelve/", twelve, name="twelve"),
    path("alive/", lambda request: HttpResponse("yes")),
    path("", include("pilot.urls")),
]
