"""The pilot at a glance: tiles, tile map and ranked wards."""

from django.utils.translation import gettext as _

from reports import charts, history, measures, panels, scoring, sentences, tables, words
from reports.evaluation import flags, forecast, index

from . import attention
from .page import Page, screen

FIELDS = ("period", "against", "theme")


def _ranked(page):
    """Wards by their points in the chosen theme, or in all."""
    return scoring.ranked(page.scores, page.filters.theme_id)


def _subject(page):
    """What the ranking is about: one theme, or the whole."""
    if page.filters.theme_id is None:
        return _("Overall score by %(unit)s") % {"unit": page.units(1)}
    name = words.named(page.frames.themes)[page.filters.theme_id]
    return _("%(theme)s: score by %(unit)s") % {"theme": name, "unit": page.units(1)}


def _ranges(page):
    """How firm the ranks are; None for a single theme, of which it is not told."""
    if page.filters.theme_id is not None:
        return None
    return page.frames.once(index.rank_ranges, page.period)


def _ranking_sheet(page, ranked=None):
    title = f"{_subject(page)} · {page.period_name}"
    ranked = _ranked(page) if ranked is None else ranked
    return tables.overview.ranking(page.frames, ranked, title, page.notes, _ranges(page))


def _indicators_sheet(page):
    title = _("All indicators") + f" · {page.period_name}"
    return tables.overview.indicators(
        page.frames, page.found, title, page.notes, page.against_name, *_watched(page)
    )


def _watched(page):
    """By indicator: the class of its forecast, and how many cells of the period bear a flag."""
    forecasts = page.frames.once(forecast.forecasts, page.days[1], page.horizon)
    flagged = page.frames.once(flags.flagged, page.period)
    counts = history.raised(page.frames, flagged, page.period)
    return forecasts["class"].xs(0, level="ward"), counts


@screen
def overview(request, pilot):
    page = Page(request, pilot, FIELDS)
    if page.period is None:
        return page.render("reports/no_figures.html")
    shown = measures.on_tiles(page.frames, page.filters.theme_id)
    headlines = page.found.loc[shown.index]
    tile_names = panels.overview.tile_names(page.frames, shown, page.filters.theme_id)
    ranked = _ranked(page)
    returned = measures.returned(page.frames, page.period)
    return page.render(
        "reports/overview.html",
        head=sentences.overview.head(headlines, page.months, ranked, page.units),
        lead=sentences.overview.lead(
            headlines, tile_names, *returned, page.units, page.against_name
        ),
        tiles=panels.overview.tiles(
            page.frames,
            page.found,
            shown,
            names=tile_names,
            links=page.indicator_links(shown),
            origins=page.origins_by(0, shown.index),
            sparks=measures.sparks(page.frames, shown.index, page.days[1]),
            period=page.period,
            themes=page.theme_links() if page.filters.theme_id is None else None,
        ),
        attention=attention.needed(page),
        plan=attention.milestones(page),
        **_ranking(page, ranked),
    )


def _ranking(page, ranked):
    """The map and the ranked list, which show the same scores."""
    names = words.named(page.frames.wards, "bare")
    points = ranked["points"]
    sentence = sentences.overview.ranking(ranked, names, page.units)
    places = (names, page.ward_links, page.my_wards)
    return {
        "subject": _subject(page),
        "sentence": sentence,
        "map": panels.overview.tilemap(page.frames.wards, points, *places, _subject(page)),
        "ranking": {
            "id": "ranking",
            "title": _("Ranking"),
            "sentence": sentences.parts.cut(
                _firm(page, ranked.index, names) or sentence, len(ranked), charts.rows.MOST_ROWS
            ),
            "figure": _ranking_figure(ranked, places, _ranges(page)) if points.count() else None,
            "empty": sentence,
            "table": panels.parts.table(
                _ranking_sheet(page, ranked),
                page.ward_links,
                page.my_wards,
                page.score_origins(ranked.index, page.filters.theme_id),
            ),
            **page.files("overview_file", "overview"),
        },
    }


def _firm(page, order, names):
    """Which wards cannot be told apart, and what the ranges behind the scores are."""
    if page.filters.theme_id is not None:
        return ""
    groups = page.frames.once(index.groups, page.period).reindex(order)
    said = sentences.overview.firm(groups, names)
    return said and said + " " + _("Behind the score the ranks that nine draws of ten allow.")


def _ranking_figure(ranked, places, ranges):
    """The dots, held against their mean where there is more than one."""
    mean = ranked["points"].mean()
    name = _("mean %(points)s") % {"points": words.number(mean, 1)}
    lines = [(mean, name, "dash")] if ranked["points"].count() > 1 else []
    rows = panels.overview.ranking(ranked, *places, ranges)
    named = "" if ranges is None else _("score · rank")
    return charts.rows.dots(rows, lines=lines, column=named)


@screen
def overview_file(request, pilot, suffix):
    page = Page(request, pilot, FIELDS)
    return page.file("overview", suffix, _ranking_sheet, _indicators_sheet)


def _theme_groups(page):
    """Address of a theme's page by the name under which a table groups its indicators."""
    names = words.named(page.frames.themes, "short")
    return {names[theme]: address for theme, address in page.theme_links().items()}


@screen
def indicators(request, pilot):
    page = Page(request, pilot, ("period", "against"))
    if page.period is None:
        return page.render("reports/no_figures.html")
    return page.render(
        "reports/indicators.html",
        head=_("All indicators"),
        lead=sentences.overview.indicators_lead(page.found, page.period_name, page.against_name),
        framework_note=page.pilot.said("framework_note"),
        indicators={
            "title": page.period_name,
            "open": True,
            "table": panels.parts.table(
                _indicators_sheet(page),
                page.indicator_links(),
                origins=page.origins_by(0, page.frames.indicators.index),
                groups=_theme_groups(page),
            ),
            **page.files("indicators_file", "indicators"),
        },
    )


@screen
def indicators_file(request, pilot, suffix):
    page = Page(request, pilot, ("period", "against"))
    return page.file("indicators", suffix, _indicators_sheet)
