"""Where a figure comes from: its formula, its parts and the returns behind it."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from pilot.models import Indicator
from pilot.sources import Reader, sources, told
from reports import measures, panels, scoring, sentences, sums, tables, words
from reports.forms import OriginForm

from .page import Page, fresh_screen


def _open(request, pilot, theme, indicator):
    """The page and the indicator; a figure that the district reports itself has no wards."""
    place = {"theme__pilot__slug": pilot, "theme__code": theme, "code": indicator}
    found = get_object_or_404(Indicator.objects.select_related("theme"), **place)
    fields = ("period", "ward") if found.level == Indicator.Reporter.WARD else ("period",)
    return Page(request, pilot, fields, OriginForm), found


@fresh_screen
def origin(request, pilot, theme, indicator):
    """Beside the page that shows the figure, or as a page of its own."""
    page, of = _open(request, pilot, theme, indicator)
    if page.period is None:
        return page.render("reports/no_figures.html", indicator=of)
    ward = page.filters.ward_id or 0
    cells = sums.parts(page.frames, of.pk, page.period, ward)
    reader = Reader(page.work, frozenset(page.ward_links), page.filters.including_submitted)
    found = sources(page.pilot, of, zip(cells["ward"], cells["period"], strict=True), reader)
    args = (of.theme.code, of.code)
    return page.render(
        "reports/origin.html",
        indicator=of,
        head=of.name,
        place=_place(page, ward),
        when=_when(page, cells),
        ups=_ups(page, of, ward),
        about=page.indicator_links(page.frames.indicators.loc[[of.pk]])[of.pk],
        **_figure(page, of, ward, cells),
        **_behind(page, of, cells, found),
        **page.files("origin_file", "origin", *args),
    )


def _place(page, ward):
    return words.named(page.frames.wards)[ward] if ward else page.pilot.district.name


def _when(page, cells):
    """The period that answers: of a quarterly figure seen from a month it is the quarter."""
    periods = cells["period"].unique()
    period = periods[0] if len(periods) == 1 else page.period
    return words.period(page.frames.periods.loc[period])


def _ups(page, of, ward):
    """From one ward's figure to what it is a part of."""
    if not ward:
        return []
    whole = page.origins([of.pk])[of.pk, 0, page.period]
    ups = [(_("Whole district"), whole)]
    if of.points is not None:
        score = page.score_origins([ward], of.theme_id)[ward]
        ups.append((_("Score: %(theme)s") % {"theme": of.theme.short}, score))
    return ups


def _figure(page, of, ward, cells):
    """The figure in large letters and the facts about it."""
    figure = sums.figure(page.frames, page.scores, page.found.loc[of.pk], of.pk, ward, page.days[1])
    if figure is None or cells.empty:
        return {"nothing": _("No return of this span asks for it.")}
    labels = (of.said("numerator"), of.said("denominator"), of.said("unit"))
    row = page.frames.indicators.loc[of.pk]
    return {
        "figure": panels.origin.shown(figure, of.kind, labels[2]),
        "facts": panels.origin.facts(
            figure,
            cells,
            row,
            labels,
            units=page.units,
            goal=sums.goal(row, figure.mean),
            left=0 if ward else sums.left(page.frames, of.pk, cells["period"].unique()),
            before="" if ward else _before(page, of, labels[2]),
        ),
    }


def _before(page, of, unit):
    base = page.frames.once(measures.baseline).loc[of.pk]
    return sentences.origin.before(page.found.loc[of.pk], base, of.kind, unit)


def _behind(page, of, cells, found):
    """The parts and their returns; of a single cell all that is known about it."""
    if len(cells) == 1:
        source = next(iter(found.values()), None)
        return {"source": source, "steps": source and panels.origin.steps(source),
                "told": source and told(source)}  # fmt: skip
    origins = page.origins([of.pk], cells["ward"].unique(), list(cells["period"].unique()))
    by_cell = {(ward, period): address for (_of, ward, period), address in origins.items()}
    links = {key: source.href for key, source in found.items()}
    inside = any(source.inside for source in found.values())
    returns = tables.origin.returns(page.frames, found, inside, _("Source returns"))
    return {
        "parts": panels.parts.table(
            _parts_sheet(page, of, cells),
            panels.origin.by_cell(cells, links),
            origins=panels.origin.by_cell(cells, by_cell),
        ),
        "returns": panels.parts.table(returns, links) if found else None,
        "returns_open": len(found) <= panels.origin.MOST_OPEN,
        "returns_count": len(found),
    }


def _parts_sheet(page, of, cells):
    ward = page.filters.ward_id or 0
    title = f"{of.name} · {_place(page, ward)} · {_when(page, cells)}"
    return tables.origin.parts(page.frames, cells, of.pk, title, page.notes)


@fresh_screen
def origin_file(request, pilot, theme, indicator, suffix):
    page, of = _open(request, pilot, theme, indicator)

    def sheet(page):
        ward = page.filters.ward_id or 0
        return _parts_sheet(page, of, sums.parts(page.frames, of.pk, page.period, ward))

    return page.file(f"{of.code}-origin", suffix, sheet)


# The score of a ward -------------------------------------------------------------------------


def _score_page(request, pilot):
    return Page(request, pilot, ("period", "theme", "ward"), OriginForm)


def _subject(page):
    """What the score is about: one theme, or the whole."""
    theme = page.filters.theme_id
    return _("Overall score") if theme is None else words.named(page.frames.themes)[theme]


@fresh_screen
def score(request, pilot):
    """How a ward's score comes about, or the mean of all; of one theme, or of the whole."""
    page = _score_page(request, pilot)
    if page.period is None:
        return page.render("reports/no_figures.html")
    ward, theme = page.filters.ward_id, page.filters.theme_id
    return page.render(
        "reports/origin.html",
        head=_subject(page),
        place=_place(page, ward),
        when=page.period_name,
        ups=_score_ups(page, ward, theme),
        **(_ward_score(page, ward, theme) if ward else _mean_score(page, theme)),
        **page.files("score_file", "score"),
    )


def _score_ups(page, ward, theme):
    ups = [(_("Overall score"), page.score_origins([ward or 0])[ward or 0])] if theme else []
    if ward:
        ups.append(
            (_("All %(units)s") % {"units": page.units()}, page.score_origins((0,), theme)[0])
        )
    return ups


def _ward_score(page, ward, theme):
    if theme is None:
        worked = sums.total(page.scores, ward)
    else:
        worked = sums.theme(page.frames, page.scores, ward, theme)
    by_theme = {each: page.score_origins([ward], each)[ward] for each in page.frames.themes.index}
    origins = page.origins(page.frames.indicators.index, [ward])
    origins = {indicator: address for (indicator, _ward, _period), address in origins.items()}
    scored = panels.parts.table(_scored_sheet(page), page.indicator_links(), origins=origins)
    return {
        "figure": panels.origin.score(worked.points, worked.whole),
        "facts": [(_("How it comes about"), sentences.origin.score(worked))],
        "parts": scored if theme else panels.parts.table(_themes_sheet(page), origins=by_theme),
        "more": None if theme else scored,
    }


def _mean_score(page, theme):
    ranked = scoring.ranked(page.scores, theme)
    mean, most = ranked["points"].mean(), ranked["max"].max()
    return {
        "figure": panels.origin.score(mean, most),
        "facts": [(_("How it comes about"), sentences.origin.mean_score(ranked, mean, page.units))],
        "parts": panels.parts.table(
            _ranking_sheet(page),
            page.ward_links,
            page.my_wards,
            page.score_origins(ranked.index, theme),
        ),
    }


def _title(page):
    return f"{_subject(page)} · {_place(page, page.filters.ward_id)} · {page.period_name}"


def _themes_sheet(page):
    worked = sums.total(page.scores, page.filters.ward_id)
    return tables.origin.themes(page.frames, worked, _title(page), page.notes)


def _scored_sheet(page):
    cells = sums.scored(page.frames, page.scores, page.filters.ward_id, page.filters.theme_id)
    return tables.origin.scored(page.frames, cells, _title(page), page.notes)


def _ranking_sheet(page):
    ranked = scoring.ranked(page.scores, page.filters.theme_id)
    return tables.overview.ranking(page.frames, ranked, _title(page), page.notes)


@fresh_screen
def score_file(request, pilot, suffix):
    page = _score_page(request, pilot)
    if page.filters.ward_id is None:
        return page.file("score", suffix, _ranking_sheet)
    if page.filters.theme_id is None:
        return page.file("score", suffix, _scored_sheet, _themes_sheet)
    return page.file("score", suffix, _scored_sheet)
