"""One indicator: what it means, how it moved, and ward against ward."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilot.models import Indicator
from reports import charts, measures, panels, scoring, sentences, tables, words

from .page import Page


def _open(request, pilot, theme, indicator):
    page = Page(request, pilot, ("period", "ward"))
    found = get_object_or_404(
        Indicator.objects.select_related("theme"),
        theme__pilot=page.pilot,
        theme__code=theme,
        code=indicator,
    )
    return page, found


def _wards_sheet(page, indicator):
    title = f"{indicator.name} · {page.period_name}"
    cells = scoring.compared(page.frames, page.cells, indicator.pk)
    return tables.by_ward(page.frames, cells, indicator.pk, title, page.notes)


def _history_sheet(page, indicator):
    trends = measures.trends(page.frames, indicator.pk)
    return tables.history(page.frames, trends, indicator.pk, indicator.name, page.notes)


@require_safe
def indicator(request, pilot, theme, indicator):
    page, indicator = _open(request, pilot, theme, indicator)
    if page.period is None:
        return page.render("reports/no_figures.html", indicator=indicator)
    row = page.found.loc[indicator.pk]
    # A quarterly figure seen from a month is the quarter's, and is called so.
    period = page.period if row["periods"] > 1 or not row["last"] else row["last"]
    kind, unit = indicator.kind, indicator.said("unit")
    trends = scoring.shared(page.frames, measures.trends(page.frames, indicator.pk), indicator.pk)
    place = (indicator.theme.code, indicator.code)
    return page.render(
        "reports/indicator.html",
        indicator=indicator,
        theme=indicator.theme,
        head=indicator.name,
        lead=sentences.indicator(row, kind, unit, words.period(page.frames.periods.loc[period])),
        facts=panels.facts(indicator),
        trend={
            "id": "trend",
            "title": _("Over time"),
            "sentence": sentences.trend(
                measures.series(page.frames)[indicator.pk], page.frames.periods, kind, unit
            ),
            "figure": _trend_figure(page, indicator, trends),
            "heat": panels.heat(
                page.frames, trends, kind, indicator.name, page.ward_links, page.my_wards
            ),
            **page.files("history_file", "indicator", *place),
        },
        wards=indicator.level == "ward" and _wards(page, indicator),
    )


def _trend_figure(page, indicator, trends):
    """The lines over time, with the target and the start of the pilot."""
    lines, ticks = panels.lines(
        page.frames,
        trends,
        measures.series(page.frames)[indicator.pk],
        indicator.pk,
        page.my_wards | {page.filters.ward_id},
    )
    target = measures.targets(page.frames, page.days[1])[indicator.pk]
    return charts.trend(
        lines,
        ticks,
        indicator.kind == "ratio",
        target=words.finite(target),
        target_name=_("target %(target)s") % {"target": words.target(target, indicator.kind)},
        start=panels.first_tick(page.frames, indicator.pk, page.pilot.start),
        start_name=_("start of the pilot"),
    )


def _wards(page, indicator):
    """Ward against ward in the chosen period."""
    kind, unit = indicator.kind, indicator.said("unit")
    names = words.named(page.frames.wards, "bare")
    cells = scoring.compared(page.frames, page.cells, indicator.pk)
    mine = page.my_wards | {page.filters.ward_id}
    rows = panels.by_ward(cells, names, page.ward_links, mine, kind)
    lines = _goal_lines(page, indicator)
    return {
        "id": "wards",
        "title": _("By %(unit)s") % {"unit": page.units(1)},
        "sentence": sentences.cut(
            sentences.spread(cells, names, kind, unit, page.units), len(cells), charts.MOST_ROWS
        ),
        "figure": charts.dots(rows, kind == "ratio", lines)
        if kind in {"ratio", "score"}
        else charts.bars(rows, lines),
        "table": panels.table(_wards_sheet(page, indicator), page.ward_links, page.my_wards),
        **page.files("indicator_file", "indicator", indicator.theme.code, indicator.code),
    }


def _goal_lines(page, indicator):
    """The district's own figure, and the target, to hold each ward against."""
    kind = indicator.kind
    target = measures.targets(page.frames, page.days[1])[indicator.pk]
    whole = page.found.loc[indicator.pk, "per_cell"]
    names = {"target": words.target(target, kind), "value": words.figure(whole, kind)}
    lines = [
        (whole, _("all %(value)s") % names, "dash"),
        (target, _("target %(target)s") % names, "dot"),
    ]
    return [line for line in lines if words.finite(line[0]) is not None]


@require_safe
def indicator_file(request, pilot, theme, indicator, suffix):
    page, indicator = _open(request, pilot, theme, indicator)
    return page.file(
        indicator.code,
        suffix,
        lambda p: _wards_sheet(p, indicator),
        lambda p: _history_sheet(p, indicator),
    )


@require_safe
def history_file(request, pilot, theme, indicator, suffix):
    page, indicator = _open(request, pilot, theme, indicator)
    return page.file(f"{indicator.code}-history", suffix, lambda p: _history_sheet(p, indicator))
