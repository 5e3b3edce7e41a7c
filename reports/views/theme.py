"""One theme: its indicators, and the wards' scores over time and beside each other."""

from django.http import Http404
from django.utils.translation import gettext as _

from reports import charts, measures, panels, scoring, sentences, tables, themes, words

from .page import Page, screen


class Theme:
    """A theme of a page: its id, its names and its figures, each worked out when asked for."""

    def __init__(self, page, code):
        codes = page.frames.themes["code"]
        found = codes.index[codes == code]
        if found.empty:
            raise Http404
        self.page, self.code, self.pk = page, code, int(found[0])
        self.name = words.named(page.frames.themes)[self.pk]
        self.indicators = measures.on_tiles(page.frames, self.pk)

    @property
    def ranked(self):
        return scoring.ranked(self.page.scores, self.pk)

    @property
    def history(self):
        return themes.of_theme(self.page.frames.once(themes.history, self.page.period), self.pk)

    @property
    def series(self):
        return themes.series(self.page.frames, self.indicators.index, self.page.days[1])

    @property
    def title(self):
        return f"{self.name} · {self.page.period_name}"


def _open(request, pilot, theme):
    page = Page(request, pilot, ("period", "against"))
    return page, Theme(page, theme)


def _wards_sheet(page, theme):
    history = theme.history
    states = history[history["period"] == page.period].set_index("ward")["state"]
    return tables.theme.wards(page.frames, theme.ranked, states, theme.title, page.notes)


def _cells_sheet(page, theme):
    cells = page.scores.cells
    own = cells[cells["theme"] == theme.pk]
    return tables.theme.cells(page.frames, own, theme.title, page.notes)


def _indicators_sheet(page, theme):
    found = page.found.loc[theme.indicators.index]
    return tables.overview.indicators(
        page.frames, found, theme.title, page.notes, page.against_name
    )


def _history_sheet(page, theme):
    return tables.theme.history(page.frames, theme.history, theme.name, page.notes)


def _series_sheet(page, theme):
    return tables.theme.series(page.frames, theme.series, theme.name, page.notes)


@screen
def theme(request, pilot, theme):
    page, theme = _open(request, pilot, theme)
    if page.period is None:
        return page.render("reports/no_figures.html", head=theme.name)
    found = page.found.loc[theme.indicators.index]
    names = words.named(theme.indicators, "short")
    return page.render(
        "reports/theme.html",
        head=theme.name,
        lead=sentences.theme.lead(found, names, page.period_name, page.against_name),
        tiles=panels.overview.tiles(
            page.frames,
            page.found,
            theme.indicators,
            names=names,
            links=page.indicator_links(theme.indicators),
            sparks=measures.sparks(page.frames, theme.indicators.index, page.days[1]),
            period=page.period,
            origins=page.origins_by(0, theme.indicators.index),
        ),
        **_scores(page, theme),
        lines=_lines(page, theme),
        figures={
            "title": _("Figures of the theme"),
            "table": panels.parts.table(
                _indicators_sheet(page, theme),
                page.indicator_links(),
                origins=page.origins_by(0, theme.indicators.index),
            ),
            **page.files("theme_file", "theme", theme.code),
            "open": True,
        },
    )


def _scores(page, theme):
    """The wards' scores: over the last periods, and how far they lie apart now."""
    names = words.named(page.frames.wards, "bare")
    history, ranked = theme.history, theme.ranked
    own = scoring.of_district(page.frames, page.found).reindex([theme.pk]).loc[theme.pk]
    sentence = sentences.theme.spread(ranked["points"], own["max"], own["points"], page.units)
    return {
        "heat": {
            "title": _("Score by %(unit)s and period") % {"unit": page.units(1)},
            "sentence": sentences.theme.heat(history, names, page.period),
            "heat": panels.theme.heat(
                page.frames,
                history,
                theme.name,
                page.ward_links,
                page.my_wards,
                lambda period: page.score_origins(page.frames.wards.index, theme.pk, period),
            ),
            "foot": page.files("theme_history_file", "theme", theme.code),
        },
        "spread": {
            "id": "spread",
            "title": _("How far the %(units)s lie apart") % {"units": page.units()},
            "sentence": sentence,
            "figure": _strip(page, ranked, own, names) if ranked["points"].count() else None,
            "empty": sentence,
            "table": panels.parts.table(
                _wards_sheet(page, theme),
                page.ward_links,
                page.my_wards,
                page.score_origins(ranked.index, theme.pk),
            ),
            **page.files("theme_file", "theme", theme.code),
        },
    }


def _strip(page, ranked, own, names):
    """The wards' scores with their mean and the score of the district's own sums."""
    mean = ranked["points"].mean()
    said = {"points": words.number(mean, 1), "own": words.number(own["points"], 1)}
    lines = [
        (mean, _("mean %(points)s") % said, "dash"),
        (own["points"], _("district %(own)s") % said, "dot"),
    ]
    rows = panels.theme.strip(ranked, names, page.ward_links, page.my_wards)
    known = [line for line in lines if words.finite(line[0]) is not None]
    return charts.spread.strip(rows, known, least=float(own["max"]) / 10)


def _lines(page, theme):
    """A small chart for each indicator."""
    series = theme.series
    drawn = panels.theme.multiples(page.frames, series, page.indicator_links(theme.indicators))
    return {
        "title": _("Indicator by indicator"),
        "sentence": sentences.theme.lines(series),
        "charts": [each | {"figure": _line(each)} for each in drawn],
        "foot": {
            "table": panels.parts.table(_series_sheet(page, theme)),
            **page.files("theme_series_file", "theme", theme.code),
        },
    }


def _line(drawn):
    if not drawn["there"]:
        return None
    names = ("y", "ticks", "texts", "target", "percent")
    return charts.lines.small(**{name: drawn[name] for name in names})


@screen
def theme_file(request, pilot, theme, suffix):
    page, theme = _open(request, pilot, theme)
    sheets = (_wards_sheet, _indicators_sheet, _cells_sheet, _history_sheet, _series_sheet)
    return page.file(f"theme-{theme.code}", suffix, *(_of(theme, sheet) for sheet in sheets))


@screen
def theme_history_file(request, pilot, theme, suffix):
    page, theme = _open(request, pilot, theme)
    return page.file(f"theme-{theme.code}-history", suffix, _of(theme, _history_sheet))


@screen
def theme_series_file(request, pilot, theme, suffix):
    page, theme = _open(request, pilot, theme)
    return page.file(f"theme-{theme.code}-series", suffix, _of(theme, _series_sheet))


def _of(theme, sheet):
    return lambda page: sheet(page, theme)
