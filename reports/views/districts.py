"""Districts side by side: one row for each pilot of a framework."""

from functools import cached_property

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilot import frameworks
from reports import charts, panels, rollup, sentences, tables, words
from reports.forms import DistrictsForm
from reports.frames import districts as door

from .page import download, screen


class Across:
    """One request for the screen of many districts; 404 for whoever has fewer than two to compare."""

    def __init__(self, request):
        self.request, user = request, request.user
        known = door.frameworks(user)
        known = [(code, count) for code, count in known if count > 1 or user.is_superuser]
        if not (known or user.is_superuser):
            raise Http404
        self.frameworks = [code for code, _count in known]
        asked = request.GET.get("framework")
        chosen = asked if asked in self.frameworks else next(iter(self.frameworks), "")
        self.found = door.districts(user, chosen)
        periods = rollup.choices(self.found)
        last = door.last_period(self.found, periods.index)
        names = [(code, frameworks.title(code, words.language())) for code in self.frameworks]
        self.filters = DistrictsForm(request.GET, names, chosen, self.found, periods, last).read()
        self.period = self.filters.cleaned_data["period"]
        self.headline = self.filters.cleaned_data["headline"]

    @property
    def empty(self):
        return not (self.period and self.headline)

    @cached_property
    def cells(self):
        return door.cells(self.found, rollup.codes(self.found, self.period))

    @cached_property
    def figures(self):
        return rollup.figures(self.found, self.cells, self.headline, self.period)

    @property
    def of(self):
        """The headline's row."""
        return self.found.headlines.loc[self.headline]

    @cached_property
    def name(self):
        return words.named(self.found.headlines, "short")[self.headline]

    @cached_property
    def period_name(self):
        return words.period(self.found.periods.loc[self.period])

    @property
    def notes(self):
        return [_("Illustrative figures")] if self.found.pilots["illustrative"].any() else []

    def links(self, name="overview", *args):
        """Addresses of a page of each pilot, by its id, for the period shown."""
        slugs = self.found.pilots["slug"].items()
        query = f"?period={self.period}"
        return {key: reverse(name, args=[slug, *args]) + query for key, slug in slugs}


def _chosen_sheet(page):
    title = f"{page.name} · {page.period_name}"
    return tables.districts.chosen(page.found, page.figures, page.of, title, page.notes)


def _all_sheet(page):
    values = rollup.matrix(page.found, page.cells, page.period)
    title = _("Main figures") + f" · {page.period_name}"
    names = panels.districts.names(page.found)
    return tables.districts.headlines(page.found, *values, names, title, page.notes)


@screen
def districts(request):
    page = Across(request)
    context = {"filters": page.filters, "action": request.path, "notes": page.notes}
    context["layout"] = (
        "_screen.html" if request.htmx and not request.htmx.history_restore_request else "base.html"
    )
    if page.empty:
        return render(request, "reports/no_figures.html", context)
    figures, names = page.figures, panels.districts.names(page.found)
    sentence = sentences.districts.compared(figures, names, page.of)
    origins = page.links("origin", page.of["theme"], page.of["code"])
    chosen, matrix = _chosen_sheet(page), _all_sheet(page)
    files = {
        suffix: reverse("districts_file", args=[suffix]) + page.filters.query()
        for suffix in ("csv", "xlsx")
    }
    context |= {
        "head": _("Districts compared"),
        "lead": sentences.districts.lead(page.name, page.period_name, figures),
        "period_name": page.period_name,
        "chart": {
            "id": "districts",
            "title": page.name,
            "sentence": sentences.parts.cut(sentence, len(figures), charts.rows.MOST_ROWS),
            "figure": _figure(page, names),
            "empty": sentence,
            "table": panels.parts.table(chosen, page.links(), (), origins),
            "link": request.path + page.filters.query(),
            **files,
        },
        "all": {
            "title": _("Main figures"),
            "open": True,
            "table": panels.parts.table(matrix, page.links()),
        },
    }
    return render(request, "reports/districts.html", context)


def _figure(page, names):
    """Dots for rates and scores, whose scale need not begin at zero; bars for counts."""
    if not page.figures["value"].count():
        return None
    kind = page.of["kind"]
    rows = panels.districts.rows(page.figures, names, page.links(), kind)
    draw = charts.rows.dots if kind in {"ratio", "score"} else charts.rows.bars
    return draw(rows, percent=True) if kind == "ratio" else draw(rows)


@screen
def districts_file(request, suffix):
    page = Across(request)
    if page.empty:
        raise Http404
    sheets = [_chosen_sheet(page), _all_sheet(page)]
    return download(
        sheets, suffix, f"districts-{page.filters.cleaned_data['framework']}-{page.period}"
    )
