"""The pilot at a glance: tiles, tile map and ranked wards."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import charts, measures, panels, scoring, sentences, tables, words

from .page import Page


def _ranked(page):
    """Wards by their points in the chosen theme, or in all."""
    return scoring.ranked(page.scores, page.filters.theme_id)


def _subject(page):
    """What the ranking is about: one theme, or the whole."""
    if page.filters.theme_id is None:
        return _("Overall score by %(unit)s") % {"unit": page.units(1)}
    name = words.named(page.frames.themes)[page.filters.theme_id]
    return _("%(theme)s: score by %(unit)s") % {"theme": name, "unit": page.units(1)}


def _ranking_sheet(page, ranked=None):
    title = f"{_subject(page)} · {page.period_name}"
    ranked = _ranked(page) if ranked is None else ranked
    return tables.ranking(page.frames, ranked, title, page.notes)


def _indicators_sheet(page):
    title = _("All indicators") + f" · {page.period_name}"
    return tables.indicators(page.frames, page.found, title, page.notes)


@require_safe
def overview(request, pilot):
    page = Page(request, pilot, ("period", "theme"))
    if page.period is None:
        return page.render("reports/no_figures.html")
    shown = measures.on_tiles(page.frames, page.filters.theme_id)
    headlines = page.found.loc[shown.index]
    tile_names = panels.tile_names(page.frames, shown, page.filters.theme_id)
    ranked = _ranked(page)
    returned = measures.returned(page.frames, page.period)
    return page.render(
        "reports/overview.html",
        head=sentences.overview_head(headlines, page.months, ranked, page.units),
        lead=sentences.overview_lead(headlines, tile_names, *returned, page.units),
        tiles=panels.tiles(
            page.frames,
            page.found,
            shown,
            names=tile_names,
            links=page.indicator_links(shown),
            sparks=measures.sparks(page.frames, shown.index, page.days[1]),
            period=page.period,
        ),
        **_ranking(page, ranked),
    )


def _ranking(page, ranked):
    """The map and the ranked list, which show the same scores."""
    names = words.named(page.frames.wards, "bare")
    points = ranked["points"]
    sentence = sentences.ranking(ranked, names, page.units)
    places = (names, page.ward_links, page.my_wards)
    return {
        "subject": _subject(page),
        "sentence": sentence,
        "map": panels.tilemap(page.frames.wards, points, *places, _subject(page)),
        "ranking": {
            "id": "ranking",
            "title": _("Ranking"),
            "sentence": sentences.cut(sentence, len(ranked), charts.MOST_ROWS),
            "figure": _ranking_figure(ranked, places) if points.count() else None,
            "empty": sentence,
            "table": panels.table(_ranking_sheet(page, ranked), page.ward_links, page.my_wards),
            **page.files("overview_file", "overview"),
        },
    }


def _ranking_figure(ranked, places):
    """The dots, held against their mean where there is more than one."""
    mean = ranked["points"].mean()
    name = _("mean %(points)s") % {"points": words.number(mean, 1)}
    lines = [(mean, name, "dash")] if ranked["points"].count() > 1 else []
    return charts.dots(panels.ranking(ranked, *places), lines=lines)


@require_safe
def overview_file(request, pilot, suffix):
    page = Page(request, pilot, ("period", "theme"))
    return page.file("overview", suffix, _ranking_sheet, _indicators_sheet)


@require_safe
def indicators(request, pilot):
    page = Page(request, pilot)
    if page.period is None:
        return page.render("reports/no_figures.html")
    return page.render(
        "reports/indicators.html",
        head=_("All indicators"),
        lead=sentences.indicators_lead(page.found, page.period_name),
        framework_note=page.pilot.said("framework_note"),
        indicators={
            "title": page.period_name,
            "open": True,
            "table": panels.table(_indicators_sheet(page), page.indicator_links()),
            **page.files("indicators_file", "indicators"),
        },
    )


@require_safe
def indicators_file(request, pilot, suffix):
    return Page(request, pilot).file("indicators", suffix, _indicators_sheet)
